import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  contains,
  listRemotes,
  parentOf,
  resolve,
  resolveCommit,
  splitRemoteRef,
  tipOf,
  treeOf,
} from '../../src/git/names.ts';
import { gitVersion, isBare, isTop, listWorktrees } from '../../src/git/repository.ts';
import { scratchFolder, scratchProject } from '../support/scratch.ts';

test('names that look like options, and those of nothing, stand for nothing', async () => {
  const { folder } = scratchProject();
  for (const name of ['--all', '-h', 'no-such-branch', 'HEAD~9']) {
    expect(await resolve(folder, name)).toBeNull();
    expect(await resolveCommit(folder, name)).toBeNull();
  }
  expect(await resolveCommit(folder, 'HEAD^{tree}')).toBeNull();
  expect(await resolve(scratchFolder(), 'HEAD')).toBeNull();
});

test('a branch has a tip, a commit a tree and a parent; a first commit has none', async () => {
  const project = scratchProject();
  const { folder } = project;
  const first = project.git('rev-parse', 'HEAD');
  project.git('commit', '-q', '--allow-empty', '-m', 'second');
  const second = project.git('rev-parse', 'HEAD');
  expect([await tipOf(folder, 'main'), await tipOf(folder, 'other')]).toEqual([second, null]);
  expect([await parentOf(folder, second), await parentOf(folder, first)]).toEqual([first, null]);
  expect(await treeOf(folder, second)).toBe(await treeOf(folder, first));
  expect([await contains(folder, second, first), await contains(folder, first, second)]).toEqual([
    true,
    false,
  ]);
});

test('of remotes whose names begin alike, the longest has the branch', async () => {
  const project = scratchProject();
  const { folder } = project;
  for (const name of ['a', 'a/b']) project.git('remote', 'add', name, '/nowhere');
  expect(await listRemotes(folder)).toEqual(['a', 'a/b']);
  expect(await splitRemoteRef(folder, 'refs/remotes/a/b/c')).toEqual({ name: 'a/b', branch: 'c' });
  expect(await splitRemoteRef(folder, 'refs/remotes/a/c')).toEqual({ name: 'a', branch: 'c' });
  expect(await splitRemoteRef(folder, 'refs/remotes/x/c')).toBeNull();
});

test('worktrees are told with their branch and commit, also one whose folder is gone', async () => {
  const project = scratchProject();
  const { folder } = project;
  const head = project.git('rev-parse', 'HEAD');
  const beside = (name: string): string => path.join(folder, '..', name);
  project.git('worktree', 'add', '-q', '-b', 'topic', beside('topic'));
  project.git('worktree', 'add', '-q', '--detach', beside('detached'));
  rmSync(beside('detached'), { recursive: true });
  const [checkout, ...others] = await listWorktrees(folder);
  expect(checkout).toEqual({ folder, head, branch: 'refs/heads/main' });
  expect(new Map(others.map((each) => [path.basename(each.folder), [each.head, each.branch]]))).toEqual(
    new Map([
      ['topic', [head, 'refs/heads/topic']],
      ['detached', [head, null]],
    ]),
  );
});

test('a folder below the top is not the top, and a bare repository has no files', async () => {
  const project = scratchProject();
  project.write('below/file', '');
  expect([await isTop(project.folder), await isTop(path.join(project.folder, 'below'))]).toEqual([
    true,
    false,
  ]);
  const bare = scratchFolder();
  project.git('init', '-q', '--bare', bare);
  expect([await isBare(bare), await isBare(project.folder), await isBare(scratchFolder())]).toEqual([
    true,
    false,
    false,
  ]);
  expect(await gitVersion(bare)).toMatch(/^\d+\.\d+/);
});
