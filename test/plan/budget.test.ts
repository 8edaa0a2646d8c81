import { fc } from '../support/fixed-seed.ts';
import { describe, expect, test } from 'vitest';
import type { Budget } from '../../src/domain/choice.ts';
import { choose } from '../../src/plan/choose.ts';
import { describeBudget } from '../../src/domain/choice-words.ts';
import { reserve, whyOverBudget } from '../../src/plan/budget.ts';
import { inputOf, stateOf } from '../support/choices.ts';

const use = (tokens: number, costUsd = 0) => ({ tokens, costUsd });
const budget = (given: Partial<Budget> = {}): Budget => ({
  limit: { tokens: 1e6, costUsd: null },
  spent: use(0),
  inFlight: use(0),
  silent: use(0),
  ...given,
});

describe('a day’s budget', () => {
  test('counts what ended, what runs, and what the new session will most likely use', () => {
    expect(whyOverBudget(budget({ spent: use(500e3), inFlight: use(300e3) }), use(200e3))).toBeNull();
    expect(whyOverBudget(budget({ spent: use(500e3), inFlight: use(300e3) }), use(201e3))).toBe(
      '800k of 1M tokens are used today (300k by what runs), and a session takes about 201k',
    );
    expect(whyOverBudget(budget({ inFlight: use(1e6) }), use(0))).toBe(
      '1M of 1M tokens are used today (1M by what runs)',
    );
  });

  test('is told to three digits: what would not fit must not read as if it would', () => {
    const near = (limit: number, used: number) =>
      whyOverBudget(budget({ limit: { tokens: limit, costUsd: null }, spent: use(used) }), use(1000));
    expect(near(4500, 4000)).toBe('4k of 4.5k tokens are used today, and a session takes about 1k');
    expect(near(15_100, 15_000)).toBe('15k of 15.1k tokens are used today, and a session takes about 1k');
    expect(near(1_254_000, 1_253_900)).toBe(
      '1.25M of 1.25M tokens are used today, and a session takes about 1k',
    );
    expect(near(3.6e9, 3.6e9)).toBe('3.6B of 3.6B tokens are used today');
    expect(near(950, 900)).toBe('900 of 950 tokens are used today, and a session takes about 1k');
  });

  test('lets the first session of a day start, however large it may be', () => {
    expect(whyOverBudget(budget(), use(5e6))).toBeNull();
  });

  test('holds for money, too, and is none where no limit is set', () => {
    const both = budget({ limit: { tokens: 1e6, costUsd: 5 }, spent: use(10, 4.9) });
    expect(whyOverBudget(both, use(10, 0.2))).toBe(
      '4.90 of 5.00 USD are used today, and a session takes about 0.20',
    );
    expect(
      whyOverBudget(budget({ limit: { tokens: null, costUsd: null }, spent: use(9e9, 9e9) }), use(9e9)),
    ).toBeNull();
  });

  test('says what nobody reported', () => {
    expect(describeBudget(budget({ spent: use(250e3), inFlight: use(100e3), silent: use(2) }))).toBe(
      '350k of 1M tokens today, 100k by what runs, and 2 sessions that reported none',
    );
  });

  test('is less by what starts', () => {
    const before = budget({ inFlight: use(1000, 0.5) });
    expect(reserve(before, use(200, 0.25))).toEqual({ ...before, inFlight: use(1200, 0.75) });
  });

  test('is shared by those that start together: their sum stays in it, but for a first one', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 600e3 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 999e3 }), fc.nat(1000), (expected, spent, seed) => {
        const categories = expected.map((tokens, index) => stateOf(`c${index}`, { expected: use(tokens) }));
        const { chosen } = choose(
          inputOf({ seed, top: 8, maxConcurrent: 8, categories, budget: budget({ spent: use(spent) }) }),
        );
        const sum = chosen.reduce(
          (total, { category }) =>
            total + (categories.find((each) => each.category === category)?.expected.tokens ?? 0),
          spent,
        );
        expect(sum).toBeLessThanOrEqual(1e6);
      }),
    );
  });
});
