import { expect, test } from 'vitest';
import { adviseRetry } from '../../src/domain/retry-advice.ts';
import type { StopReason } from '../../src/domain/record.ts';
import { recordOf } from '../support/records.ts';

// 2-liveness and incidents 35, 36, 40, 49: each end has its own next step, and none is taken by itself.

const stop = (reason: StopReason) => ({ reason, because: 'x', exitCode: null, signal: null });
const advice = (given: Parameters<typeof recordOf>[1], resetsAt: string | null = null) =>
  adviseRetry(recordOf(1, { outcome: 'failed', thread: 't1', failureModes: [], ...given }), resetsAt);

test.each<[string, Parameters<typeof recordOf>[1], string]>([
  [
    'work that was delivered is never done again',
    { outcome: 'productive', stop: stop('cancelled') },
    'never',
  ],
  ['refused credentials', { outcome: 'not-run', stop: stop('unauthorised') }, 'never'],
  ['a harness that is missing', { outcome: 'not-run', stop: stop('not-started') }, 'never'],
  ['a blocked one', { outcome: 'blocked', stop: stop('asked') }, 'never'],
  ['nothing to do', { outcome: 'noop', stop: stop('completed') }, 'never'],
  [
    'incident 16: nothing delivered, and it waits for a wake-up that nobody gives',
    { outcome: 'noop', stop: stop('completed'), failureModes: ['noop', 'abandoned_loop'] },
    'resume',
  ],
  [
    'the same without a conversation',
    { outcome: 'noop', stop: stop('completed'), failureModes: ['noop', 'abandoned_loop'], thread: null },
    'fresh',
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
  ],
  ['an overflowed context', { stop: stop('timed-out'), failureModes: ['context_overflow'] }, 'fresh'],
  ['a circle', { stop: stop('looping') }, 'fresh'],
  ['one that was cut off', { stop: stop('timed-out') }, 'resume'],
  ['one whose supervisor died', { outcome: 'unknown', stop: stop('lost') }, 'resume'],
  ['one without a conversation', { stop: stop('crashed'), thread: null }, 'fresh'],
  ['one that ended in an error', { stop: stop('completed') }, 'fresh'],
])('%s', (_, given, kind) => {
  expect(advice(given).kind).toBe(kind);
});

test('a usage limit is waited for, until it is over', () => {
  const at = '2026-01-01T00:00:00.000Z';
  expect(advice({ outcome: 'not-run', stop: stop('limited') }, at)).toMatchObject({ kind: 'wait-until', at });
});
