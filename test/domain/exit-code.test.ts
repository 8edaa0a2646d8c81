import { expect, test } from 'vitest';
import { exitCodeOf } from '../../src/domain/exit-code.ts';
import type { StopReason } from '../../src/domain/record.ts';
import type { Outcome } from '../../src/domain/record-words.ts';

function code(harness: string, outcome: Outcome, reason: StopReason, exitCode: number | null): number {
  return exitCodeOf({ harness, outcome, stop: { reason, because: 'x', exitCode, signal: null } });
}

test.each<[Outcome, StopReason, number, string]>([
  ['unknown', 'completed', 0, 'it ended well, and there is nothing to judge'],
  ['productive', 'crashed', 3, 'it delivered and failed'],
  ['failed', 'crashed', 75, 'its own 75'],
  ['failed', 'crashed', 124, 'its own 124'],
  ['failed', 'crashed', 127, 'a command that it lacks'],
  ['failed', 'crashed', 143, 'a TERM that stint did not send'],
  ['failed', 'crashed', 137, 'a KILL that stint did not send'],
  ['blocked', 'completed', 0, 'it declared itself blocked'],
])('a script that ended by itself (%s, %s) gives its own code %i: %s', (outcome, reason, exitCode) => {
  expect(code('wrap', outcome, reason, exitCode)).toBe(exitCode);
});

test.each<[Outcome, StopReason, number | null, number]>([
  ['failed', 'timed-out', 143, 124],
  ['productive', 'timed-out', 143, 0],
  ['failed', 'stuck', 137, 1],
  ['unknown', 'cancelled', 143, 1],
  ['unknown', 'cancelled', 0, 1],
  ['unknown', 'lost', null, 1],
  ['not-run', 'not-started', 127, 1],
])(
  'a script that stint ended or did not start (%s, %s, exit %s) gives %i',
  (outcome, reason, own, expected) => {
    expect(code('wrap', outcome, reason, own)).toBe(expected);
  },
);

test.each<[Outcome, StopReason, number | null, number]>([
  ['productive', 'crashed', 3, 0],
  ['noop', 'completed', 0, 0],
  ['failed', 'crashed', 3, 1],
  ['unknown', 'completed', 0, 1],
  ['blocked', 'asked', 143, 75],
  ['not-run', 'limited', 1, 75],
])('the code of an agent (%s, %s, exit %s) is not passed on: %i', (outcome, reason, own, expected) => {
  expect(code('script', outcome, reason, own)).toBe(expected);
});
