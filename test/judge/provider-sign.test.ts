import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../src/domain/session-event.ts';
import { emptyTranscript } from '../../src/domain/transcript.ts';
import { signAtEnd, signSoFar } from '../../src/judge/provider-sign.ts';
import { ERRED_OVERLOAD, ERRED_UNKNOWN, stopped, transcriptOf } from '../support/evidence.ts';
import { answered, called, ENDED, LIMITED, SAID, STARTED, UNREADABLE } from '../support/pulses.ts';

const REFUSED: SessionEvent = { kind: 'erred', error: 'auth', message: 'HTTP 401', isRetrying: false };
const ERROR: SessionEvent = { ...ENDED, isError: true };
const NOTED: SessionEvent = { kind: 'noted' };

describe('at the end', () => {
  test.each([
    ['a limit', 'limited', [STARTED, LIMITED, ERROR], 'usage_limit'],
    ['a limit in the midst of its work', 'limited', [STARTED, SAID, LIMITED], 'usage_limit'],
    ['a limit that it got over', 'completed', [STARTED, LIMITED, SAID, ENDED], 'served'],
    ['refused credentials', 'unauthorised', [STARTED, REFUSED, ERROR], 'auth'],
    ['an outage that ended it', 'completed', [STARTED, ERRED_OVERLOAD, ERROR], 'overload'],
    ['an outage that the CLI died of', 'crashed', [STARTED, SAID, ERRED_OVERLOAD], 'overload'],
    [
      '30 errors, and a model that answers at last',
      'completed',
      [ERRED_OVERLOAD, ERRED_OVERLOAD, SAID, ENDED],
      'served',
    ],
    ['an error in unknown words', 'completed', [STARTED, ERRED_UNKNOWN, ERROR], 'silent'],
    ['stopped while the CLI tried again', 'cancelled', [STARTED, ERRED_OVERLOAD], 'silent'],
    ['work that failed', 'crashed', [STARTED, SAID], 'served'],
    ['a crash before the first answer', 'crashed', [STARTED], 'silent'],
    [
      'a tool that prints words of a limit',
      'completed',
      [called('localProcess'), answered(), SAID, ENDED],
      'served',
    ],
    ['a success without any answer', 'completed', [STARTED, ENDED], 'silent'],
    ['plain text that ended well', 'completed', [NOTED], 'served'],
    ['a format that nobody knows', 'completed', [UNREADABLE], 'silent'],
    ['no agent, because the account was parked meanwhile', 'limited', [], 'silent'],
    ['no agent, because it was refused meanwhile', 'unauthorised', [], 'silent'],
    ['no agent at all', 'not-started', [], 'silent'],
  ] as const)('%s', (_, reason, events, expected) => {
    const stop = { ...stopped(reason), exitCode: events.length === 0 ? null : 0 };
    const sign = signAtEnd(stop, events.length === 0 ? emptyTranscript : transcriptOf(...events));
    expect(sign.kind === 'refused' ? sign.cause : sign.kind).toBe(expected);
  });
});

test('plain text without a word shows nothing of its account', () => {
  const silent = { ...transcriptOf(NOTED), events: 0 };
  expect(signAtEnd({ ...stopped(), exitCode: 0 }, silent)).toEqual({ kind: 'silent' });
});

test('a session that was ended after its result, and whose output is gone, shows nothing of its account', () => {
  expect(signAtEnd({ ...stopped(), exitCode: 143 }, emptyTranscript)).toEqual({ kind: 'silent' });
});

test('an outage ends when the provider told it', () => {
  const resetsAt = '2026-12-01T12:55:00.000Z';
  const busy: SessionEvent = {
    kind: 'erred',
    error: 'overload',
    message: 'wait',
    isRetrying: false,
    resetsAt,
  };
  expect(signAtEnd(stopped(), transcriptOf(STARTED, busy, ERROR))).toMatchObject({
    cause: 'overload',
    resetsAt,
  });
});

describe('while it runs', () => {
  test.each([
    ['a limit', [STARTED, LIMITED], 'usage_limit'],
    ['an answer', [STARTED, SAID], 'served'],
    ['an answer, and trouble since', [STARTED, SAID, ERRED_OVERLOAD], 'silent'],
    ['credentials that may yet be renewed', [STARTED, REFUSED], 'silent'],
    ['nothing yet', [STARTED], 'silent'],
  ] as const)('%s', (_, events, expected) => {
    const sign = signSoFar(transcriptOf(...events));
    expect(sign.kind === 'refused' ? sign.cause : sign.kind).toBe(expected);
  });
});
