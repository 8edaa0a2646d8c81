import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ImportReport } from '../../src/control/desk/exchange/import-tally.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { scratchFolder, scratchProject, type ScratchProject } from '../support/scratch.ts';
import { stint, stintJson } from '../support/stint-here.ts';
import { calling, claudeAnswer, claudePrompt, claudeResult, saying } from '../support/transcript-lines.ts';

const THREAD = '00000000-0000-4000-8000-000000000001';

/** A session of a folder that is gone, whose one commit the project has. */
function projectWithSession(cwd = '/gone/app'): { project: ScratchProject; sha: string } {
  const project = scratchProject();
  project.write('b.txt', 'one\ntwo\n');
  project.git('add', 'b.txt');
  const told = project.git('commit', '-m', 'add b.txt');
  const lines = [
    claudePrompt(THREAD, 0, 'Go on.', { cwd }),
    claudeAnswer(THREAD, 1, 'm1', calling('c1', 'git commit -m work'), { cwd }),
    claudeResult(THREAD, 2, 'c1', told, { cwd }),
    claudeAnswer(THREAD, 3, 'm2', saying('Done.'), { cwd }),
  ];
  project.write('in/s.jsonl', lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return { project, sha: project.git('rev-parse', 'HEAD').trim() };
}

/** Imports the session outside of every repository. */
async function recordWith(project: ScratchProject, repository: string): Promise<SessionRecord | undefined> {
  const place = { folder: scratchFolder(), env: project.env };
  const file = path.join(project.folder, 'in/s.jsonl');
  await stintJson<ImportReport>(place, 'import', file, '--repo', repository);
  return (await stintJson<SessionRecord[]>(place, 'sessions'))[0];
}

test.each<[string, (project: ScratchProject, folder: string) => string]>([
  [
    'a bare clone',
    (project, folder) => {
      project.git('clone', '-q', '--bare', project.folder, path.join(folder, 'app.git'));
      return path.join(folder, 'app.git');
    },
  ],
  [
    'a folder inside a bare clone',
    (project, folder) => {
      project.git('clone', '-q', '--bare', project.folder, path.join(folder, 'app.git'));
      return path.join(folder, 'app.git/refs');
    },
  ],
  [
    'a folder whose .git leads to a bare repository in it',
    (project, folder) => {
      project.git('clone', '-q', '--bare', project.folder, path.join(folder, '.bare'));
      writeFileSync(path.join(folder, '.git'), 'gitdir: ./.bare\n');
      return folder;
    },
  ],
  [
    'a worktree of a bare clone',
    (project, folder) => {
      const bare = path.join(folder, 'app.git');
      project.git('clone', '-q', '--bare', project.folder, bare);
      project.git('-C', bare, 'worktree', 'add', '-q', path.join(folder, 'tree'), '-b', 'side');
      return path.join(folder, 'tree');
    },
  ],
  [
    'the .git file of a worktree',
    (project, folder) => {
      project.git('worktree', 'add', '-q', path.join(folder, 'tree'), '-b', 'side');
      return path.join(folder, 'tree/.git');
    },
  ],
  ['the .git folder of a checkout', (project) => path.join(project.folder, '.git')],
  [
    'the part of .git that belongs to a worktree',
    (project, folder) => {
      project.git('worktree', 'add', '-q', path.join(folder, 'tree'), '-b', 'side');
      return path.join(project.folder, '.git/worktrees/tree');
    },
  ],
  [
    'a folder below the top of a checkout',
    (project) => {
      project.write('deep/er/file', '');
      return path.join(project.folder, 'deep/er');
    },
  ],
  [
    'a submodule',
    (project, folder) => {
      project.git('init', '-q', folder);
      const local = ['-C', folder, '-c', 'protocol.file.allow=always'];
      project.git(...local, 'submodule', '--quiet', 'add', project.folder, 'part');
      return path.join(folder, 'part');
    },
  ],
])('--repo takes %s, and its commits count', async (_name, make) => {
  const { project, sha } = projectWithSession();
  const repository = make(project, scratchFolder());
  expect(await recordWith(project, repository)).toMatchObject({ outcome: 'productive', commits: [sha] });
});

test('a session that ran beside the worktrees of a bare repository is judged by that repository', async () => {
  const folder = scratchFolder();
  const { project, sha } = projectWithSession(folder);
  project.git('clone', '-q', '--bare', project.folder, path.join(folder, '.bare'));
  writeFileSync(path.join(folder, '.git'), 'gitdir: ./.bare\n');
  const place = { folder: scratchFolder(), env: project.env };
  await stintJson<ImportReport>(place, 'import', path.join(project.folder, 'in/s.jsonl'));
  expect(await stintJson<SessionRecord[]>(place, 'sessions')).toMatchObject([
    { outcome: 'productive', commits: [sha] },
  ]);
});

test.each<[string, (folder: string) => void, RegExp]>([
  ['an ordinary folder', () => undefined, /\/stint-test-\w+ is not a git repository\. Name/],
  [
    'a .git that leads nowhere',
    (folder) => writeFileSync(path.join(folder, '.git'), 'gitdir: /nowhere/at/all\n'),
    /is not a git repository: not a git repository: \/nowhere\/at\/all\./,
  ],
  [
    'a .git without anything in it',
    (folder) => mkdirSync(path.join(folder, '.git')),
    /is not a git repository/,
  ],
  [
    'a bare repository whose settings cannot be read',
    (folder) => {
      for (const name of ['objects', 'refs']) mkdirSync(path.join(folder, name));
      writeFileSync(path.join(folder, 'HEAD'), 'ref: refs/heads/main\n');
      writeFileSync(path.join(folder, 'config'), '[core\n');
    },
    /is not a git repository: bad config line 1 in file/,
  ],
])('--repo with %s: one sentence says why, and nothing is imported', async (_name, make, said) => {
  const { project } = projectWithSession();
  const folder = scratchFolder();
  make(folder);
  const result = await stint(project, 'import', 'in', '--repo', folder);
  expect(result.code).toBe(2);
  expect(result.stderr).toMatch(said);
  expect(result.stderr.trim().split('\n').length).toBeLessThan(4);
  expect(await stintJson(project, 'sessions')).toEqual([]);
});
