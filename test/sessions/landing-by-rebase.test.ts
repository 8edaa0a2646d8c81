import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import {
  beside,
  branchesOf,
  commits,
  expectKept,
  moveWhile,
  personCommits,
  projectOf,
  subjects,
} from '../support/landing.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf, waitFor, worktreesOf } from '../support/sessions.ts';
import { runSession, stint, stintJson } from '../support/stint-here.ts';
import { waitUntil } from '../support/wait-until.ts';

// Work that leaves its branch, with real git on both sides: it lands, or a fact of the record says why not.

test('nothing lands without being asked, and a noop has nothing to land', async () => {
  const project = projectOf({ code: { prompt: commits('a') }, idle: { prompt: 'true', land: 'rebase' } });
  const kept = await runSession(project, 'code');
  expect(kept.landing).toMatchObject({ kind: 'none', detail: expect.stringContaining('stays') as string });
  expect(branchesOf(project)).toEqual([kept.branch]);
  expect((await runSession(project, 'idle')).landing).toEqual({
    kind: 'none',
    detail: 'nothing was delivered',
  });
  expect(subjects(project, 'main')).toEqual(['start']);
});

test('rebase: the checkout of the base branch is fast-forwarded, files and all, and the branch goes', async () => {
  const project = projectOf({ code: { prompt: commits('a'), land: 'rebase', check: 'test -e a' } });
  const record = await runSession(project, 'code');
  expect(record.landing).toMatchObject({
    kind: 'landed',
    how: 'rebase',
    onto: 'main',
    commits: record.commits,
    isBranchSpent: true,
  });
  expect(project.git('rev-parse', 'main')).toBe(record.commits[0]);
  expect(readFileSync(path.join(project.folder, 'a'), 'utf8')).toBe('a\n');
  expect(project.git('status', '--porcelain')).toBe('');
  expect(branchesOf(project)).toEqual([]);
  expect(worktreesOf(project)).toEqual([]);
});

test('rebase: the base moved meanwhile; what lands has been checked as it lands', async () => {
  const project = projectOf({
    code: {
      prompt: `${commits('a')}; : > ../ready; ${waitFor('../go')}`,
      land: 'rebase',
      check: 'test -e a',
    },
  });
  const [ready, go] = [beside(project, 'ready'), beside(project, 'go')];
  project.write(
    'stint.yaml',
    configOf({
      code: {
        prompt: `${commits('a')}; : > '${ready}'; ${waitFor(go)}`,
        land: 'rebase',
        // It counts the trees that it was asked about.
        check: `sh -c 'ls | grep -v stint | xargs >> ${beside(project, 'checked')}'`,
      },
    }),
  );
  project.git('commit', '-qam', 'settings');
  const run = stint(project, 'run', 'code', '--json');
  await waitUntil('the agent has committed', () => existsSync(ready));
  project.write('mine', 'mine\n');
  project.git('add', 'mine');
  project.git('commit', '-qm', 'a person commits');
  writeFileSync(go, '');
  const record = JSON.parse((await run).stdout) as SessionRecord;
  expect(subjects(project, 'main')).toEqual(['add a', 'a person commits', 'settings', 'start']);
  expect(record.landing).toMatchObject({ kind: 'landed', commits: [project.git('rev-parse', 'main')] });
  expect(record.commits).not.toContain(project.git('rev-parse', 'main'));
  expect(readFileSync(beside(project, 'checked'), 'utf8').trim().split('\n')).toEqual([
    'README.md a',
    // The commit before it: a check that failed there would be one that this session repaired.
    'README.md',
    'README.md a mine',
  ]);
  expect(branchesOf(project)).toEqual([]);
  // Whose commit it is stays so: a session that starts later finds it there.
  const shown = await stintJson<SessionRecord>(project, 'show', record.id);
  expect(shown.commits).toEqual(record.commits);
});

test('a conflict is a fact with its files, and the branch stays as it was', async () => {
  const { project, record } = await moveWhile({}, personCommits('a'));
  expect(record.landing).toMatchObject({ kind: 'refused', how: 'rebase', reason: 'conflict', files: ['a'] });
  expectKept(project, record);
  expect(readFileSync(path.join(project.folder, 'a'), 'utf8')).toBe('theirs\n');
  expect(project.git('status', '--porcelain')).toBe('');
});

test('what passed on its own and fails where it would land stays', async () => {
  const { project, record } = await moveWhile({ check: ['test', '!', '-e', 'b'] }, personCommits('b'));
  expect(record.check.result).toBe('passed');
  expect(record.landing).toMatchObject({ kind: 'refused', reason: 'check-failed' });
  expectKept(project, record);
});

test('local changes in the way are kept, and so is the work', async () => {
  const { project, record } = await moveWhile({}, (each) => each.write('a', 'not committed\n'));
  expect(record.landing).toMatchObject({ kind: 'refused', reason: 'checkout-dirty', files: ['a'] });
  expectKept(project, record);
  expect(readFileSync(path.join(project.folder, 'a'), 'utf8')).toBe('not committed\n');
});

test('local changes elsewhere do not hold up a landing', async () => {
  const { project, record } = await moveWhile({}, (each) => each.write('README.md', 'not committed\n'));
  expect(record.landing).toMatchObject({ kind: 'landed' });
  expect(project.git('status', '--porcelain')).toBe('M README.md');
});

test('a base branch that is being rebased is left alone', async () => {
  const { project, record } = await moveWhile({}, (each) => {
    personCommits('c')(each);
    const env = { ...each.env, GIT_SEQUENCE_EDITOR: 'sed -i 1s/pick/edit/' };
    execFileSync('git', ['rebase', '-q', '-i', 'HEAD~1'], { cwd: each.folder, env, stdio: 'pipe' });
  });
  expect(record.landing).toMatchObject({ kind: 'refused', reason: 'checkout-busy' });
  project.git('rebase', '--abort');
  expectKept(project, record);
});

test('a base branch that is checked out nowhere is moved alone', async () => {
  const { project, record } = await moveWhile({}, (each) => {
    each.git('checkout', '-q', '-b', 'elsewhere');
  });
  expect(record.landing).toMatchObject({ kind: 'landed', onto: 'main' });
  expect(subjects(project, 'main')[0]).toBe('add a');
  expect(subjects(project, 'elsewhere')[0]).toBe('settings');
  expect(existsSync(path.join(project.folder, 'a'))).toBe(false);
});

test.each([
  ['a check that fails', { check: ['test', '!', '-e', 'a'] }, 'check-failed'],
  ['a check that was red before', { check: 'false' }, 'check-failed'],
  ['a check that cannot run', { check: 'no-such-check' }, 'check-not-run'],
])('%s: nothing lands', async (_, category, reason) => {
  const project = projectOf({ code: { prompt: commits('a'), land: 'rebase', ...category } });
  const record = await runSession(project, 'code');
  expect(record.landing).toMatchObject({ kind: 'refused', reason });
  expectKept(project, record);
});

test('commits that the session did not make do not land with its own', async () => {
  const project = scratchProject();
  project.git('checkout', '-q', '-b', 'theirs');
  personCommits('b')(project);
  project.git('checkout', '-q', 'main');
  project.write(
    'stint.yaml',
    configOf({ code: { prompt: `git cherry-pick theirs >/dev/null; ${commits('a')}`, land: 'rebase' } }),
  );
  const record = await runSession(project, 'code');
  expect(record.landing).toMatchObject({ kind: 'refused', reason: 'foreign-commits' });
  expect(record.commitDetails.map(({ subject }) => subject)).toEqual(['add a']);
  expectKept(project, record);
});

/** An agent that brings main into its branch, while main moves on again. */
function mergingAgent(project: ScratchProject, resolve: string): object {
  const [ready, merged] = [beside(project, 'merge'), beside(project, 'ready')];
  return {
    prompt: `${commits('a', 'ours')}; : > '${ready}'; ${waitFor(`${ready}.go`)}
      git merge -q --no-edit main >/dev/null 2>&1 || { ${resolve}; }
      : > '${merged}'; ${waitFor(beside(project, 'go'))}`,
  };
}

test.each([
  ['a merge that changes nothing itself is left out', 'other', 'false', 'landed'],
  [
    'a merge that resolves a conflict is not thrown away',
    'a',
    'echo both > a; git commit -qam merged',
    'refused',
  ],
])('%s', async (_, file, resolve, kind) => {
  const project = scratchProject();
  project.write('stint.yaml', configOf({ code: { ...mergingAgent(project, resolve), land: 'rebase' } }));
  project.git('add', '--all');
  project.git('commit', '-qm', 'settings');
  const run = stint(project, 'run', 'code', '--json');
  await waitUntil('it has committed', () => existsSync(beside(project, 'merge')));
  personCommits(file)(project);
  writeFileSync(beside(project, 'merge.go'), '');
  await waitUntil('it has merged', () => existsSync(beside(project, 'ready')));
  personCommits('later')(project);
  writeFileSync(beside(project, 'go'), '');
  const record = JSON.parse((await run).stdout) as SessionRecord;
  expect(record.landing).toMatchObject(kind === 'landed' ? { kind } : { kind, reason: 'merge-commits' });
  expect(branchesOf(project)).toEqual(kind === 'landed' ? [] : [record.branch]);
  expect(subjects(project, 'main').includes('add a')).toBe(kind === 'landed');
});
