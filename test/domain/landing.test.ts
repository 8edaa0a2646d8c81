import { expect, test } from 'vitest';
import type { SessionId } from '../../src/domain/ids.ts';
import { nextLandingStep, refuseLanding, type LandingRefusal } from '../../src/domain/landing.ts';

const ID = 'a000000001' as SessionId;
const BRANCH = 'stint/code/a000000001';
const step = (reason: LandingRefusal, branch: string | null = BRANCH): string =>
  nextLandingStep(ID, branch, refuseLanding('rebase', reason, 'it does not fit'));

test.each<[LandingRefusal, string]>([
  ['check-failed', `mend it on ${BRANCH}, then stint land a000000001`],
  ['conflict', `rebase ${BRANCH} by hand, then stint land a000000001`],
  ['merge-commits', `rebase ${BRANCH} by hand, then stint land a000000001`],
  ['foreign-commits', `look at git log ${BRANCH}; with all of it: stint land a000000001`],
  ['unpushed-submodule', 'push the commit from the worktree, then stint land a000000001'],
  ['checkout-dirty', 'commit or stash what is in the way, then stint land a000000001'],
  ['git-failed', 'stint land a000000001'],
])('work that did not land because of %s says what to do next', (reason, expected) => {
  expect(step(reason)).toBe(expected);
});

test.each([
  ['x;touch$IFS/tmp/x', "'x;touch$IFS/tmp/x'"],
  ["$(id)'`id`", "'$(id)'\\''`id`'"],
  ['--output=/tmp/x', 'refs/heads/--output=/tmp/x'],
  ['a\u202Eb', "'ab'"],
])('a branch that an agent named %j is one word of the command', (branch, word) => {
  expect(step('foreign-commits', branch)).toBe(`look at git log ${word}; with all of it: stint land ${ID}`);
});

test('an unknown branch is called “its branch”', () => {
  expect(step('conflict', null)).toBe('rebase its branch by hand, then stint land a000000001');
});

test('a refusal names its files, where there are some', () => {
  expect(refuseLanding('rebase', 'conflict', 'a.ts', ['a.ts'])).toEqual({
    kind: 'refused',
    how: 'rebase',
    reason: 'conflict',
    detail: 'a.ts',
    files: ['a.ts'],
  });
  expect(refuseLanding('rebase', 'cancelled', 'x').files).toEqual([]);
});
