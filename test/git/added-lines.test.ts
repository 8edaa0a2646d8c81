import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  commitBefore,
  describeRefs,
  filesEnding,
  readCutOff,
  readFileLines,
  readHistory,
} from '../../src/git/added-lines.ts';
import { findHistory, type Repository } from '../../src/git/repository.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';

async function historyOf(project: ScratchProject, folder = project.folder): Promise<Repository> {
  const found = await findHistory(folder);
  if (found === null) throw new Error('there is no repository');
  return found;
}

/** Each commit's subject would need a process more: they are told by the lines that they add. */
async function linesAdded(repository: Repository, patterns: readonly string[], since = 0): Promise<string[]> {
  const lines: string[] = [];
  let file = '';
  await readHistory(repository, since, patterns, {
    commit: () => undefined,
    file: (name) => (file = name),
    line: (text) => lines.push(`${file}: ${text}`),
  });
  return lines;
}

function commitFile(project: ScratchProject, name: string, content: string): string {
  project.write(name, content);
  project.git('add', '--all');
  project.git('commit', '-qm', name.slice(0, 20));
  return project.git('rev-parse', 'HEAD');
}

test('each added line comes with its file, whatever the file is called and holds', async () => {
  const project = scratchProject();
  const names = [
    'a b.ts',
    'q"uote.ts',
    'ümlaut.ts',
    '-dash.ts',
    'co:lon.ts',
    '[x]*?.ts',
    'back\\slash.ts',
    'tab\t.ts',
  ];
  for (const name of names) commitFile(project, name, `line of ${JSON.stringify(name)}\n`);
  const lines = await linesAdded(await historyOf(project), names.map(filesEnding));
  expect(lines.toSorted()).toEqual(
    names.map((name) => `${name}: line of ${JSON.stringify(name)}`).toSorted(),
  );
});

test('an ending finds files in any folder, and a file at the top', async () => {
  const project = scratchProject();
  for (const name of ['a.ts', 'src/deep/a.ts', 'src/b.ts', 'a.ts.md'])
    commitFile(project, name, `line of ${name}\n`);
  expect(await linesAdded(await historyOf(project), [filesEnding('a.ts')])).toEqual([
    'src/deep/a.ts: line of src/deep/a.ts',
    'a.ts: line of a.ts',
  ]);
});

test('a line that looks like the head of a patch is a line', async () => {
  const project = scratchProject();
  commitFile(project, 'a.ts', '++ b/other.ts\n@@ -1 +1 @@\ndiff --git a/x b/x\n\0nul\n');
  commitFile(project, 'b.ts', '++ b/other.ts\n@@ -1,9 +1,9 @@\nlast without an end');
  commitFile(project, 'b.ts', '-- a/gone\nnew');
  expect(await linesAdded(await historyOf(project), [filesEnding('b.ts')])).toEqual([
    'b.ts: -- a/gone',
    'b.ts: new',
    'b.ts: ++ b/other.ts',
    'b.ts: @@ -1,9 +1,9 @@',
    'b.ts: last without an end',
  ]);
});

test('settings of the user change nothing of what is read', async () => {
  const project = scratchProject();
  commitFile(project, 'deep/a.ts', 'one line\n');
  for (const [key, value] of [
    ['diff.noprefix', 'true'],
    ['diff.mnemonicPrefix', 'true'],
    ['color.ui', 'always'],
    ['log.showRoot', 'false'],
    ['log.showSignature', 'true'],
    ['grep.lineNumber', 'true'],
    ['diff.context', '9'],
    ['diff.interHunkContext', '9'],
  ] as const)
    project.git('config', key, value);
  const repository = await historyOf(project);
  commitFile(project, 'deep/a.ts', 'one line\ntwo lines\n');
  expect(await linesAdded(repository, [filesEnding('a.ts')])).toEqual([
    'deep/a.ts: two lines',
    'deep/a.ts: one line',
  ]);
  const lines: string[] = [];
  await readFileLines(repository, project.git('rev-parse', 'HEAD'), [filesEnding('.ts')], (line) =>
    lines.push(line),
  );
  expect(lines).toEqual(['one line', 'two lines']);
});

test('a line of a megabyte, a binary file and a deleted one are passed over', async () => {
  const project = scratchProject();
  commitFile(project, 'a.ts', `${'x'.repeat(1 << 20)}\nshort line\n`);
  commitFile(project, 'b.ts', 'text\0binary\n');
  project.git('rm', '-q', 'b.ts');
  project.git('commit', '-qm', 'gone');
  expect(await linesAdded(await historyOf(project), [filesEnding('.ts')])).toEqual(['a.ts: short line']);
});

test('a merge adds what stands in none of its parents, and what is on no branch is not read', async () => {
  const project = scratchProject();
  project.git('checkout', '-qb', 'side');
  commitFile(project, 'a.ts', 'side line\n');
  project.git('checkout', '-q', 'main');
  commitFile(project, 'b.ts', 'main line\n');
  project.git('merge', '-q', '--no-edit', '--no-commit', 'side');
  project.write('a.ts', 'side line\n-- resolved line\n');
  project.write('b.ts', '++ main line, and more\n');
  project.git('commit', '-qam', 'merged');
  commitFile(project, 'd.ts', 'line behind\n');
  project.git('checkout', '-q', '--detach');
  commitFile(project, 'c.ts', 'detached line\n');
  const detached = await historyOf(project);
  project.git('checkout', '-q', 'main');
  const lines = await linesAdded(await historyOf(project), [filesEnding('.ts')]);
  expect(lines.toSorted()).toEqual([
    'a.ts: -- resolved line',
    'a.ts: side line',
    'b.ts: ++ main line, and more',
    'b.ts: main line',
    'd.ts: line behind',
  ]);
  // HEAD keeps it while it stands there.
  expect(await linesAdded(detached, [filesEnding('c.ts')])).toEqual(['c.ts: detached line']);
});

test('the commit before a moment is asked of all branches, and there may be none', async () => {
  const project = scratchProject();
  const first = project.git('rev-parse', 'HEAD');
  const repository = await historyOf(project);
  expect(await commitBefore(repository, 1)).toBeNull();
  expect(await commitBefore(repository, 4_000_000_000)).toBe(first);
});

test('a repository without a commit has no refs, and a bare one has those of its origin', async () => {
  const project = scratchProject();
  project.git('init', '-q', '--initial-branch=main', '../empty');
  expect(await describeRefs(await historyOf(project, path.join(project.folder, '../empty')))).toBe('');
  commitFile(project, 'a.ts', 'a line\n');
  project.git('clone', '-q', '--bare', '.', '../bare.git');
  const bare = await historyOf(project, path.join(project.folder, '../bare.git'));
  expect(await describeRefs(bare)).toContain('refs/heads/main');
  expect(await linesAdded(bare, [filesEnding('a.ts')])).toEqual(['a.ts: a line']);
});

test('the first commit of a shallow clone is known to be cut off', async () => {
  const project = scratchProject();
  commitFile(project, 'a.ts', 'old line\n');
  const last = commitFile(project, 'a.ts', 'old line\nnew line\n');
  project.git('clone', '-q', '--depth=1', `file://${project.folder}`, '../shallow');
  expect(readCutOff(await historyOf(project, path.join(project.folder, '../shallow')))).toEqual(
    new Set([last]),
  );
  expect(readCutOff(await historyOf(project))).toEqual(new Set());
});

test('missing objects are a problem with words of git, not an answer', async () => {
  const project = scratchProject();
  const commit = commitFile(project, 'a.ts', 'a line\n');
  const blob = project.git('rev-parse', 'HEAD:a.ts');
  rmSync(path.join(project.folder, '.git/objects', blob.slice(0, 2), blob.slice(2)), { force: true });
  const repository = await historyOf(project);
  await expect(linesAdded(repository, [filesEnding('a.ts')])).rejects.toMatchObject({ code: 'git_failed' });
  await expect(readFileLines(repository, commit, [], () => undefined)).rejects.toMatchObject({
    code: 'git_failed',
  });
});

test('a pull request reaches commits; pins of stint, stash entries and notes do not', async () => {
  const project = scratchProject();
  for (const [name, ref] of [
    ['pull.ts', 'refs/pull/7/head'],
    ['pin.ts', 'refs/stint/stash/abc/1'],
    ['noted.ts', 'refs/notes/commits'],
  ] as const) {
    const commit = commitFile(project, name, `line of ${name}\n`);
    project.git('reset', '-q', '--hard', 'HEAD^');
    project.git('update-ref', ref, commit);
  }
  project.write('aside.ts', 'line of aside.ts\n');
  project.git('add', '--all');
  project.git('stash', '-q');
  const repository = await historyOf(project);
  expect(await linesAdded(repository, [filesEnding('.ts')])).toEqual(['pull.ts: line of pull.ts']);
  expect((await describeRefs(repository)).split('\n').map((line) => line.split(' ')[0])).toEqual([
    'refs/heads/main',
    'refs/pull/7/head',
    'HEAD',
  ]);
});
