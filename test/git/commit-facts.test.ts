import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  readChangedLines,
  readChanges,
  readMergeChanges,
  readPatchIds,
  selectLost,
  selectUnreachable,
} from '../../src/git/commit-facts.ts';
import { scratchProject } from '../support/scratch.ts';

test('what is lost is known while others make and remove worktrees', async () => {
  const project = scratchProject();
  const kept = project.git('rev-parse', 'HEAD');
  const detached = project.git('commit-tree', '-p', kept, '-m', 'only a HEAD has it', 'HEAD^{tree}');
  const lost = project.git('commit-tree', '-p', kept, '-m', 'nobody has it', 'HEAD^{tree}');
  project.git('worktree', 'add', '-q', '--detach', '../holder', detached);
  const churn =
    'for i in $(seq 25); do git worktree add -q --detach ../w; git worktree remove --force ../w; done';
  const child = spawn('/bin/sh', ['-c', churn], { cwd: project.folder, env: project.env, stdio: 'ignore' });
  const ended = once(child, 'exit');
  do {
    expect(await selectLost(project.folder, [kept, detached, lost])).toEqual(new Set([lost]));
  } while (child.exitCode === null);
  await ended;
});

test('git’s refusal is no answer', async () => {
  const project = scratchProject();
  await expect(selectUnreachable(path.dirname(project.folder), ['a'.repeat(40)], [])).rejects.toThrow();
  const gone = 'a'.repeat(40);
  const head = project.git('rev-parse', 'HEAD');
  expect(await selectUnreachable(project.folder, [head, gone], [gone])).toEqual(new Set([head]));
});

test('a question about a change runs no program that the repository names', async () => {
  const project = scratchProject();
  const program = path.join(project.folder, '../program');
  project.write('../program', '#!/bin/sh\ntouch "${0}.ran"\n');
  chmodSync(program, 0o755);
  project.write('.git/info/attributes', '* diff=own filter=own\n');
  for (const key of [
    'core.fsmonitor',
    'diff.external',
    'diff.own.textconv',
    'diff.own.command',
    'filter.own.clean',
  ])
    project.git('config', key, program);
  const head = project.git('rev-parse', 'HEAD');
  for (const read of [readPatchIds, readChanges, readChangedLines, readMergeChanges])
    expect(await read(project.folder, [head])).toBeInstanceOf(Map);
  expect(existsSync(`${program}.ran`)).toBe(false);
});
