import { expect, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { branchesOf, commits, projectOf, subjects } from '../support/landing.ts';
import type { ScratchProject } from '../support/scratch.ts';
import { runSession, stint, stintJson } from '../support/stint-here.ts';
import { worktreesOf } from '../support/sessions.ts';

// Agents leave the branch that was made for them. Where the worktree stands in the end decides what lands.

interface Unlanded {
  readonly unlanded: readonly {
    readonly id: string;
    readonly branch: string;
    readonly reason: string | null;
  }[];
}

const branchNames = (project: ScratchProject): string[] =>
  project.git('for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads/').split('\n');

const stintRefs = (project: ScratchProject): string => project.git('for-each-ref', 'refs/stint/');

test.each([
  ['its HEAD is detached', `git checkout -q --detach; ${commits('a')}`],
  ['its branch has another name', `${commits('a')}; git branch -m feature/nice`],
  [
    'its HEAD was pointed elsewhere',
    `git branch pointed; git symbolic-ref HEAD refs/heads/pointed; ${commits('a')}`,
  ],
  [
    'its name has quotes, spaces of another script and an emoji',
    `git checkout -q -b 'o"dd/nämé—🙂'; ${commits('a')}`,
  ],
  [
    'it was renamed, and HEAD detached after that',
    `${commits('a')}; git branch -m new; git checkout -q --detach`,
  ],
  [
    'its own branch is gone',
    `git checkout -q -b other; ${commits('a')}; git branch -D "stint/code/$STINT_SESSION_ID"`,
  ],
])('rebase: %s; the work lands, and no branch is left', async (_, prompt) => {
  const project = projectOf({ code: { prompt, land: 'rebase' } });
  const record = await runSession(project, 'code');
  expect(record).toMatchObject({ outcome: 'productive', landing: { kind: 'landed', onto: 'main' } });
  expect(subjects(project, 'main')).toEqual(['add a', 'start']);
  expect(branchNames(project)).toEqual(['main']);
  expect(stintRefs(project)).toBe('');
  expect(worktreesOf(project)).toEqual([]);
});

test('branch: a second branch on the first is named, listed, and lands when a person asks', async () => {
  const project = projectOf({
    code: { prompt: `${commits('a')}; git checkout -q -b second; ${commits('b')}` },
  });
  const record = await runSession(project, 'code');
  expect(record).toMatchObject({ branch: 'second', landing: { kind: 'none' } });
  const { unlanded } = await stintJson<Unlanded>(project, 'status');
  expect(unlanded).toMatchObject([{ id: record.id, branch: 'second', commits: 2 }]);
  expect(await stintJson(project, 'land', record.id)).toMatchObject({ landing: { kind: 'landed' } });
  expect(subjects(project, 'main')).toEqual(['add b', 'add a', 'start']);
  expect(branchNames(project)).toEqual(['main']);
  expect((await stintJson<Unlanded>(project, 'status')).unlanded).toEqual([]);
});

test('rebase: of two branches apart one lands, and a warning names what the other holds', async () => {
  const prompt = `${commits('a')}; git checkout -q -b second HEAD~1; ${commits('b')}`;
  const project = projectOf({ code: { prompt, land: 'rebase' } });
  const record = await runSession(project, 'code');
  expect(record).toMatchObject({ branch: 'second', landing: { kind: 'landed' } });
  expect(record.warnings).toEqual([
    `stint/code/${record.id} has 1 commit that second lacks: the branch stays, and does not land with it`,
  ]);
  expect(subjects(project, 'main')).toEqual(['add b', 'start']);
  expect(branchNames(project)).toEqual(['main', `stint/code/${record.id}`]);
});

test('rebase: work on a branch that the session left again is named, and what has a copy is not', async () => {
  const code = `git checkout -q -b side; ${commits('a')}; git checkout -q -; ${commits('b')}`;
  const docs = `git checkout -q -b copied; ${commits('c')}; git checkout -q -; ${commits('d')}; git cherry-pick copied >&2`;
  const project = projectOf({
    code: { prompt: code, land: 'rebase' },
    docs: { prompt: docs, land: 'rebase' },
  });
  const record = await runSession(project, 'code');
  expect(record).toMatchObject({ outcome: 'productive', landing: { kind: 'landed' } });
  const side = project.git('rev-parse', '--short=12', 'side');
  expect(record.warnings).toEqual([
    `1 commit (${side}) on another branch will not land with stint/code/${record.id}: land them by hand`,
  ]);
  expect(subjects(project, 'main')).toEqual(['add b', 'start']);
  expect((await runSession(project, 'docs')).warnings).toEqual([]);
});

test('rebase: it renamed its branch, and removed its worktree', async () => {
  const project = projectOf({
    code: {
      prompt: `${commits('a')}; git branch -m new; tree=$PWD; cd "$(git rev-parse --git-common-dir)/.."
        git worktree remove "$tree"`,
      land: 'rebase',
    },
  });
  expect((await runSession(project, 'code')).landing).toMatchObject({ kind: 'landed', onto: 'main' });
  expect(branchNames(project)).toEqual(['main']);
});

test('branch: a commit at a detached HEAD beside one on its branch: both stay', async () => {
  const project = projectOf({
    code: { prompt: `${commits('a')}; git checkout -q --detach HEAD~1; ${commits('b')}` },
  });
  const record = await runSession(project, 'code');
  const made = `stint/code/${record.id}`;
  expect(record.branch).toBe(`${made}-detached`);
  expect([subjects(project, made)[0], subjects(project, `${made}-detached`)[0]]).toEqual(['add a', 'add b']);
  expect((await stintJson<Unlanded>(project, 'status')).unlanded).toMatchObject([{ branch: record.branch }]);
});

/** A branch of a colleague, with a commit on it or at the base. */
function withColleague(project: ScratchProject, hasCommit: boolean): void {
  project.git('branch', 'theirs');
  if (!hasCommit) return;
  project.git('worktree', 'add', '-q', '../theirs', 'theirs');
  project.git('-C', '../theirs', 'commit', '-q', '--allow-empty', '-m', 'theirs');
  project.git('worktree', 'remove', '../theirs');
}

test.each([
  ['on the branch of the colleague', 'git checkout -q theirs'],
  ['on that branch under another name', 'git checkout -q theirs; git branch -m mine'],
  ['at a detached HEAD', 'git checkout -q --detach theirs'],
])('rebase: a commit of a colleague that the session replaced %s does not land', async (_, before) => {
  const amend = 'echo a > a; git add a; git commit -q --amend -m "add a"';
  const project = projectOf({ code: { prompt: `${before}; ${amend}`, land: 'rebase' } });
  withColleague(project, true);
  const theirs = project.git('rev-parse', '--short=12', 'theirs');
  const { landing } = await runSession(project, 'code');
  const detail = `it replaces commit ${theirs}, which the session did not make`;
  expect(landing).toMatchObject({ kind: 'refused', reason: 'foreign-commits', detail });
  expect(subjects(project, 'main')).toEqual(['start']);
});

test('rebase: a commit of its own that the session replaced on another branch lands', async () => {
  const amend = 'echo b > b; git add b; git commit -q --amend -m "add a and b"';
  const prompt = `${commits('a')}; git checkout -q -b mine; ${amend}`;
  const project = projectOf({ code: { prompt, land: 'rebase' } });
  expect(await runSession(project, 'code')).toMatchObject({ landing: { kind: 'landed' } });
  expect(subjects(project, 'main')).toContain('add a and b');
});

test.each(['rebase', 'branch'])(
  '%s: work on the branch of a colleague is listed with the reason, and lands when a person asks',
  async (land) => {
    const project = projectOf({ code: { prompt: `git checkout -q theirs; ${commits('a')}`, land } });
    withColleague(project, true);
    const record = await runSession(project, 'code');
    expect(record).toMatchObject({ outcome: 'productive', branch: 'theirs', wasBranchThere: true });
    const detail =
      'it is on theirs, which was there before the session and holds 1 commit that the session did not make';
    expect(record.landing).toMatchObject(
      land === 'branch' ? { kind: 'none', detail } : { kind: 'refused', reason: 'foreign-commits', detail },
    );
    expect((await stint(project, 'show', record.id)).stdout).toContain(detail);
    expect((await stintJson<Unlanded>(project, 'status')).unlanded).toMatchObject([{ branch: 'theirs' }]);
    expect(subjects(project, 'main')).toEqual(['start']);
    await stintJson(project, 'land', record.id);
    expect(subjects(project, 'main')).toContain('add a');
    expect(branchNames(project)).toEqual(['main', 'theirs']);
  },
);

test('rebase: a branch that was there and holds the session’s commits alone lands, and stays', async () => {
  const project = projectOf({
    code: { prompt: `git checkout -q theirs; ${commits('a')}`, land: 'rebase' },
  });
  withColleague(project, false);
  const record = await runSession(project, 'code');
  expect(record).toMatchObject({ branch: 'theirs', landing: { kind: 'landed', isBranchSpent: false } });
  expect(subjects(project, 'main')).toEqual(['add a', 'start']);
  expect(branchNames(project)).toEqual(['main', 'theirs']);
});

test('rebase: the base branch itself, checked out in the worktree, is where it has to be', async () => {
  const project = projectOf({
    code: { prompt: `git checkout -q main; ${commits('a')}`, land: 'rebase', base: 'main' },
  });
  project.git('checkout', '-q', '-b', 'mine');
  const record = await runSession(project, 'code');
  expect(record.landing).toMatchObject({ kind: 'landed', isBranchSpent: false });
  expect(subjects(project, 'main')).toEqual(['add a', 'start']);
  expect(branchNames(project)).toEqual(['main', 'mine']);
});

test('rebase: work on a branch that the worktree has left again is named where it is', async () => {
  const project = projectOf({
    code: { prompt: `git checkout -q -b aside; ${commits('a')}; git checkout -q -`, land: 'rebase' },
  });
  const record = await runSession(project, 'code');
  expect(record).toMatchObject({ outcome: 'productive', branch: null });
  expect(record.landing).toEqual({
    kind: 'none',
    detail: 'its work is on aside, and its worktree stood on no branch with work in the end',
  });
  expect((await stint(project, 'show', record.id)).stdout).toContain('\nlanding   its work is on aside, and');
  expect(branchNames(project)).toEqual(['aside', 'main']);
});

test('a worktree that its agent moved stays there, and its work lands', async () => {
  const project = projectOf({
    code: { prompt: `${commits('a')}; git worktree move . "$PWD-moved"`, land: 'rebase' },
  });
  const record = await runSession(project, 'code');
  expect(record).toMatchObject({ outcome: 'productive', landing: { kind: 'landed' } });
  expect(record.keptWorktree).toMatch(/-moved$/);
  expect(worktreesOf(project)).toEqual([record.keptWorktree]);
  expect(branchesOf(project)).toEqual([record.branch]);
});

test('a commit past every log waits for a person, who can land it', async () => {
  const ghost = `env -i PATH="$PATH" HOME="$HOME" git -c core.hooksPath=/dev/null -c core.logAllRefUpdates=false -c user.name=a -c user.email=a@example.invalid`;
  const project = projectOf({
    code: {
      prompt: `echo a > a; git add a; ${ghost} commit -qm 'add a'; rm -rf "$(git rev-parse --git-dir)/logs"`,
      land: 'rebase',
    },
  });
  const record = await runSession(project, 'code');
  expect(record).toMatchObject({ outcome: 'unknown', grade: null, commits: [], landing: { kind: 'none' } });
  expect(record.landing.detail).toContain(`stint land ${record.id}`);
  expect((await stint(project, 'show', record.id)).stdout).toContain(`to land it: stint land ${record.id}`);
  expect((await stintJson<Unlanded>(project, 'status')).unlanded).toMatchObject([{ id: record.id }]);
  expect(await stintJson<SessionRecord>(project, 'land', record.id)).toMatchObject({
    landing: { kind: 'landed' },
  });
  expect(subjects(project, 'main')).toEqual(['add a', 'start']);
});
