import { expect, test } from 'vitest';
import { whyNoRespawn, whyNotAgain } from '../../src/plan/respawn.ts';
import { beliefOf, hoursAgo, inputOf, stateOf } from '../support/choices.ts';

const RESPAWN = { grade: 0.65, chain: 1 };

test.each([
  ['a grade at the limit', { grade: 0.65, chain: 0 }, RESPAWN, null],
  [
    'a grade under it',
    { grade: 0.649, chain: 0 },
    RESPAWN,
    'its grade 0.64 is under schedule.respawn.grade (0.65)',
  ],
  [
    'a grade that no binary number is',
    { grade: 0.29, chain: 0 },
    RESPAWN,
    'its grade 0.29 is under schedule.respawn.grade (0.65)',
  ],
  ['no grade', { grade: null, chain: 0 }, RESPAWN, 'the session has no grade'],
  [
    'the end of the row',
    { grade: 1, chain: 1 },
    RESPAWN,
    '1 in a row is all that schedule.respawn.chain allows',
  ],
  ['a longer row', { grade: 1, chain: 1 }, { grade: 0.65, chain: 2 }, null],
  ['never', { grade: 1, chain: 0 }, { grade: 0, chain: 0 }, 'schedule.respawn.chain is 0'],
])('after %s', (_, facts, respawn, because) => {
  expect(whyNoRespawn(facts, respawn)).toBe(because);
});

test('what is in the way at that moment is what a plan would say, and the score is not asked', () => {
  const only = (state: Parameters<typeof stateOf>[1], input: Parameters<typeof inputOf>[0] = {}) =>
    whyNotAgain(inputOf({ running: 0, maxConcurrent: 1, ...input, categories: [stateOf('code', state)] }));
  expect(only({})).toBeNull();
  expect(only({ belief: beliefOf('code', { alpha: 0.05, beta: 100 }) })).toBeNull();
  expect(only({ running: 's1' })).toBe('session s1 is running in it');
  expect(only({ supply: { kind: 'known', count: 0 } })).toMatch(/dry|nothing/);
  expect(only({ lastEndedAt: hoursAgo(0), cooldownMs: 60_000 })).toMatch(/^it is cooling down, until 20/);
  expect(only({}, { running: 1 })).toBe('1 sessions run or start, and schedule.maxConcurrent is 1');
  expect(whyNotAgain(inputOf({ categories: [] }))).toBe('the configuration does not have it any more');
});
