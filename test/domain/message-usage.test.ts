import { expect, test } from 'vitest';
import { joinUsage, joinUsages } from '../../src/domain/message-usage.ts';
import type { MessageUsage } from '../../src/domain/session-event.ts';

function used(input: number | null, output: number | null, more: Partial<MessageUsage> = {}): MessageUsage {
  return { input, output, cacheRead: null, cacheWrite: null, ...more };
}

test.each<[string, MessageUsage, MessageUsage, MessageUsage]>([
  ['the count grew', used(3, 1), used(3, 436), used(3, 436)],
  [
    'a count stands in one of them alone',
    used(3, null, { cacheRead: 900 }),
    used(null, 40),
    used(3, 40, { cacheRead: 900 }),
  ],
  [
    'the parts of what the cache keeps grew, too',
    used(3, 1, { cacheWrite: 20, cacheWrite5m: 20 }),
    used(3, 9, { cacheWrite: 50, cacheWrite5m: 20, cacheWrite1h: 30 }),
    used(3, 9, { cacheWrite: 50, cacheWrite5m: 20, cacheWrite1h: 30 }),
  ],
  ['one is a sum over several', used(90, 90, { isSum: true }), used(3, 9), used(3, 9)],
  ['one is a helper’s copy', used(3, 9, { isSubagent: true }), used(3, 1), used(3, 9)],
  [
    'both are a helper’s',
    used(3, 9, { isSubagent: true }),
    used(3, 1, { isSubagent: true }),
    used(3, 9, { isSubagent: true }),
  ],
  [
    'the model and the tier are those of the longer state',
    used(3, 1, { model: 'a', serviceTier: 'standard' }),
    used(3, 9, { model: 'b' }),
    used(3, 9, { model: 'b', serviceTier: 'standard' }),
  ],
])('of two states of a message the larger counts stand, in both orders: %s', (_name, a, b, joined) => {
  expect(joinUsage(a, b)).toEqual(joined);
  expect(joinUsage(b, a)).toEqual(joined);
});

test('a message is one, whether its source names its request or not', () => {
  const stream = new Map([
    ['m1', used(3, 1)],
    ['m2', used(5, 50)],
  ]);
  const file = new Map([
    ['m1 r1', used(3, 436)],
    ['m3 r3', used(7, 7)],
  ]);
  const whole = { 'm1 r1': used(3, 436), m2: used(5, 50), 'm3 r3': used(7, 7) };
  expect(Object.fromEntries(joinUsages(stream, file))).toEqual(whole);
  expect(Object.fromEntries(joinUsages(file, stream))).toEqual(whole);
  // Some gateways give several messages one id.
  const gateway = new Map([
    ['m r1', used(1, 1)],
    ['m r2', used(2, 2)],
  ]);
  expect(joinUsages(gateway, gateway)).toEqual(gateway);
});
