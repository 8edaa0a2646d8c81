import { expect, test } from 'vitest';
import type { Budget, Spread } from '../../src/domain/choice.ts';
import { describeBudget, explainSpread, WHY_HELD } from '../../src/domain/choice-words.ts';

const use = (tokens: number, costUsd = 0) => ({ tokens, costUsd });
const NOTHING = use(0);

const budget = (given: Partial<Budget>): Budget => ({
  limit: { tokens: null, costUsd: null },
  spent: NOTHING,
  inFlight: NOTHING,
  silent: NOTHING,
  ...given,
});

test('a budget says what is used of each limit, and by what runs', () => {
  expect(describeBudget(budget({}))).toBe('');
  expect(
    describeBudget(
      budget({ limit: { tokens: 2e6, costUsd: 10 }, spent: use(1e6, 2.5), inFlight: use(0, 1.25) }),
    ),
  ).toBe('1M of 2M tokens today; 3.75 of 10.00 USD today, 1.25 by what runs');
});

test('it says how many sessions reported none: their use is in no number', () => {
  expect(describeBudget(budget({ limit: { tokens: null, costUsd: 10 }, silent: use(0, 1) }))).toBe(
    '0.00 of 10.00 USD today, and 1 session that reported none',
  );
});

test('why a category is held follows the word “session”', () => {
  expect(Object.values(WHY_HELD).map((words) => `session s1 ${words}`)).toEqual([
    'session s1 was blocked',
    'session s1 found nothing to do',
    'session s1 could not be set up',
  ]);
});

test('the width of attention is said where there are enough starts', () => {
  const spread: Spread = { effective: 3.96, floor: 3, factor: 1, starts: 1, turnAfterHours: 36 };
  expect(explainSpread({ ...spread, effective: null })).toBe(
    '1 start in 7 days are too few to say how wide attention is',
  );
  expect(explainSpread({ ...spread, starts: 40 })).toBe(
    '40 starts in 7 days are spread as over 4.0 categories (floor 3.0)',
  );
  expect(explainSpread({ ...spread, starts: 40, effective: 2, factor: 2.25 })).toBe(
    '40 starts in 7 days are spread as over 2.0 categories, less than 3.0: the bonus is 2.3 times as high',
  );
});
