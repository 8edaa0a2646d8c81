import { describe, expect, test } from 'vitest';
import type { SessionId } from '../../src/domain/ids.ts';
import type { Candidate } from '../../src/evidence/commit-candidates.ts';
import {
  findCopies,
  isEarlier,
  mayBeCopy,
  type CopyEvidence,
  type Maker,
} from '../../src/evidence/copied-commits.ts';
import type { CommitFacts } from '../../src/git/commit-facts.ts';
import { sessionId } from '../support/records.ts';

const US = sessionId(5);
const THEM = sessionId(6);

const made = (sha: string, given: Partial<Candidate> = {}): Candidate => ({
  sha,
  old: 'base',
  source: 'hook',
  uptime: 100,
  pickedFrom: null,
  isApplied: false,
  ...given,
});
const fact = (sha: string, given: Partial<CommitFacts> = {}): [string, CommitFacts] => [
  sha,
  { sha, parents: ['base'], authored: 'a', email: 'e', isRedated: false, subject: 's', ...given },
];
const by = (move: Candidate | null, session: SessionId = THEM): Maker => ({
  session,
  isRecorded: true,
  move,
});

function copies(candidates: readonly Candidate[], given: Partial<CopyEvidence> = {}): [string, string][] {
  const evidence: CopyEvidence = {
    session: US,
    made: candidates,
    facts: new Map(candidates.map(({ sha, old }) => fact(sha, { parents: [old] }))),
    patchIds: new Map(),
    twins: new Map(),
    wasThere: new Set(),
    makers: new Map(),
    ...given,
  };
  return [...findCopies(evidence)];
}

test('a commit without a likeness is the session’s own', () => {
  expect(copies([made('x')])).toEqual([]);
});

test('a pick is a copy of what it picked, unless that is the session’s own', () => {
  expect(copies([made('x', { pickedFrom: 'y' })])).toEqual([['x', 'y']]);
  expect(copies([made('y'), made('x', { pickedFrom: 'y' })])).toEqual([]);
  // A copy of a copy is not its own either.
  expect(copies([made('y', { pickedFrom: 'z' }), made('x', { pickedFrom: 'y' })])).toEqual([
    ['y', 'z'],
    ['x', 'y'],
  ]);
});

describe('a commit that takes the place of another', () => {
  const amend = (patchIds: readonly [string, string][], more: readonly Candidate[] = []) =>
    copies([...more, made('x', { old: 'y' })], {
      facts: new Map([fact('x'), fact('y')]),
      patchIds: new Map(patchIds),
    });

  test('is a copy where only the words are new', () => {
    const same = [
      ['x', 'p'],
      ['y', 'p'],
    ] as const;
    expect(amend(same.map((each) => [...each]))).toEqual([['x', 'y']]);
    expect(
      amend(
        same.map((each) => [...each]),
        [made('y')],
      ),
    ).toEqual([]);
  });

  test('is its own where the change is new', () => {
    expect(
      amend([
        ['x', 'p'],
        ['y', 'q'],
      ]),
    ).toEqual([]);
  });
});

describe('a commit with the same change as another', () => {
  const twin = (given: Partial<CopyEvidence>, candidate: Candidate = made('x')) =>
    copies([candidate], { twins: new Map([['x', ['y']]]), ...given });
  const ofThem = (move: Partial<Candidate> | null) => ({
    makers: new Map([['y', by(move === null ? null : made('y', move))]]),
  });

  test('is a copy of one that was there before the session', () => {
    expect(twin({ wasThere: new Set(['y']) })).toEqual([['x', 'y']]);
  });

  test('is a copy of one that no log has, where git was applying a change', () => {
    expect(twin({})).toEqual([]);
    expect(twin({}, made('x', { isApplied: true }))).toEqual([['x', 'y']]);
  });

  test('is a copy where another session made that one, and made it earlier', () => {
    expect(twin(ofThem({ uptime: 50 }))).toEqual([['x', 'y']]);
    expect(twin(ofThem({ uptime: 150 }))).toEqual([]);
    // A commit that they picked themselves is never an original, however early.
    expect(twin(ofThem({ uptime: 50, pickedFrom: 'z' }))).toEqual([]);
    // Only their record is left, and it says that it is theirs.
    expect(twin(ofThem(null))).toEqual([['x', 'y']]);
  });

  test('is not a copy where both are its own, in either order', () => {
    const twins = new Map([['x', ['y']]]);
    expect(copies([made('x', { isApplied: true }), made('y')], { twins })).toEqual([]);
    const both = new Map([
      ['x', ['y']],
      ['y', ['x']],
    ]);
    expect(copies([made('x'), made('y')], { twins: both })).toEqual([]);
  });
});

describe('of two sessions that made it', () => {
  test('the earlier one is first, and at the same moment the one with the smaller id, on both sides', () => {
    const at = (uptime: number | null, session: SessionId) => by(made('y', { uptime }), session);
    expect(isEarlier(at(99, THEM), made('x'), US)).toBe(true);
    expect(isEarlier(at(101, THEM), made('x'), US)).toBe(false);
    expect(isEarlier(at(100, THEM), made('x'), US)).toBe(false);
    expect(isEarlier(at(100, US), made('x'), THEM)).toBe(true);
  });

  test('the other session is first where the time is unknown', () => {
    expect(isEarlier(by(made('y', { uptime: null })), made('x'), US)).toBe(true);
    expect(isEarlier(by(made('y', { uptime: 101 })), made('x', { uptime: null }), US)).toBe(true);
    expect(isEarlier(by(null), made('x'), US)).toBe(true);
  });
});

test('twins are looked for where git applied a change, or dated it anew', () => {
  const may = (candidate: Candidate, facts: readonly [string, CommitFacts][]) =>
    mayBeCopy(candidate, new Map(facts));
  expect(may(made('x'), [fact('x')])).toBe(false);
  expect(may(made('x'), [])).toBe(false);
  expect(may(made('x', { isApplied: true }), [fact('x')])).toBe(true);
  expect(may(made('x'), [fact('x', { isRedated: true })])).toBe(true);
  // The originals of picks and amends are known already.
  expect(may(made('x', { isApplied: true, pickedFrom: 'y' }), [fact('x')])).toBe(false);
  expect(may(made('x', { isApplied: true, old: 'y' }), [fact('x')])).toBe(false);
  // The first commit of all amends nothing.
  expect(may(made('x', { isApplied: true, old: '0'.repeat(40) }), [fact('x', { parents: [] })])).toBe(true);
});
