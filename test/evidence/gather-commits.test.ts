import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { readChanges, readMergeChanges } from '../../src/git/commit-facts.ts';
import { recoverCommits } from '../../src/evidence/gather-commits.ts';
import { scratchProject } from '../support/scratch.ts';

/** A repository whose main and side change one file in different places, and one line both. */
function forked() {
  const project = scratchProject();
  const sh = (script: string): string =>
    execFileSync('/bin/sh', ['-euc', script], {
      cwd: project.folder,
      env: project.env,
      encoding: 'utf8',
    }).trim();
  sh(`seq 20 >file; git add file; git commit -qm base
    git checkout -qb side; sed -i 's/^2$/two/' file; seq 5 >other; git add other; git commit -qam side
    git checkout -q main; sed -i 's/^18$/eighteen/' file; git commit -qam main`);
  return { project, sh };
}

test('a merge that only brings others together changes nothing itself', async () => {
  const { project, sh } = forked();
  const merge = sh('git merge -q --no-edit side; git rev-parse HEAD');
  expect([...(await readMergeChanges(project.folder, [merge]))].flatMap(([, changes]) => changes)).toEqual(
    [],
  );
});

test('a merge with a conflict changes the lines that are in neither parent', async () => {
  const { project, sh } = forked();
  const merge = sh(`sed -i 's/^2$/zwei/' file; git commit -qam rival
    git merge side >/dev/null 2>&1 || true
    sed -i -e '/^[<=>]/d' -e 's/^zwei$/both/' -e '/^two$/d' file; git commit -qam resolved; git rev-parse HEAD`);
  const changes = await readMergeChanges(project.folder, [merge]);
  expect(changes.get(merge)?.map(({ path }) => path)).toEqual(['file']);
  // `both` is new, `zwei` is gone from one side and `two` from the other: only the first differs from every parent.
  expect(changes.get(merge)?.[0]?.lines).toBe(1);
});

test('changes of plain commits count added and removed lines, of the first commit too', async () => {
  const { project, sh } = forked();
  const [side, root] = [sh('git rev-parse side'), sh('git rev-list --max-parents=0 HEAD')];
  const changes = await readChanges(project.folder, [side, root]);
  expect(changes.get(side)).toEqual([
    { path: 'file', lines: 2 },
    { path: 'other', lines: 5 },
  ]);
  expect(changes.get(root)).toEqual([{ path: 'README.md', lines: 1 }]);
});

test('what no branch has any more is measured as far as git still has it', async () => {
  const { project, sh } = forked();
  const [side, root] = [sh('git rev-parse side'), sh('git rev-list --max-parents=0 HEAD')];
  sh('git branch -qD side');
  expect(await recoverCommits(project.folder, ['f'.repeat(40), side, root])).toMatchObject([
    { sha: side, subject: 'side', lines: 7, files: ['file', 'other'], isMerge: false, source: 'forge' },
    { sha: root, lines: 1 },
  ]);
  expect(await recoverCommits(project.folder, [])).toEqual([]);
});
