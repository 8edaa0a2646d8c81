import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { LandingResult } from '../../src/domain/landing.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf, worktreesOf } from '../support/sessions.ts';
import { runSession, stintJson } from '../support/stint-here.ts';

/** git takes submodules of this machine only when it is told to. */
const ALLOW = {
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'protocol.file.allow',
  GIT_CONFIG_VALUE_0: 'always',
};

const setup = 'git submodule update --quiet --init';
const inner = (then: string): string => `cd vendor/lib; ${then}; cd ../..; git commit -qam bump`;
const commit = (file: string): string => `seq 40 > ${file}; git add .; git commit -qm ${file}`;

function withSubmodule(): ScratchProject {
  const project = scratchProject();
  Object.assign(project.env, ALLOW);
  const library = path.join(project.folder, '../library.git');
  execFileSync('git', ['clone', '--quiet', '--bare', project.folder, library], { env: project.env });
  project.git('submodule', '--quiet', 'add', library, 'vendor/lib');
  project.write(
    'stint.yaml',
    configOf({
      clean: { prompt: 'echo x > file; git add file; git commit -qm outer', setup, land: 'rebase' },
      pushed: {
        prompt: inner(`${commit('common')}; git push -q origin HEAD:refs/heads/work`),
        setup,
        land: 'rebase',
      },
      lost: { prompt: inner(commit('precious')), setup, land: 'rebase' },
    }),
  );
  project.git('add', '--all');
  project.git('commit', '--quiet', '--message', 'with a library');
  return project;
}

test('a submodule with commits that no remote has: the worktree stays, and nothing that names them lands', async () => {
  const project = withSubmodule();
  const clean = await runSession(project, 'clean');
  expect(clean).toMatchObject({ keptWorktree: null, warnings: [], landing: { kind: 'landed' } });
  const pushed = await runSession(project, 'pushed');
  expect(pushed).toMatchObject({ keptWorktree: null, warnings: [], landing: { kind: 'landed' } });
  expect(worktreesOf(project)).toEqual([]);

  const lost = await runSession(project, 'lost');
  expect(lost.outcome).toBe('productive');
  expect(lost.landing).toMatchObject({ reason: 'unpushed-submodule', files: ['vendor/lib'] });
  expect(lost.warnings).toEqual([
    'the worktree is kept: vendor/lib is a repository of its own, with work that is nowhere else',
  ]);
  const kept = lost.keptWorktree ?? '';
  expect(readFileSync(path.join(kept, 'vendor/lib/precious'), 'utf8')).toHaveLength(111);

  execFileSync('git', ['push', '--quiet', 'origin', 'HEAD:refs/heads/more'], {
    cwd: path.join(kept, 'vendor/lib'),
    env: project.env,
  });
  expect(await stintJson<{ landing: LandingResult }>(project, 'land', lost.id)).toMatchObject({
    landing: { kind: 'landed' },
  });
});

test('a repository that the agent makes keeps the worktree, also where tools put what they make', async () => {
  const make = (folder: string): string =>
    `git init -q ${folder}; (cd ${folder}; echo x > code; git add .; git commit -qm x)`;
  const project = scratchProject();
  project.write('.gitignore', 'build/\ndata/\n');
  project.write('data/old/known', '1');
  project.write(
    'stint.yaml',
    configOf({
      linked: { prompt: `${make('tool')}; git add -A; git commit -qm out` },
      hidden: { prompt: make('build/other') },
      empty: { prompt: 'mkdir -p build; echo made > build/made', copy: ['data'] },
      ignored: { prompt: 'seq 50 > data/old/result', copy: ['data'] },
    }),
  );
  project.git('add', '--all');
  project.git('commit', '--quiet', '--message', 'folders');
  const linked = await runSession(project, 'linked');
  expect(linked.warnings).toEqual([expect.stringMatching(/tool is a repository of its own, with work/)]);
  expect(existsSync(path.join(linked.keptWorktree ?? '', 'tool/code'))).toBe(true);
  const hidden = await runSession(project, 'hidden');
  expect(existsSync(path.join(hidden.keptWorktree ?? '', 'build/other/code'))).toBe(true);
  expect(await runSession(project, 'empty')).toMatchObject({ keptWorktree: null, warnings: [] });
  const ignored = await runSession(project, 'ignored');
  expect(ignored.warnings).toEqual(['the worktree is kept: ignored, and made again by no tool: data/']);
  expect(existsSync(path.join(ignored.keptWorktree ?? '', 'data/old/result'))).toBe(true);
});
