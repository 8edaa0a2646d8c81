import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Belief, Beliefs } from '../../src/domain/belief.ts';
import type { CategoryName } from '../../src/domain/ids.ts';
import { choose, type ChoiceInput } from '../../src/plan/choose.ts';
import type { CategoryState } from '../../src/plan/eligibility.ts';
import { REFERENCE_GRADE, scoreCategory } from '../../src/plan/score.ts';

const NOW = new Date('2026-01-01T12:00:00.000Z');
const name = (text: string): CategoryName => text as CategoryName;

function belief(category: string, given: Partial<Belief> = {}): Belief {
  return {
    category: name(category),
    alpha: 1,
    beta: 1,
    updates: 0,
    sessions: 0,
    lastAt: null,
    othersSince: 0,
    ...given,
  };
}

function state(category: string, given: Partial<CategoryState> = {}): CategoryState {
  return {
    category: name(category),
    running: null,
    lastEndedAt: null,
    cooldownMs: 0,
    harnesses: [{ name: 'a', trouble: null, until: null }],
    ...given,
  };
}

const believe = (...beliefs: readonly Belief[]): Beliefs =>
  new Map(beliefs.map((each) => [each.category, each]));

function input(given: Partial<ChoiceInput> = {}): ChoiceInput {
  const names = ['a', 'b', 'c', 'd'];
  return {
    seed: 1,
    now: NOW,
    top: 3,
    free: 6,
    categories: names.map((each) => state(each)),
    beliefs: believe(...names.map((each) => belief(each))),
    ...given,
  };
}

describe('a choice', () => {
  test('is repeated by its seed, whatever the order of the categories', () => {
    fc.assert(
      fc.property(
        fc.nat(2 ** 31 - 1),
        fc.shuffledSubarray([...input().categories], { minLength: 4 }),
        (seed, categories) => {
          const beliefs = believe(...[...input().beliefs.values()].toReversed());
          expect(choose(input({ seed, categories, beliefs }))).toEqual(choose(input({ seed })));
        },
      ),
    );
  });

  test('gives a category the same draw whoever else may start', () => {
    const drawOf = (choice: ReturnType<typeof choose>, category: string) =>
      [...choice.chosen, ...choice.notChosen].find((each) => each.category === category)?.components.thompson;
    const others = fc.subarray(['a', 'b', 'd']);
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), others, (seed, busy) => {
        const categories = input().categories.map((each) =>
          busy.includes(each.category) ? { ...each, running: 's1' } : each,
        );
        expect(drawOf(choose(input({ seed, categories })), 'c')).toBe(drawOf(choose(input({ seed })), 'c'));
      }),
    );
  });

  test('differs by seed', () => {
    const first = new Set(
      Array.from({ length: 30 }, (_, seed) => choose(input({ seed })).chosen[0]?.category),
    );
    expect(first.size).toBe(4);
  });

  test('tells of every category once: chosen, not chosen or ineligible', () => {
    const states = fc
      .array(fc.boolean(), { minLength: 1, maxLength: 8 })
      .map((busy) => busy.map((isBusy, index) => state(`c${index}`, { running: isBusy ? 's' : null })));
    fc.assert(
      fc.property(states, fc.nat(1000), fc.nat(5), fc.nat(5), (categories, seed, top, free) => {
        const beliefs = believe(...categories.map(({ category }) => belief(category)));
        const choice = choose(input({ categories, beliefs, seed, top, free }));
        const told = [...choice.chosen, ...choice.notChosen, ...choice.ineligible].map(
          ({ category }) => category,
        );
        expect(told.toSorted()).toEqual(categories.map(({ category }) => category).toSorted());
        expect(choice.chosen.length).toBeLessThanOrEqual(Math.min(top, free));
        expect(choice.rest === null).toBe(choice.chosen.length > 0);
        for (const { score } of choice.chosen) expect(score).toBeGreaterThan(0);
      }),
    );
  });

  test('is the best first, and nothing that is left is better', () => {
    const { chosen, notChosen } = choose(input({ seed: 5, top: 2 }));
    const scores = [...chosen, ...notChosen].map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  test('learns: a good category is drawn far more often than a bad one', () => {
    const seen = { lastAt: NOW.toISOString() };
    const beliefs = believe(
      belief('good', { alpha: 31, beta: 11, ...seen }),
      belief('bad', { alpha: 3, beta: 39, ...seen }),
    );
    const categories = [state('bad'), state('good')];
    const wins = Array.from({ length: 200 }, (_, seed) =>
      choose(input({ seed, top: 1, categories, beliefs })),
    );
    expect(wins.filter(({ chosen }) => chosen[0]?.category === 'good').length).toBeGreaterThan(195);
  });
});

describe('a score', () => {
  test('is the sum of its components', () => {
    for (const { score, components } of choose(input()).chosen)
      expect(score).toBeCloseTo(
        components.thompson + components.diversity + components.lessons - components.plateau,
        12,
      );
  });

  test('is the draw less the reference: a uniform belief gives the random number itself', () => {
    expect(REFERENCE_GRADE).toBe(0.05);
    expect(scoreCategory(belief('a'), () => 0.3, NOW).components.thompson).toBeCloseTo(0.25, 6);
  });

  const diversity = (given: Partial<Belief>): number =>
    scoreCategory(belief('a', given), () => 0.5, NOW).components.diversity;

  test('has all of its diversity for a category never tried, none for one that just ran', () => {
    expect(diversity({})).toBe(0.2);
    expect(diversity({ lastAt: NOW.toISOString() })).toBe(0);
    // Half of each half: a day ago, and six sessions of others since.
    expect(diversity({ lastAt: '2025-12-31T12:00:00.000Z', othersSince: 6 })).toBeCloseTo(0.1, 12);
  });

  test('has a diversity in [0, 0.2] that grows with time and with others', () => {
    const hours = fc.integer({ min: -48, max: 1e6 });
    fc.assert(
      fc.property(hours, fc.nat(1e6), fc.nat(1000), (age, othersSince, more) => {
        const lastAt = (of: number): string => new Date(NOW.getTime() - of * 3_600_000).toISOString();
        const value = diversity({ lastAt: lastAt(age), othersSince });
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(0.2);
        expect(diversity({ lastAt: lastAt(age + more), othersSince })).toBeGreaterThanOrEqual(value);
        expect(diversity({ lastAt: lastAt(age), othersSince: othersSince + more })).toBeGreaterThanOrEqual(
          value,
        );
      }),
    );
  });
});

describe('a rest', () => {
  const busy = { running: 's1' };
  const cooling = (endedAt: string) => ({ lastEndedAt: endedAt, cooldownMs: 3_600_000 });

  test('names the reason of a single category, and when', () => {
    const categories = [state('a', cooling('2026-01-01T11:30:00.000Z'))];
    expect(choose(input({ categories })).rest).toEqual({
      reason: 'a: it is cooling down',
      until: '2026-01-01T12:30:00.000Z',
    });
  });

  test('counts several, and lasts until the first may run', () => {
    const categories = [
      state('a', busy),
      state('b', cooling('2026-01-01T11:50:00.000Z')),
      state('c', cooling('2026-01-01T11:20:00.000Z')),
    ];
    expect(choose(input({ categories })).rest).toEqual({
      reason: 'none of 3 categories may start',
      until: '2026-01-01T12:20:00.000Z',
    });
    expect(choose(input({ categories: [state('a', busy), state('b', busy)] })).rest?.until).toBeNull();
  });

  test('says when only the number of sessions is in the way', () => {
    expect(choose(input({ free: 0 })).rest).toEqual({
      reason: 'as many sessions run as schedule.maxConcurrent allows',
      until: null,
    });
    expect(choose(input({ free: -2 })).chosen).toEqual([]);
  });

  test('says when no draw was worth a session', () => {
    const bad = belief('a', { alpha: 1, beta: 5000, lastAt: NOW.toISOString() });
    const choice = choose(input({ categories: [state('a')], beliefs: believe(bad) }));
    expect(choice.rest?.reason).toBe('no eligible category scored above zero; another draw may');
    expect(choice.notChosen).toHaveLength(1);
  });
});
