import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/domain/evidence.ts';
import { FAILURE_MODE_NAMES, isHeadlineMode, type FailureMode } from '../../src/domain/failure-mode.ts';
import type { CategoryName, SessionId } from '../../src/domain/ids.ts';
import type { SessionEvent, WorkKind } from '../../src/domain/session-event.ts';
import type { StopReason } from '../../src/domain/record.ts';
import { judge } from '../../src/judge/judge.ts';
import {
  checked,
  CODE,
  commit,
  ERRED_OVERLOAD,
  ERRED_UNKNOWN,
  evidenceOf,
  stopped,
  transcriptOf,
} from '../support/evidence.ts';
import { answered, called, ENDED, NOTED, PROMPTED, SAID, STARTED } from '../support/pulses.ts';

function modes(reason: StopReason, given: Partial<Evidence> = {}): readonly string[] {
  return judge(CODE, stopped(reason), evidenceOf(given)).failureModes;
}

function inBackground(work: WorkKind, name = 'all'): SessionEvent {
  const workId = name === 'all' ? 'w' : name;
  return { kind: 'work-started', workId, callId: null, work, summary: `make ${name}`, isDetached: true };
}

const DELIVERED = { commits: [commit(40)] };
const OPEN_CALL = { transcript: transcriptOf(STARTED, SAID, called('localProcess')) };
const OPEN_TODO = { transcript: { ...evidenceOf().transcript, openTodos: 1 } };

test.each([
  ['left', null, ['abandoned_loop']],
  ['taken', 'sessionbbb' as SessionId, ['abandoned_loop']],
  ['dropped', 'sessionbbb' as SessionId, ['abandoned_loop']],
  ['dropped', null, []],
  ['foreign', 'sessionbbb' as SessionId, []],
] as const)('a stash entry that is %s, by %s, leaves open: %j', (state, session, expected) => {
  const stashes = [{ commit: 'c', ref: 'r', subject: 'WIP', files: ['f'], state, session }];
  expect(modes('completed', { ...DELIVERED, stashes })).toEqual(expected);
});

describe('modes of the outcome', () => {
  test('a clean productive session has none', () => {
    expect(modes('completed', DELIVERED)).toEqual([]);
    expect(modes('completed', { ...DELIVERED, check: checked('passed') })).toEqual([]);
  });

  test('noop and blocked are named for it', () => {
    expect(modes('completed')).toEqual(['noop']);
    expect(modes('asked')).toEqual(['blocked']);
  });

  test('low_productivity: productive under 0.3', () => {
    expect(modes('completed', { commits: [commit(1)] })).toEqual(['low_productivity']);
    expect(modes('completed', { commits: [commit(7)] })).toEqual([]);
  });
});

describe('abandoned_loop', () => {
  test.each([
    ['an open todo', OPEN_TODO, 'completed'],
    ['uncommitted work', { uncommitted: ['a.ts'] }, 'completed'],
    ['declared open', { declared: { kind: 'open', reason: 'more to do' } }, 'completed'],
    ['time ran out', OPEN_CALL, 'timed-out'],
    ['time ran out with nothing else open', {}, 'timed-out'],
  ] as const)('%s', (_, given, reason) => {
    expect(modes(reason, { ...DELIVERED, ...given })).toContain('abandoned_loop');
  });

  test.each([
    'stuck',
    'crashed',
    'lost-completion',
    'limited',
    'unauthorised',
    'not-started',
    'cancelled',
    'lost',
    'asked',
  ] as const)('not when it ended as %s: that was not the agent', (reason) => {
    expect(modes(reason, { ...DELIVERED, ...OPEN_CALL, uncommitted: ['a.ts'] })).not.toContain(
      'abandoned_loop',
    );
  });

  test('a call without an answer before a result is closed by the result', () => {
    const transcript = transcriptOf(STARTED, SAID, called('remote'), ENDED);
    expect(modes('completed', { ...DELIVERED, transcript })).toEqual([]);
  });

  test('an unanswered `git commit` whose commit git has is no open call', () => {
    const open = (summary: string) =>
      transcriptOf(STARTED, SAID, { ...called('localProcess'), summary } as SessionEvent);
    const commits = [commit(40, { subject: 'fix the parser' })];
    const reasonsOf = (summary: string) =>
      judge(CODE, stopped('timed-out'), evidenceOf({ commits, transcript: open(summary) })).reasons;
    expect(reasonsOf('git add -A && git commit -m "fix the parser"')).not.toContainEqual(
      expect.stringContaining('without an answer'),
    );
    for (const summary of ['git commit -m "fix the lexer"', 'echo fix the parser', 'git push'])
      expect(reasonsOf(summary)).toContainEqual(expect.stringContaining('1 call without an answer'));
  });

  test('a commit without a subject, or of another call, closes no open call', () => {
    const call = { ...called('localProcess'), summary: 'git -C sub commit -m "fix the parser"' } as const;
    const transcript = transcriptOf(STARTED, SAID, call);
    const open = (...subjects: readonly string[]) => {
      const commits = subjects.map((subject) => commit(40, { subject }));
      const { reasons } = judge(CODE, stopped('timed-out'), evidenceOf({ commits, transcript }));
      return reasons.some((reason) => reason.includes('1 call without an answer'));
    };
    expect(open('', 'fix the lexer')).toBe(true);
    expect(open('fix the lexer', 'fix the parser')).toBe(false);
  });

  test('incident 16: it asked to be woken later and ended its turn: nobody wakes it, and it is not over', () => {
    const wake = { ...called('unknown', 'w', 'ScheduleWakeup'), isWakeUp: true } as const;
    const asked = [STARTED, wake, answered('w'), SAID, ENDED];
    const reasons = (events: readonly SessionEvent[]): readonly string[] =>
      judge(CODE, stopped(), evidenceOf({ transcript: transcriptOf(...events) })).reasons;
    expect(reasons(asked)).toContainEqual(
      expect.stringContaining('abandoned_loop: it asked to be woken later'),
    );
    // It asked twice.
    const again = { ...wake, callId: 'v', summary: 'CronCreate v' } as const;
    expect(reasons([STARTED, wake, answered('w'), again, answered('v'), SAID, ENDED])).toContain(
      'left open: it asked to be woken later (ScheduleWakeup w, CronCreate v), and nobody does that here',
    );
    // Where its time ran out, it waited for nothing.
    const late = judge(CODE, stopped('timed-out'), evidenceOf({ transcript: transcriptOf(...asked) }));
    expect(late.reasons).toContain('left open: its time ran out');
    // It was woken: a new turn came, and ended.
    expect(reasons([...asked, PROMPTED, SAID, ENDED]).join()).not.toContain('abandoned_loop');
  });

  test('what still ran in the background is an open end: a command, a monitor, an agent', () => {
    const left = (work: WorkKind, given: Partial<Evidence> = {}, ...more: SessionEvent[]) => {
      const events = [STARTED, SAID, inBackground(work), ENDED, ...more];
      return judge(CODE, stopped(), evidenceOf({ transcript: transcriptOf(...events), ...given }));
    };
    for (const work of ['shell', 'monitor'] as const) {
      expect(left(work)).toMatchObject({ outcome: 'noop', failureModes: ['noop', 'abandoned_loop'] });
      expect(left(work, DELIVERED).failureModes).toEqual(['abandoned_loop']);
    }
    for (const work of ['agent', 'workflow', 'other'] as const) {
      expect(left(work)).toMatchObject({ outcome: 'unknown', grade: null, failureModes: ['abandoned_loop'] });
      expect(left(work, DELIVERED)).toMatchObject({
        outcome: 'productive',
        failureModes: ['abandoned_loop'],
      });
    }
    expect(left('agent', {}, { kind: 'work-ended', workId: 'w', callId: null })).toMatchObject({
      outcome: 'noop',
      failureModes: ['noop'],
    });
    expect(left('shell').reasons).toContain('left open: 1 background command not told to be over (make all)');
    // Even where it declared that there was nothing to do.
    expect(left('agent', { declared: { kind: 'noop', reason: 'no issue' } }).outcome).toBe('unknown');
  });

  test('of many that still ran, three are named', () => {
    const works = ['a', 'b', 'c', 'd'].map((name) => inBackground('agent', name));
    const evidence = evidenceOf({ transcript: transcriptOf(STARTED, SAID, ...works, ENDED) });
    expect(judge(CODE, stopped(), evidence).reasons).toContain(
      'left open: 4 background agents not told to be over (make a, make b, make c, and more)',
    );
  });

  test('incident 19: a last turn of thoughts alone is no end of the work', () => {
    const verdict = (...events: readonly SessionEvent[]) =>
      judge(CODE, stopped(), evidenceOf({ transcript: transcriptOf(...events) }));
    for (const before of [[], [called('localProcess'), answered()], [SAID, PROMPTED]]) {
      const thoughts = verdict(STARTED, ...before, NOTED, ENDED);
      expect(thoughts).toMatchObject({ outcome: 'noop', failureModes: ['noop', 'abandoned_loop'] });
      expect(thoughts.reasons).toContain('left open: its last turn held no word and no call');
      expect(verdict(STARTED, ...before, NOTED, SAID, ENDED).failureModes).toEqual(['noop']);
    }
    const declared = { declared: { kind: 'done', reason: 'all of it' } as const };
    const silent = evidenceOf({ ...declared, transcript: transcriptOf(STARTED, NOTED, ENDED) });
    expect(judge(CODE, stopped(), silent).failureModes).toEqual(['noop']);
    const delivered = { commits: [commit(1)], transcript: transcriptOf(STARTED, NOTED, ENDED) };
    expect(judge(CODE, stopped(), evidenceOf(delivered)).failureModes).not.toContain('abandoned_loop');
  });

  test('its cause is named where it is known', () => {
    const cause = (given: object, reason: StopReason) =>
      judge(CODE, stopped(reason), evidenceOf({ ...DELIVERED, ...given })).reasons.find((each) =>
        each.startsWith('abandoned_loop: '),
      );
    expect(cause({}, 'timed-out')).toMatch(/\(cause: timeout\)$/);
    expect(cause({ uncommitted: ['a.ts'] }, 'completed')).toMatch(/\(cause: unknown\)$/);
    const full = transcriptOf(STARTED, SAID, { ...ENDED, isError: true, text: 'Prompt is too long' });
    expect(cause({ uncommitted: ['a.ts'], transcript: full }, 'completed')).toMatch(
      /\(cause: context overflow\)$/,
    );
  });

  test('in a shared checkout uncommitted work is nobody’s', () => {
    expect(modes('completed', { ...DELIVERED, uncommitted: null })).toEqual([]);
  });
});

describe('context_overflow', () => {
  const ended = (text: string, isError: boolean) =>
    modes('completed', {
      ...DELIVERED,
      transcript: transcriptOf(STARTED, SAID, { ...ENDED, isError, text }),
    });

  test('is the CLI’s own last word, and nothing that the model got over or wrote', () => {
    expect(ended('Prompt is too long', true)).toEqual(['context_overflow']);
    expect(ended('⎿ Context limit reached · /compact or /clear', true)).toEqual(['context_overflow']);
    expect(ended('Prompt is too long', false)).toEqual([]);
    expect(ended('I fixed the message "Prompt is too long"', true)).toEqual([]);
    const trouble: SessionEvent = {
      kind: 'erred',
      error: 'other',
      message: 'Prompt is too long',
      isRetrying: false,
    };
    const after = (...events: SessionEvent[]) =>
      modes('crashed', { ...DELIVERED, transcript: transcriptOf(STARTED, SAID, ...events) });
    expect(after(trouble)).toContain('context_overflow');
    expect(after(trouble, SAID)).not.toContain('context_overflow');
  });
});

test('a context that overflowed is neither a crash nor the provider’s', () => {
  const overflow: SessionEvent = { ...ERRED_UNKNOWN, error: 'overflow', message: 'input is too long' };
  const ended = (reason: StopReason, ...events: SessionEvent[]) =>
    judge(CODE, stopped(reason), evidenceOf({ transcript: transcriptOf(STARTED, SAID, ...events) }));
  for (const verdict of [
    ended('crashed', overflow),
    ended('completed', overflow, { ...ENDED, isError: true, text: overflow.message }),
    ended('completed', overflow, { ...ENDED, text: overflow.message }),
  ])
    expect(verdict).toMatchObject({
      outcome: 'failed',
      failureModes: ['context_overflow'],
      feedsBelief: true,
    });
});

test('an error in unknown words instead of an answer moves no belief', () => {
  const ended = (...events: SessionEvent[]) =>
    judge(CODE, stopped('crashed'), evidenceOf({ transcript: transcriptOf(STARTED, ...events) }));
  for (const verdict of [ended(ERRED_UNKNOWN), ended(SAID, ERRED_UNKNOWN)])
    expect(verdict).toMatchObject({ failureModes: ['provider_unknown'], feedsBelief: false });
});

test('a long last word of the CLI is cut after its first 100 characters', () => {
  const text = `Prompt is too long${'.'.repeat(200)}`;
  const transcript = transcriptOf(STARTED, SAID, { ...ENDED, isError: true, text });
  expect(judge(CODE, stopped(), evidenceOf({ ...DELIVERED, transcript })).reasons.at(-1)).toBe(
    // The first 18 characters are its words.
    `context_overflow: the agent CLI ended with: Prompt is too long${'.'.repeat(82)}`,
  );
});

describe('ci_break', () => {
  test('is a check that fails on what was delivered', () => {
    expect(modes('completed', { ...DELIVERED, check: checked('failed') })).toContain('ci_break');
  });

  test.each(['failed-before', 'not-run', 'none', 'passed'] as const)('not when the check is %s', (result) => {
    expect(modes('completed', { ...DELIVERED, check: checked(result) })).toEqual([]);
  });

  test('not when nothing was delivered', () => {
    expect(modes('completed', { check: checked('failed') })).toEqual(['noop']);
  });
});

describe('routing_mismatch', () => {
  const other = { observedCategory: 'docs' as CategoryName };

  test('is another category that was done', () => {
    expect(modes('completed', { ...DELIVERED, ...other })).toEqual(['routing_mismatch']);
    expect(modes('completed', { ...DELIVERED, observedCategory: CODE })).toEqual([]);
    expect(modes('completed', DELIVERED)).toEqual([]);
  });

  test('takes a delivery', () => {
    expect(modes('completed', other)).toEqual(['noop']);
  });
});

describe('modes of the end', () => {
  test.each([
    ['stuck', 'stuck'],
    ['lost-completion', 'stuck'],
    ['crashed', 'crash'],
    ['lost', 'lost'],
    ['limited', 'usage_limit'],
    ['unauthorised', 'auth'],
    ['cancelled', 'cancelled'],
    ['looping', 'looping'],
    ['budget', 'budget'],
    ['not-started', 'setup'],
  ] as const)('%s: %s', (reason, mode) => {
    expect(modes(reason)).toContain(mode);
    expect(modes(reason, DELIVERED)).toContain(mode);
  });

  test.each([
    ['alone', {}, ['abandoned_loop']],
    ['beside an open todo', { openTodos: 1 }, ['abandoned_loop']],
    ['where no turn was left', { subtype: 'error_max_turns' }, ['budget']],
  ])(
    'an error as its result after answers is the agent’s: %s',
    (_, { openTodos = null, ...more }: { openTodos?: number | null; subtype?: string }, expected) => {
      const ended = { ...ENDED, isError: true, subtype: 'error_during_execution', ...more };
      const transcript = { ...transcriptOf(STARTED, SAID, ended), openTodos };
      expect(modes('completed', { transcript })).toEqual(expected);
    },
  );

  test('turns that ran out are a budget', () => {
    const transcript = transcriptOf(STARTED, SAID, { ...ENDED, isError: true, subtype: 'error_max_turns' });
    expect(modes('completed', { transcript })).toContain('budget');
  });

  test('an overload that it ended in, delivered or not', () => {
    const transcript = transcriptOf(STARTED, SAID, ERRED_OVERLOAD);
    expect(modes('crashed', { transcript })).toEqual(['overload']);
    // Nothing that is open is the agent's then.
    expect(modes('timed-out', { ...DELIVERED, transcript })).toEqual(['overload']);
    expect(modes('cancelled', { transcript })).toEqual(['cancelled']);
    expect(modes('lost', { transcript })).toEqual(['lost']);
  });

  test('credentials that the provider refused at its end', () => {
    const refused: SessionEvent = { kind: 'erred', error: 'auth', message: 'log in', isRetrying: false };
    expect(modes('crashed', { transcript: transcriptOf(STARTED, SAID, refused) })).toEqual(['auth']);
  });

  test('an overload that it got over is none', () => {
    expect(modes('completed', { transcript: transcriptOf(STARTED, ERRED_OVERLOAD, SAID, ENDED) })).toEqual([
      'noop',
    ]);
  });
});

describe('feedsBelief', () => {
  const feeds = (reason: StopReason, given: Partial<Evidence> = {}) =>
    judge(CODE, stopped(reason), evidenceOf(given)).feedsBelief;

  test.each(['completed', 'timed-out', 'looping', 'budget'] as const)('is true after %s', (reason) => {
    expect(feeds(reason)).toBe(true);
    expect(feeds(reason, DELIVERED)).toBe(true);
  });

  test.each([
    'stuck',
    'lost-completion',
    'crashed',
    'lost',
    'limited',
    'unauthorised',
    'not-started',
    'cancelled',
  ] as const)('is false after %s, whatever was delivered', (reason) => {
    expect(feeds(reason)).toBe(false);
    expect(feeds(reason, DELIVERED)).toBe(false);
  });

  test('is false where the provider was overloaded at the end', () => {
    const transcript = transcriptOf(STARTED, SAID, ERRED_OVERLOAD);
    expect(feeds('timed-out', { ...DELIVERED, transcript })).toBe(false);
  });

  test('is false without a grade', () => {
    expect(feeds('asked')).toBe(false);
  });
});

test('only modes of the agent, its supply and its selector count in the headline', () => {
  const work = ['noop', 'ci_break', 'reverted', 'routing_mismatch'] as const;
  const others = ['blocked', 'overload', 'stuck', 'crash', 'setup', 'lost', 'cancelled'] as const;
  expect([...work, ...others].filter(isHeadlineMode)).toEqual(work);
});

test('the judge can give every mode to a session', () => {
  const folder = path.resolve(import.meta.dirname, '../../src/judge');
  const judge = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), 'utf8'));
  // Nothing that stint sees proves these; a person gives them with `stint amend`.
  const byHand: readonly FailureMode[] = ['disk', 'memory'];
  const isGiven = (mode: FailureMode) => judge.some((source) => source.includes(`'${mode}'`));
  expect(FAILURE_MODE_NAMES.filter((mode) => !isGiven(mode))).toEqual(byHand);
});
