import { describe, expect, test } from 'vitest';
import type { Evidence, StashFact } from '../../src/domain/evidence.ts';
import type { SessionId } from '../../src/domain/ids.ts';
import type { SessionEvent } from '../../src/domain/session-event.ts';
import { STOP_REASONS } from '../../src/domain/record-schema.ts';
import type { StopReason } from '../../src/domain/record.ts';
import { decideOutcome } from '../../src/judge/outcome.ts';
import {
  commit,
  ERRED_OVERLOAD,
  ERRED_UNKNOWN,
  evidenceOf,
  stopped,
  transcriptOf,
} from '../support/evidence.ts';
import { ENDED, SAID, STARTED, UNREADABLE } from '../support/pulses.ts';
import { sessionId } from '../support/records.ts';

function outcome(reason: StopReason, given: Partial<Evidence> = {}): string {
  return decideOutcome(stopped(reason), evidenceOf(given)).outcome;
}

const NOTED: SessionEvent = { kind: 'noted' };
const ANSWERED = { transcript: transcriptOf(STARTED, SAID) };
const UNANSWERED = { transcript: transcriptOf(STARTED) };
const FAILED_RESULT: SessionEvent = { ...ENDED, isError: true, subtype: 'error_during_execution' };
const DENIED: readonly SessionEvent[] = ['WebFetch', 'WebFetch', 'Bash'].map((tool) => ({
  kind: 'denied',
  tool,
}));

describe('with nothing delivered', () => {
  const table: [StopReason, string, string][] = [
    ['limited', 'failed', 'not-run'],
    ['unauthorised', 'failed', 'not-run'],
    ['timed-out', 'failed', 'failed'],
    ['looping', 'failed', 'failed'],
    ['budget', 'failed', 'failed'],
    ['stuck', 'failed', 'failed'],
    ['crashed', 'failed', 'failed'],
    ['lost-completion', 'failed', 'failed'],
    ['cancelled', 'unknown', 'unknown'],
    ['lost', 'unknown', 'unknown'],
    ['asked', 'blocked', 'blocked'],
    ['not-started', 'not-run', 'not-run'],
    ['completed', 'noop', 'noop'],
  ];

  test('the table knows every reason', () => {
    expect(table.map(([reason]) => reason).toSorted()).toEqual([...STOP_REASONS].toSorted());
  });

  test.each(table)('%s: %s after an answer, %s before any', (reason, after, before) => {
    expect(outcome(reason, ANSWERED)).toBe(after);
    expect(outcome(reason, UNANSWERED)).toBe(before);
  });

  test.each(STOP_REASONS)('%s after a delivery is productive all the same', (reason) => {
    expect(outcome(reason, { commits: [commit(1)] })).toBe('productive');
  });
});

describe('the provider', () => {
  const overloaded = (...events: readonly SessionEvent[]): Partial<Evidence> => ({
    transcript: transcriptOf(STARTED, ...events),
  });

  test('an overload before the first turn is not-run, after it failed', () => {
    expect(outcome('crashed', overloaded(ERRED_OVERLOAD))).toBe('not-run');
    expect(outcome('crashed', overloaded(SAID, ERRED_OVERLOAD))).toBe('failed');
    expect(outcome('completed', overloaded(ERRED_OVERLOAD, FAILED_RESULT))).toBe('not-run');
  });

  test('an error in unknown words is the provider’s, whatever the CLI calls its end', () => {
    const ends: readonly [StopReason, readonly SessionEvent[]][] = [
      ['completed', [FAILED_RESULT]],
      ['crashed', []],
      ['completed', [{ ...ENDED, text: ERRED_UNKNOWN.message }]],
      ['completed', [{ ...ENDED, text: '' }]],
    ];
    for (const [reason, events] of ends) {
      expect(outcome(reason, overloaded(ERRED_UNKNOWN, ...events))).toBe('not-run');
      expect(outcome(reason, overloaded(SAID, ERRED_UNKNOWN, ...events))).toBe('failed');
    }
    expect(outcome('completed', overloaded(ERRED_UNKNOWN, SAID, ENDED))).toBe('noop');
    expect(outcome('completed', overloaded(ERRED_UNKNOWN, { ...ENDED, text: 'an answer' }))).toBe('noop');
  });

  test('an overload that it got over decides nothing', () => {
    expect(outcome('completed', overloaded(ERRED_OVERLOAD, SAID, ENDED))).toBe('noop');
    expect(outcome('completed', overloaded(SAID, ERRED_OVERLOAD, ENDED))).toBe('noop');
  });

  test.each(['cancelled', 'lost'] as const)('a session that was %s during one is unknown', (reason) => {
    expect(outcome(reason, overloaded(SAID, ERRED_OVERLOAD))).toBe('unknown');
    expect(outcome(reason, overloaded(ERRED_OVERLOAD))).toBe('unknown');
  });
});

describe('a session that ended by itself', () => {
  test('with an error result failed', () => {
    expect(outcome('completed', { transcript: transcriptOf(STARTED, SAID, FAILED_RESULT) })).toBe('failed');
  });

  test('with a declaration is what it declared', () => {
    const declared = (kind: 'noop' | 'blocked' | 'done' | 'open') =>
      outcome('completed', { declared: { kind, reason: 'so' } });
    expect([declared('noop'), declared('blocked'), declared('done'), declared('open')]).toEqual([
      'noop',
      'blocked',
      'noop',
      'noop',
    ]);
  });

  test('after a refused permission is blocked, and says what was refused, once each', () => {
    const { outcome, reason } = decideOutcome(
      stopped(),
      evidenceOf({ transcript: transcriptOf(STARTED, SAID, ...DENIED, ENDED) }),
    );
    expect(outcome).toBe('blocked');
    expect(reason).toContain('WebFetch, Bash;');
    expect(reason).toContain('`permissions` in stint.yaml');
  });

  test('a failure after refusals names the key too', () => {
    const { outcome, reason } = decideOutcome(
      stopped(),
      evidenceOf({ transcript: transcriptOf(STARTED, SAID, ...DENIED, FAILED_RESULT) }),
    );
    expect(outcome).toBe('failed');
    expect(reason).toMatch(/error_during_execution.*WebFetch, Bash; `permissions`/);
  });

  test('a declaration cannot make something of nothing, nor undo a delivery', () => {
    expect(outcome('completed', { declared: { kind: 'done', reason: 'all done' } })).toBe('noop');
    expect(outcome('completed', { declared: { kind: 'noop', reason: '-' }, commits: [commit(1)] })).toBe(
      'productive',
    );
  });
});

describe('commits that change nothing themselves', () => {
  const merge = commit(0, { files: [], patchId: null, isMerge: true });
  const empty = commit(0, { files: [], patchId: null });

  test.each([
    ['a merge', [merge], '1 merge'],
    ['empty commits', [empty, { ...empty, sha: 'e'.repeat(40) }], '2 empty commits'],
    ['both', [empty, merge], '1 merge and 1 empty commit'],
  ])('%s alone: it is not known whether that was the work', (_, commits, words) => {
    for (const declared of [null, { kind: 'noop', reason: 'nothing to do' } as const])
      expect(decideOutcome(stopped(), evidenceOf({ commits, declared }))).toEqual({
        outcome: 'unknown',
        reason: `it made ${words} without a change of its own, and nothing here shows whether that was its work`,
      });
  });

  test('a resolved conflict is a change, and makes the merge a delivery', () => {
    expect(outcome('completed', { commits: [{ ...merge, files: ['a'], lines: 2 }] })).toBe('productive');
  });

  test('a crash and a declared blocker stand', () => {
    expect(outcome('crashed', { commits: [merge] })).toBe('failed');
    expect(outcome('completed', { commits: [merge], declared: { kind: 'blocked', reason: 'x' } })).toBe(
      'blocked',
    );
  });
});

test('a commit whose changes all come from another’s stash entry delivers nothing, and is not a noop', () => {
  const foreign = commit(0, { files: [], foreignFiles: ['theirs'] });
  const [stop, declared] = [stopped('completed'), { kind: 'noop', reason: 'all done' } as const];
  expect(decideOutcome(stop, evidenceOf({ commits: [foreign], ...ANSWERED }))).toEqual({
    outcome: 'unknown',
    reason: expect.stringMatching(/another's stash entry: theirs$/) as string,
  });
  expect(outcome('completed', { commits: [foreign], declared, ...ANSWERED })).toBe('unknown');
  expect(outcome('completed', { commits: [foreign, commit(3)], ...ANSWERED })).toBe('productive');
});

describe('work of its own in a stash entry', () => {
  const entry = (state: StashFact['state'], session: SessionId | null): StashFact => ({
    commit: 'c',
    ref: 'r',
    subject: 'WIP',
    files: ['f'],
    state,
    session,
  });
  const taker = sessionId(7);

  test.each([
    ['left', null],
    ['taken', taker],
    ['dropped', taker],
  ] as const)('%s, by %s, is not a noop', (state, session) => {
    expect(
      decideOutcome(stopped('completed'), evidenceOf({ stashes: [entry(state, session)], ...ANSWERED })),
    ).toEqual({
      outcome: 'unknown',
      reason: expect.stringMatching(
        /^its stash entry "WIP" was .*shows whether that was its work$/,
      ) as string,
    });
  });

  test('decides nothing beside a delivery, where it dropped it itself, and where it is another’s', () => {
    expect(outcome('completed', { stashes: [entry('left', null)], commits: [commit(1)], ...ANSWERED })).toBe(
      'productive',
    );
    expect(outcome('completed', { stashes: [entry('dropped', null)], ...ANSWERED })).toBe('noop');
    expect(outcome('completed', { stashes: [entry('foreign', taker)], ...ANSWERED })).toBe('noop');
  });
});

describe('commits on its own branch that no log shows being made', () => {
  const notCounted = [
    { sha: 'a'.repeat(40), because: 'nothing says who made it', isOnItsBranch: true },
  ] as const;

  test('leave open what it delivered, however it ended', () => {
    for (const reason of ['completed', 'crashed', 'timed-out', 'asked'] as const)
      expect(decideOutcome(stopped(reason), evidenceOf({ notCounted }))).toEqual({
        outcome: 'unknown',
        reason: 'its own branch has 1 commit that no log shows being made: aaaaaaaaaaaa',
      });
  });

  test('take nothing from a delivery', () => {
    expect(outcome('completed', { notCounted, commits: [commit(1)] })).toBe('productive');
  });

  test('are not those that another made', () => {
    const [{ sha, because }] = notCounted;
    expect(outcome('completed', { notCounted: [{ sha, because }] })).toBe('noop');
  });
});

describe('a stream that cannot be read', () => {
  test('is unknown and never a noop', () => {
    expect(outcome('completed', { transcript: transcriptOf() })).toBe('unknown');
    expect(outcome('completed', { transcript: transcriptOf(UNREADABLE, UNREADABLE) })).toBe('unknown');
  });

  test('where only the model’s own lines cannot be read: unknown as well', () => {
    expect(outcome('completed', { transcript: transcriptOf(STARTED, UNREADABLE, ENDED) })).toBe('unknown');
  });

  test('a few unreadable lines among answers decide nothing', () => {
    expect(outcome('completed', { transcript: transcriptOf(STARTED, SAID, UNREADABLE, ENDED) })).toBe('noop');
  });

  test('a declaration is evidence of its own', () => {
    const declared = { kind: 'noop', reason: 'empty queue' } as const;
    expect(outcome('completed', { transcript: transcriptOf(UNREADABLE), declared })).toBe('noop');
  });

  test('text has no stream to understand, and its last words make a noop', () => {
    expect(outcome('completed', { transcript: transcriptOf(NOTED), hasEvents: false })).toBe('noop');
  });
});

describe('a text agent', () => {
  const text = (given: Partial<Evidence>) =>
    decideOutcome(stopped(), evidenceOf({ hasEvents: false, transcript: transcriptOf(), ...given }));

  test('that printed nothing is unknown, unless it declared or delivered', () => {
    expect(text({})).toMatchObject({
      outcome: 'unknown',
      reason: expect.stringContaining('printed nothing'),
    });
    expect(text({ declared: { kind: 'noop', reason: 'empty queue' } }).outcome).toBe('noop');
    expect(text({ commits: [commit(1)] }).outcome).toBe('productive');
  });

  test('that printed nothing but an error of its CLI is unknown, and the error is named', () => {
    const { outcome, reason } = text({ transcript: { ...transcriptOf(), onlyError: 'Error: kaputt' } });
    expect(outcome).toBe('unknown');
    expect(reason).toContain('Error: kaputt');
  });

  test('that printed words before an error of its provider had got to work', () => {
    const ended = (...events: SessionEvent[]) => text({ transcript: transcriptOf(...events) }).outcome;
    expect(ended(NOTED, ERRED_OVERLOAD)).toBe('failed');
    const silent = { ...transcriptOf(ERRED_OVERLOAD), events: 0 };
    expect(text({ transcript: silent }).outcome).toBe('not-run');
  });
});

describe('a wrapped script', () => {
  const script = (reason: StopReason, given: Partial<Evidence> = {}) =>
    decideOutcome(stopped(reason), evidenceOf({ isScript: true, hasEvents: false, ...given }));

  test.each([
    ['that said something', transcriptOf({ kind: 'noted' })],
    ['that said nothing', transcriptOf()],
  ])('%s, ended well and left nothing is unknown', (_, transcript) => {
    expect(script('completed', { transcript })).toEqual({
      outcome: 'unknown',
      reason: 'completed; nothing to judge',
    });
  });

  test.each<[string, string, Partial<Evidence>]>([
    ['productive', 'a commit', { commits: [commit(1)] }],
    [
      'productive',
      'an artefact',
      { effects: [{ kind: 'artefact', source: 'worktree', path: 'report.md', commits: [] }] },
    ],
    ['noop', 'a declaration of nothing to do', { declared: { kind: 'noop', reason: 'no news' } }],
    ['blocked', 'a declaration that it is blocked', { declared: { kind: 'blocked', reason: 'no key' } }],
  ])('is %s by %s', (expected, _, given) => {
    expect(script('completed', given).outcome).toBe(expected);
  });

  test('that did not end well failed', () => {
    expect(script('crashed').outcome).toBe('failed');
    expect(script('timed-out').outcome).toBe('failed');
    expect(script('cancelled').outcome).toBe('unknown');
  });
});

describe('files that it left uncommitted', () => {
  const left = (uncommitted: Evidence['uncommitted'], given: Partial<Evidence> = {}) =>
    decideOutcome(stopped(), evidenceOf({ uncommitted, ...given }));

  test('in its own worktree are not nothing', () => {
    expect(left(['a.ts', 'b.ts'])).toEqual({
      outcome: 'unknown',
      reason: 'it left 2 files uncommitted, and nothing here shows whether that was its work',
    });
    expect(left(['a.ts'], { declared: { kind: 'noop', reason: 'no news' } }).outcome).toBe('unknown');
  });

  test('decide nothing where there are none, or where they can be of others', () => {
    expect(left([]).outcome).toBe('noop');
    expect(left(null).outcome).toBe('noop');
  });

  test('change neither a delivery, nor a word that it is blocked, nor a failure', () => {
    expect(left(['a.ts'], { commits: [commit(1)] }).outcome).toBe('productive');
    expect(left(['a.ts'], { declared: { kind: 'blocked', reason: 'no key' } }).outcome).toBe('blocked');
    expect(outcome('crashed', { uncommitted: ['a.ts'] })).toBe('failed');
  });
});
