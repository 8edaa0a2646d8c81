import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import type { LandingResult } from '../../src/domain/landing.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { scratchProject, type ScratchProject } from './scratch.ts';
import { configOf, waitFor, worktreesOf } from './sessions.ts';
import { stint } from './stint-here.ts';
import { waitUntil } from './wait-until.ts';

export function beside(project: ScratchProject, name: string): string {
  return path.join(project.folder, '..', name);
}

/** A shell script that writes one file and commits it. */
export function commits(file: string, content = file): string {
  return `echo '${content}' > ${file}; git add ${file}; git commit -qm 'add ${file}'`;
}

/** A project whose configuration is committed, so that its checkout is clean. */
export function projectOf(categories: Record<string, object>): ScratchProject {
  return scratchProject(configOf(categories, { schedule: { cooldown: '0s' } }));
}

/** Gives the project a bare remote that has all of main. */
export function addOrigin(project: ScratchProject): { folder: string; git: (...args: string[]) => string } {
  const folder = beside(project, 'origin.git');
  project.git('init', '-q', '--bare', '--initial-branch=main', folder);
  project.git('remote', 'add', 'origin', folder);
  project.git('push', '-q', '-u', 'origin', 'main');
  return { folder, git: (...args) => project.git('--git-dir', folder, ...args) };
}

export function addHook(repository: string, name: string, script: string): void {
  const hook = path.join(repository, 'hooks', name);
  mkdirSync(path.dirname(hook), { recursive: true });
  writeFileSync(hook, `#!/bin/sh\n${script}\n`);
  chmodSync(hook, 0o755);
}

/** Pushes a commit from another clone. */
export function pushFromClone(project: ScratchProject, file: string, content = 'theirs\n'): void {
  const clone = beside(project, `clone-${file}`);
  project.git('clone', '-q', beside(project, 'origin.git'), clone);
  writeFileSync(path.join(clone, file), content);
  project.git('-C', clone, 'add', file);
  project.git('-C', clone, 'commit', '-qm', `theirs ${file}`);
  project.git('-C', clone, 'push', '-q', 'origin', 'main');
}

export function subjects(project: ScratchProject, ref: string): string[] {
  return project.git('log', '--format=%s', ref).split('\n');
}

export function branchesOf(project: ScratchProject): string[] {
  return project
    .git('for-each-ref', '--format=%(refname:short)', 'refs/heads/stint/')
    .split('\n')
    .filter(Boolean);
}

/** A session whose base moves by `theirs` while it works. */
export async function moveWhile(
  category: object,
  theirs: (project: ScratchProject) => void,
): Promise<{ project: ScratchProject; record: SessionRecord }> {
  const project = scratchProject();
  const [ready, go] = [beside(project, 'ready'), beside(project, 'go')];
  const prompt = `${commits('a', 'ours')}; : > '${ready}'; ${waitFor(go)}`;
  project.write('stint.yaml', configOf({ code: { prompt, land: 'rebase', ...category } }));
  project.git('add', 'stint.yaml');
  project.git('commit', '-qm', 'settings');
  const run = stint(project, 'run', 'code', '--json');
  await waitUntil('the agent has committed', () => existsSync(ready));
  theirs(project);
  writeFileSync(go, '');
  const record = JSON.parse((await run).stdout) as SessionRecord;
  return { project, record };
}

export function personCommits(file: string): (project: ScratchProject) => void {
  return (project) => {
    project.write(file, 'theirs\n');
    project.git('add', file);
    project.git('commit', '-qm', `a person adds ${file}`);
  };
}

/** The session's work is where it was, and nothing else changed. */
export function expectKept(project: ScratchProject, record: SessionRecord): void {
  expect(project.git('rev-parse', record.branch ?? '')).toBe(record.commits.at(-1));
  expect(subjects(project, 'main')).not.toContain('add a');
  expect(worktreesOf(project)).toEqual([]);
  expect(record.outcome).toBe('productive');
}

export interface Landed {
  readonly id: string;
  readonly isNew: boolean;
  readonly landing: LandingResult;
}
