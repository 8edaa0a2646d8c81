import { describe, expect, test } from 'vitest';
import type { CategoryName } from '../../src/domain/ids.ts';
import { whyIneligible, type CategoryState, type HarnessState } from '../../src/plan/eligibility.ts';

const NOW = new Date('2026-01-01T12:00:00.000Z');
const FREE: HarnessState = { name: 'a', trouble: null, until: null };

function why(given: Partial<CategoryState>) {
  const state: CategoryState = {
    category: 'code' as CategoryName,
    running: null,
    lastEndedAt: null,
    cooldownMs: 180_000,
    harnesses: [FREE],
    ...given,
  };
  return whyIneligible(state, NOW);
}

test('a category that nothing holds back is eligible', () => {
  expect(why({})).toBeNull();
  expect(why({ lastEndedAt: '2026-01-01T11:00:00.000Z' })).toBeNull();
});

test('one session at a time', () => {
  expect(why({ running: 'abc' })).toEqual({
    category: 'code',
    reason: 'session abc is running in it',
    until: null,
  });
});

describe('the cooldown', () => {
  test('says when it is over', () => {
    expect(why({ lastEndedAt: '2026-01-01T11:59:00.000Z' })).toMatchObject({
      reason: 'it is cooling down',
      until: '2026-01-01T12:02:00.000Z',
    });
  });

  test('is over to the millisecond', () => {
    expect(why({ lastEndedAt: '2026-01-01T11:57:00.000Z' })).toBeNull();
    expect(why({ lastEndedAt: '2026-01-01T11:57:00.001Z' })?.until).toBe('2026-01-01T12:00:00.001Z');
    expect(why({ lastEndedAt: NOW.toISOString(), cooldownMs: 0 })).toBeNull();
  });
});

describe('its harnesses', () => {
  const parked = (name: string, until: string | null): HarnessState => ({
    name,
    trouble: `${name} is parked`,
    until,
  });

  test('one without trouble is enough', () => {
    expect(why({ harnesses: [parked('a', null), FREE] })).toBeNull();
  });

  test('with trouble everywhere it may try when the first is free', () => {
    const [late, soon] = ['2026-01-01T18:00:00.000Z', '2026-01-01T13:00:00.000Z'];
    expect(why({ harnesses: [parked('a', late), parked('b', null), parked('c', soon)] })).toEqual({
      category: 'code',
      reason: 'a is parked; b is parked; c is parked',
      until: soon,
    });
    expect(why({ harnesses: [parked('a', null)] })?.until).toBeNull();
  });
});
