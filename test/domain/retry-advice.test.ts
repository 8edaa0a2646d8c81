import { expect, test } from 'vitest';
import { adviseRetry } from '../../src/domain/retry-advice.ts';
import type { StopReason } from '../../src/domain/record.ts';
import { recordOf } from '../support/records.ts';

// 2-liveness and incidents 35, 36, 40, 49: each end has its own next step, and none is taken by itself.

const stop = (reason: StopReason) => ({ reason, because: 'x', exitCode: null, signal: null });
const advice = (given: Parameters<typeof recordOf>[1], resetsAt: string | null = null) =>
  adviseRetry(recordOf(1, { outcome: 'failed', thread: 't1', failureModes: [], ...given }), resetsAt);

test.each<[string, Parameters<typeof recordOf>[1], string, string]>([
  [
    'work that was delivered is never done again',
    { outcome: 'productive', stop: stop('cancelled') },
    'never',
    'it delivered',
  ],
  [
    'refused credentials',
    { outcome: 'not-run', stop: stop('unauthorised') },
    'never',
    'the credentials have to be repaired first',
  ],
  [
    'a harness that is missing',
    { outcome: 'not-run', stop: stop('not-started') },
    'never',
    'what kept it from starting has to be repaired first',
  ],
  [
    'a blocked one',
    { outcome: 'blocked', stop: stop('asked') },
    'never',
    'somebody outside has to act first',
  ],
  ['nothing to do', { outcome: 'noop', stop: stop('completed') }, 'never', 'there was nothing to do'],
  [
    'incident 16: nothing delivered, and it waits for a wake-up that nobody gives',
    { outcome: 'noop', stop: stop('completed'), failureModes: ['noop', 'abandoned_loop'] },
    'resume',
    'it ended with its work open',
  ],
  [
    'files that it left uncommitted',
    { outcome: 'unknown', stop: stop('completed'), failureModes: ['abandoned_loop'] },
    'resume',
    'it ended with its work open',
  ],
  [
    'the same without a conversation',
    { outcome: 'noop', stop: stop('completed'), failureModes: ['noop', 'abandoned_loop'], thread: null },
    'fresh',
    'it ended with its work open',
  ],
  [
    'nothing to do, as it declared itself',
    {
      outcome: 'noop',
      stop: stop('completed'),
      failureModes: ['noop', 'abandoned_loop'],
      declared: { kind: 'noop', reason: 'empty queue' },
    },
    'never',
    'there was nothing to do',
  ],
  [
    'a script that completed and left nothing to judge',
    { outcome: 'unknown', harness: 'wrap', stop: stop('completed') },
    'never',
    'it completed',
  ],
  [
    'an overflowed context',
    { stop: stop('timed-out'), failureModes: ['context_overflow'] },
    'fresh',
    'its conversation led nowhere; a smaller scope may do better',
  ],
  [
    'a circle',
    { stop: stop('looping') },
    'fresh',
    'its conversation led nowhere; a smaller scope may do better',
  ],
  [
    'a budget that is spent',
    { stop: stop('budget') },
    'fresh',
    'its conversation led nowhere; a smaller scope may do better',
  ],
  ['one that was cut off', { stop: stop('timed-out') }, 'resume', 'it was cut off in its work (timed-out)'],
  ...(['cancelled', 'crashed', 'lost-completion', 'stuck'] as const).map(
    (reason): [string, Parameters<typeof recordOf>[1], string, string] => [
      `one that ended as ${reason}`,
      { stop: stop(reason) },
      'resume',
      `it was cut off in its work (${reason})`,
    ],
  ),
  [
    'one that failed with its work open',
    { stop: stop('completed'), failureModes: ['abandoned_loop'] },
    'fresh',
    'it ended without a result (completed)',
  ],
  [
    'one whose supervisor died',
    { outcome: 'unknown', stop: stop('lost') },
    'resume',
    'it was cut off in its work (lost)',
  ],
  [
    'one without a conversation',
    { stop: stop('crashed'), thread: null },
    'fresh',
    'it ended without a result (crashed)',
  ],
  [
    'one that ended in an error',
    { stop: stop('completed') },
    'fresh',
    'it ended without a result (completed)',
  ],
])('%s', (_, given, kind, because) => {
  expect(advice(given)).toMatchObject({ kind, because });
});

test('a usage limit is waited for, until it is over', () => {
  const at = '2026-01-01T00:00:00.000Z';
  expect(advice({ outcome: 'not-run', stop: stop('limited') }, at)).toEqual({
    kind: 'wait-until',
    at,
    because: 'its usage limit was reached',
  });
});
