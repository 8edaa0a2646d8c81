import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../src/domain/session-event.ts';
import { emptyTranscript, foldEvents } from '../../src/domain/transcript.ts';
import { explainEnd, type EndFacts } from '../../src/supervise/explain-end.ts';
import { called, ENDED, LIMITED, PROMPTED, SAID, STARTED, UNREADABLE } from '../support/pulses.ts';

function end(events: readonly SessionEvent[], given: Partial<EndFacts> = {}) {
  const transcript = foldEvents(emptyTranscript, events);
  const facts = { claimed: null, exitCode: 0, hasEvents: true, hasOutput: true, isRefusedByShell: null };
  return explainEnd({ ...facts, transcript, ...given });
}

const AUTH: SessionEvent = { kind: 'erred', error: 'auth', message: 'please log in', isRetrying: false };
const FAILED: SessionEvent = { ...ENDED, isError: true, subtype: 'error_during_execution' };
const INTERRUPTED: SessionEvent = { kind: 'interrupted' };
const WORK: SessionEvent = {
  kind: 'work-started',
  workId: 'a',
  callId: null,
  work: 'agent',
  summary: null,
  isDetached: true,
};
const OVERLOAD: SessionEvent = { kind: 'erred', error: 'overload', message: '529', isRetrying: true };

describe('a stream with events', () => {
  test.each([
    ['a result', [STARTED, SAID, ENDED], 0, 'completed'],
    ['incident 6: a result, and then somebody killed it', [STARTED, SAID, ENDED], 137, 'completed'],
    ['a result, and nobody saw the exit', [STARTED, SAID, ENDED], null, 'completed'],
    ['a result while an agent works in the background', [STARTED, SAID, WORK, ENDED], 0, 'completed'],
    ['a result that words took back', [STARTED, ENDED, SAID], 0, 'crashed'],
    ['a result that a new turn took back', [STARTED, ENDED, PROMPTED, SAID], 0, 'crashed'],
    ['no result, exit 0', [STARTED, SAID], 0, 'crashed'],
    ['no result, exit 1', [STARTED, SAID], 1, 'crashed'],
    ['nothing at all', [], 0, 'crashed'],
    ['no exit code', [STARTED, SAID], null, 'lost'],
    ['no such program', [], 127, 'not-started'],
    ['a program that may not run', [], 126, 'not-started'],
    ['127 after it had spoken', [STARTED], 127, 'crashed'],
    ['a limit', [STARTED, LIMITED], 1, 'limited'],
    ['a limit, shaped as a result', [STARTED, LIMITED, ENDED], 0, 'limited'],
    ['a limit that it got over', [STARTED, LIMITED, SAID, ENDED], 0, 'completed'],
    ['a limit that it got over by a call', [STARTED, LIMITED, called('remote'), ENDED], 0, 'completed'],
    ['refused credentials', [STARTED, AUTH], 1, 'unauthorised'],
    ['refused credentials, then a result', [STARTED, AUTH, ENDED], 1, 'unauthorised'],
    ['refused once and answered then', [STARTED, AUTH, SAID, ENDED], 0, 'completed'],
    ['interrupted, then a result', [STARTED, SAID, INTERRUPTED, FAILED], 1, 'cancelled'],
    ['interrupted, and no result', [STARTED, INTERRUPTED], 130, 'cancelled'],
    ['interrupted, and done all the same', [STARTED, INTERRUPTED, ENDED], 0, 'completed'],
    ['interrupted, and asked again', [STARTED, INTERRUPTED, PROMPTED, SAID], 1, 'crashed'],
    ['an overload inside', [STARTED, OVERLOAD, ENDED], 0, 'completed'],
    ['an unknown format, exit 0', [UNREADABLE, UNREADABLE], 0, 'completed'],
    ['an unknown format, exit 1', [UNREADABLE], 1, 'crashed'],
  ] as const)('%s', (_, events, exitCode, reason) => {
    expect(end(events, { exitCode }).reason).toBe(reason);
  });
});

test('incident 9: an output that is gone proves no crash; an exit code does', () => {
  expect(end([], { hasOutput: false })).toMatchObject({
    reason: 'completed',
    because: 'it exited with 0; its output is gone',
  });
  expect(end([], { hasOutput: false, exitCode: 1 }).reason).toBe('crashed');
  expect(end([], { hasOutput: false, exitCode: null }).reason).toBe('lost');
});

describe('text', () => {
  const text = { hasEvents: false };
  test.each([
    [0, 'completed'],
    [1, 'crashed'],
    [143, 'crashed'],
    [null, 'lost'],
    [127, 'not-started'],
  ] as const)('exit %s is %s', (exitCode, reason) => {
    expect(end([], { ...text, exitCode }).reason).toBe(reason);
  });
});

describe('a reason that was claimed before the signal', () => {
  test.each(['timed-out', 'stuck', 'cancelled', 'lost-completion', 'asked', 'budget'] as const)(
    '%s stands, whatever came after',
    (reason) => {
      const claimed = { reason, because: 'as seen' };
      expect(end([STARTED, SAID], { claimed, exitCode: 143 })).toEqual({
        reason,
        because: 'as seen',
        exitCode: 143,
        signal: 'SIGTERM',
      });
      expect(end([], { claimed, exitCode: null }).reason).toBe(reason);
      // What a CLI says when it is ended is no result of its work.
      expect(end([STARTED, SAID, FAILED], { claimed }).reason).toBe(reason);
      expect(end([STARTED, ENDED, PROMPTED, SAID], { claimed }).reason).toBe(reason);
    },
  );

  test.each(['stuck', 'cancelled', 'timed-out'] as const)('%s, but its result counts', (reason) => {
    const claimed = { reason, because: 'as seen' };
    expect(end([STARTED, SAID, ENDED], { claimed, exitCode: 143 })).toMatchObject({
      reason: 'completed',
      because: 'it emitted its result (success), and was ended after it: as seen',
    });
    expect(end([STARTED, AUTH, ENDED], { claimed }).reason).toBe('unauthorised');
  });

  test('its result was not the end where an agent works on in the background, and is no proof of a hang', () => {
    const claim = (reason: 'timed-out' | 'cancelled' | 'completed' | 'stuck') =>
      end([STARTED, SAID, WORK, ENDED], { claimed: { reason, because: 'as seen' } }).reason;
    expect([claim('timed-out'), claim('cancelled'), claim('completed')]).toEqual([
      'timed-out',
      'cancelled',
      'completed',
    ]);
    expect(claim('stuck')).toBe('completed');
    const over: SessionEvent = { kind: 'work-ended', workId: 'a', callId: null };
    const late = { reason: 'timed-out', because: 'as seen' } as const;
    expect(end([STARTED, WORK, ENDED, over], { claimed: late }).reason).toBe('completed');
  });

  test.each(['completed', 'limited'] as const)('%s stands beside a result', (reason) => {
    const claimed = { reason, because: 'as seen' };
    expect(end([STARTED, SAID, ENDED], { claimed })).toMatchObject(claimed);
  });
});

test.each<[string, readonly SessionEvent[], Partial<EndFacts>]>([
  ['the account is at its limit: five_hour limit', [STARTED, LIMITED], {}],
  ['the provider refused the credentials: please log in', [STARTED, AUTH], { exitCode: 1 }],
  ['it emitted its result (success)', [STARTED, SAID, ENDED], {}],
  ['it emitted its result (error_during_execution)', [STARTED, FAILED], { exitCode: 1 }],
  ['nothing says how it ended', [STARTED], { exitCode: null }],
  ["the agent's program could not be run (exit 127)", [], { exitCode: 127 }],
  ["the agent's program could not be run (exit 126)", [], { exitCode: 126, hasEvents: false }],
  ['it exited with 0; its output is gone', [], { hasOutput: false }],
  ['it exited with 0; nothing in its stream could be understood', [UNREADABLE], {}],
  ['it exited with 0 and emitted no result', [], {}],
  ['it exited with 0 and emitted no result', [STARTED, UNREADABLE], {}],
  ['it exited with 3 and emitted no result', [UNREADABLE], { exitCode: 3 }],
  ['it exited with 0', [], { hasEvents: false }],
  ['it exited with 3', [], { hasEvents: false, exitCode: 3 }],
])('%s', (because, events, given) => {
  expect(end(events, given).because).toBe(because);
});

test.each([
  [129, 'SIGHUP'],
  [141, 'SIGPIPE'],
  [137, 'SIGKILL'],
  [143, 'SIGTERM'],
  [139, 'SIGSEGV'],
  [134, 'SIGABRT'],
  [130, 'SIGINT'],
  [128, null],
  [1, null],
  [0, null],
  [255, null],
  [null, null],
] as const)('exit code %s stands for the signal %s', (exitCode, signal) => {
  expect(end([STARTED], { exitCode })).toMatchObject({ exitCode, signal });
});

test.each([
  [127, true, 'not-started'],
  [126, true, 'not-started'],
  [127, false, 'crashed'],
  [126, false, 'crashed'],
  [1, true, 'crashed'],
])('a script that ended with %i, refused by the shell: %s, is %s', (exitCode, isRefusedByShell, reason) => {
  expect(end([], { hasEvents: false, exitCode, isRefusedByShell }).reason).toBe(reason);
});
