import { fc } from '../support/fixed-seed.ts';
import { describe, expect, test } from 'vitest';
import type { CategoryState, Hold, Spread } from '../../src/domain/choice.ts';
import type { Belief } from '../../src/domain/belief.ts';
import { explainSpread } from '../../src/domain/choice-words.ts';
import { diversityBonus, measureSpread } from '../../src/plan/diversity.ts';
import { beliefOf, hoursAgo, inputOf, NOON, stateOf } from '../support/choices.ts';

const CALM: Spread = { effective: null, floor: 3, factor: 1, starts: 0, turnAfterHours: 36 };
const bonus = (given: Partial<Belief>, spread: Partial<Spread> = {}): number =>
  diversityBonus(beliefOf('a', given), { ...CALM, ...spread }, new Date(NOON));

describe('the bonus', () => {
  test('is whole for a category never tried, and nothing for one that just ran', () => {
    expect(bonus({})).toBe(0.2);
    expect(bonus({ lastAt: NOON })).toBe(0);
  });

  test('is half by time and half by the sessions of others', () => {
    // A day ago, and six sessions of others since: half of each half.
    expect(bonus({ lastAt: hoursAgo(24), othersSince: 6 })).toBeCloseTo(0.1, 12);
    expect(bonus({ lastAt: NOON, othersSince: 6 })).toBeCloseTo(0.05, 12);
  });

  test('stays in [0, 0.2] for a day, and grows with time and with others', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -48, max: 24, noNaN: true }),
        fc.nat(1e6),
        fc.nat(1000),
        (age, othersSince, more) => {
          const value = bonus({ lastAt: hoursAgo(age), othersSince });
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(0.2);
          expect(bonus({ lastAt: hoursAgo(age + more), othersSince })).toBeGreaterThanOrEqual(value);
          expect(bonus({ lastAt: hoursAgo(age), othersSince: othersSince + more })).toBeGreaterThanOrEqual(
            value,
          );
        },
      ),
    );
  });

  test('outgrows every other score by the end of the wait', () => {
    // From 24 of 36 hours on; 1.25 more than the neglect itself after all of them, and no further than thrice that.
    const neglect = (hours: number): number => (0.1 * hours) / (hours + 24);
    expect(bonus({ lastAt: hoursAgo(24) })).toBeCloseTo(neglect(24), 12);
    expect(bonus({ lastAt: hoursAgo(30) })).toBeCloseTo(neglect(30) + 0.625, 12);
    expect(bonus({ lastAt: hoursAgo(36) })).toBeCloseTo(neglect(36) + 1.25, 12);
    expect(bonus({ lastAt: hoursAgo(9000) })).toBeLessThan(0.1 + 3.75);
  });

  test('is multiplied where attention is narrow', () => {
    expect(bonus({}, { factor: 2.5 })).toBeCloseTo(0.5, 12);
  });
});

describe('the spread of attention', () => {
  const spreadOf = (
    starts: readonly number[],
    given: (index: number) => Partial<CategoryState> = () => ({}),
  ) =>
    measureSpread(
      inputOf({
        categories: starts.map((count, index) => stateOf(`c${index}`, { starts: count, ...given(index) })),
      }),
    );

  test('is the number of categories that would be as diverse if they were used evenly', () => {
    expect(spreadOf([10, 10, 10, 10]).effective).toBeCloseTo(4, 12);
    expect(spreadOf([40, 0, 0, 0]).effective).toBeCloseTo(1, 12);
    // Entropy of (1/2, 1/4, 1/4) is 1.5 bits: 2^1.5.
    expect(spreadOf([20, 10, 10, 0]).effective).toBeCloseTo(2 ** 1.5, 12);
  });

  test('has a floor of three, or of half of the categories, and of no more than there are', () => {
    expect(spreadOf([5, 5, 5, 5]).floor).toBe(3);
    expect(spreadOf([5, 5, 5, 5, 5, 5, 5, 5, 5, 5]).floor).toBe(5);
    expect(spreadOf([10, 10]).floor).toBe(2);
  });

  test('raises the bonus under its floor, the more the narrower, five times at most', () => {
    expect(spreadOf([10, 10, 10, 0]).factor).toBeCloseTo(1, 9);
    // 3 / 2, squared.
    expect(spreadOf([15, 15, 0, 0]).factor).toBeCloseTo(2.25, 9);
    expect(spreadOf([30, 0, 0, 0]).factor).toBe(5);
    expect(spreadOf([10, 10, 10, 10]).factor).toBe(1);
  });

  test('takes a tenth under the floor for chance, and says no more than it means', () => {
    // 6:5 is as even as eleven starts of two categories can be.
    const even = spreadOf([6, 5]);
    expect(even).toMatchObject({ floor: 2, factor: 1 });
    expect(explainSpread(even)).toBe('11 starts in 7 days are spread as over 2.0 categories (floor 2.0)');
    fc.assert(
      fc.property(fc.array(fc.nat(60), { minLength: 1, maxLength: 12 }), (starts) => {
        const spread = spreadOf(starts);
        const said = /over (\S+) categories, less than (\S+): the bonus is (\S+) times/.exec(
          explainSpread(spread),
        );
        if (said === null) {
          expect(spread.factor).toBe(1);
          return;
        }
        const [effective = 0, floor = 0, factor = 0] = said.slice(1).map(Number);
        expect(effective).toBeLessThan(floor);
        expect(factor).toBeGreaterThan(1);
      }),
    );
  });

  test('says nothing of few starts', () => {
    expect(spreadOf([9, 0, 0, 0])).toMatchObject({ effective: null, factor: 1, starts: 9 });
    expect(spreadOf([10, 0, 0, 0]).effective).not.toBeNull();
    // Of sixteen categories each has to have had a chance: twice the floor of eight.
    const some = (starts: number) =>
      spreadOf(Array.from({ length: 16 }, (_, index) => (index < starts ? 1 : 0)));
    expect(some(15).effective).toBeNull();
    expect(some(16).effective).not.toBeNull();
  });

  test('leaves out what could not start and did not', () => {
    const gone = { harnesses: [{ name: 'a', trouble: 'gone', until: null, isParked: false }] };
    const spread = spreadOf([10, 10, 0, 0, 0, 0, 0, 0], (index) => (index > 1 ? gone : {}));
    expect(spread).toMatchObject({ floor: 2, factor: expect.closeTo(1, 9) });
    // Starts count, whatever has become of the category since.
    expect(spreadOf([10, 10, 10, 0], (index) => (index > 1 ? gone : {}))).toMatchObject({
      floor: 3,
      starts: 30,
    });
  });

  test('leaves out what has nothing to do, and what is held, for as long as it is', () => {
    const wide = [5, 5, 0, 0] as const;
    const rest = (given: Partial<CategoryState>) => spreadOf(wide, (index) => (index > 1 ? given : {})).floor;
    expect(rest({ supply: { kind: 'known', count: 0 } })).toBe(2);
    expect(rest({ supply: { kind: 'known', count: 1 } })).toBe(3);
    expect(rest({ supply: { kind: 'unknown', because: 'offline' } })).toBe(3);
    const hold: Hold = {
      sessionId: 's000000001',
      outcome: 'blocked',
      text: '',
      repeats: 1,
      since: hoursAgo(264.5),
      until: hoursAgo(264),
    };
    expect(rest({ hold: { ...hold, until: hoursAgo(-1) } })).toBe(2);
    expect(rest({ hold })).toBe(3);
    // Its own session or its cooldown is no reason why attention should pass it over.
    expect(rest({ running: 'abc' })).toBe(3);
    expect(rest({ lastEndedAt: NOON, cooldownMs: 180_000 })).toBe(3);
  });

  test('gives turns as often as half of the starts allow', () => {
    // Four categories, 168 starts in 168 hours: all could be seen every eight hours, so 36 holds.
    expect(spreadOf([42, 42, 42, 42]).turnAfterHours).toBe(36);
    // 20 categories and 42 starts in a week: a start every four hours, and half of them for turns.
    expect(
      spreadOf(Array.from({ length: 20 }, (_, index) => (index === 0 ? 23 : 1))).turnAfterHours,
    ).toBeCloseTo(160, 9);
  });
});
