import { describe, expect, test } from 'vitest';
import type { ForgeFacts, IssueFacts, PullRequestFacts } from '../../src/domain/forge.ts';
import { issuesNotClosed, issuesToVerify, verifyForgeEffects } from '../../src/evidence/forge-effects.ts';

const OWN = 'a'.repeat(40);
const ALSO_OWN = 'b'.repeat(40);
const FOREIGN = 'f'.repeat(40);
const WORK = { commits: [OWN, ALSO_OWN], branch: 'stint/code/x', startedAt: '2026-01-02T03:00:00.500Z' };
const PULL: PullRequestFacts = {
  number: 7,
  url: 'https://forge.example/o/r/pull/7',
  state: 'open',
  author: 'robot',
  createdAt: '2026-01-02T03:00:01Z',
  headSha: OWN,
  headBranch: 'topic',
  commits: [OWN],
  closes: [],
};

function facts(...pullRequests: PullRequestFacts[]): ForgeFacts {
  return { login: 'robot', pullRequests, ci: new Map() };
}

describe('pull requests', () => {
  test.each([
    ['open', 'opened'],
    ['merged', 'merged'],
    ['closed', 'closed'],
  ] as const)('%s is %s', (state, stage) => {
    expect(verifyForgeEffects(WORK, facts({ ...PULL, state }), [])).toEqual([
      { kind: 'pull-request', source: 'forge', url: PULL.url, stage, commits: [OWN] },
    ]);
  });

  test.each([
    ['it was opened before the session', { createdAt: '2026-01-02T03:00:00Z' }],
    ['somebody else opened it', { author: 'person' }],
    ['its author is gone', { author: null }],
    ['no commit in it is the session’s', { commits: [FOREIGN] }],
    ['its head and its branch are somebody else’s', { headSha: FOREIGN, commits: [OWN, FOREIGN] }],
    ['a time that is none', { createdAt: 'yesterday' }],
  ])('not counted: %s', (_, given) => {
    expect(verifyForgeEffects(WORK, facts({ ...PULL, ...given }), [])).toEqual([]);
  });

  test('somebody pushed to the session’s own branch later: it is still the session’s', () => {
    const pull = { ...PULL, headBranch: WORK.branch, headSha: FOREIGN, commits: [OWN, FOREIGN] };
    expect(verifyForgeEffects(WORK, facts(pull), [])).toMatchObject([{ commits: [OWN] }]);
  });

  test('a shared checkout has no branch of its own', () => {
    const pull = { ...PULL, headSha: FOREIGN, commits: [OWN, FOREIGN] };
    expect(verifyForgeEffects({ ...WORK, branch: null }, facts(pull), [])).toEqual([]);
  });
});

describe('issues', () => {
  const issue = (closedBy: IssueFacts['closedBy'], isClosed = true): IssueFacts => ({
    number: 3,
    url: 'https://forge.example/o/r/issues/3',
    isClosed,
    closedBy,
  });
  const merged: PullRequestFacts = { ...PULL, state: 'merged', commits: [OWN, FOREIGN], closes: [9, 3] };
  const closed = (given: IssueFacts, ...pulls: PullRequestFacts[]) =>
    verifyForgeEffects(WORK, facts(...pulls), [given]).filter(({ kind }) => kind === 'issue-closed');

  test('those that merged pull requests close, and those that commits name', () => {
    const words =
      'Fixes #12\n\ncloses: #5, resolved #3 and fix o/r#77, prefix #78, see #79; fixes #0\nFIX  #12';
    expect(issuesToVerify(WORK, facts(merged), words)).toEqual([3, 5, 9, 12]);
    expect(issuesToVerify(WORK, facts({ ...merged, state: 'open' }), '')).toEqual([]);
    expect(issuesToVerify(WORK, facts({ ...merged, author: 'person' }), '')).toEqual([]);
  });

  test('closed by the session’s commit, or by its merged pull request', () => {
    const effect = { kind: 'issue-closed', source: 'forge', url: 'https://forge.example/o/r/issues/3' };
    expect(closed(issue({ commit: ALSO_OWN }))).toEqual([{ ...effect, commits: [ALSO_OWN] }]);
    expect(closed(issue({ pullRequest: PULL.url }), merged)).toEqual([{ ...effect, commits: [OWN] }]);
  });

  test.each([
    ['by hand', issue(null)],
    ['by somebody else’s commit', issue({ commit: FOREIGN })],
    ['by somebody else’s pull request', issue({ pullRequest: 'https://forge.example/o/r/pull/8' })],
    ['and opened again', issue({ commit: OWN }, false)],
  ])('not counted: closed %s', (_, given) => {
    expect(closed(given, merged)).toEqual([]);
  });
});

test('the order of the answer changes nothing', () => {
  const other = { ...PULL, url: 'https://forge.example/o/r/pull/10' };
  expect(verifyForgeEffects(WORK, facts(PULL, other), [])).toEqual(
    verifyForgeEffects(WORK, facts(other, PULL), []),
  );
});

test.each<[string, IssueFacts['closedBy'], boolean, boolean]>([
  ['open again', { commit: OWN }, false, true],
  ['closed by a person', null, true, true],
  ['closed by another commit', { commit: FOREIGN }, true, true],
  ['closed by another pull request', { pullRequest: `${PULL.url}8` }, true, true],
  ['closed by our commit', { commit: OWN }, true, false],
  // Whoever asks now may have another account than the one that opened it.
  ['closed by a pull request with our commit', { pullRequest: PULL.url }, true, false],
])('an issue that is %s: whether this work does not close it', (_, closedBy, isClosed, isNot) => {
  const url = 'https://forge.example/o/r/issues/3';
  const known = facts({ ...PULL, author: 'somebody', state: 'merged' });
  expect(issuesNotClosed(WORK, known, [{ number: 3, url, isClosed, closedBy }])).toEqual(isNot ? [url] : []);
});
