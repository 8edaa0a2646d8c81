import { fc } from '../support/fixed-seed.ts';
import { describe, expect, test } from 'vitest';
import { findPlateau, gradesSinceChange } from '../../src/plan/plateau.ts';
import { pastSession } from '../support/choices.ts';

const repeat = (grade: number, times: number): number[] => Array.from({ length: times }, () => grade);
const penalty = (grades: readonly number[]): number => findPlateau(grades).penalty;

describe('a plateau', () => {
  test('costs all of it where grades are all alike, and nothing with too few', () => {
    expect(penalty(repeat(0.05, 8))).toBeCloseTo(0.2, 9);
    expect(penalty(repeat(0.7, 20))).toBeCloseTo(0.2, 9);
    expect(penalty(repeat(0.05, 7))).toBe(0);
  });

  test('costs nothing while the mean moves', () => {
    expect(penalty([...repeat(0.2, 5), ...repeat(0.35, 5)])).toBe(0);
    expect(penalty([...repeat(0.5, 5), ...repeat(0.3, 5)])).toBe(0);
    // A move of 0.05 is half of what counts as movement.
    expect(penalty([...repeat(0.2, 5), ...repeat(0.25, 5)])).toBeCloseTo(0.1, 9);
  });

  test('costs nothing while the spread moves, or is so wide that nobody can tell', () => {
    expect(penalty([...repeat(0.5, 5), 0.3, 0.7, 0.3, 0.7, 0.5])).toBe(0);
    expect(penalty([0, 0.7, 0.1, 0.8, 0, 0.6, 0, 0.7, 0.1, 0.8, 0, 0.6])).toBe(0);
  });

  test('looks at the newest twenty alone', () => {
    expect(penalty([...repeat(0.9, 20), ...repeat(0.1, 20)])).toBeCloseTo(0.2, 9);
  });

  test('takes the noise of both halves into account', () => {
    // Both halves: a mean of 0.505, a variance of 4 * 0.005 ** 2 / 3, so the change is within 2.5 * sqrt(1e-4 / 6).
    const half = [0.5, 0.51, 0.5, 0.51];
    expect(penalty([...half, ...half])).toBeCloseTo(0.2 * (1 - 0.25 / Math.sqrt(6)), 9);
  });

  test('says what it saw', () => {
    expect(findPlateau([0.5]).because).toBe('1 grade since it last worked with something new; it takes 8');
    expect(findPlateau([...repeat(0.2, 5), ...repeat(0.25, 5)]).because).toBe(
      'its last 10 grades moved by at most 0.05 (mean 0.20 → 0.25, spread 0.00 → 0.00)',
    );
    const moving = 'its last 10 grades move, or may (mean 0.20 → 0.35, spread 0.00 → 0.00)';
    expect(findPlateau([...repeat(0.2, 5), ...repeat(0.35, 5)]).because).toBe(moving);
  });

  test('ends with the first grade that is something else', () => {
    expect(penalty([...repeat(0.05, 11), 0.7])).toBe(0);
  });

  test('lies in [0, 0.2], and costs less the more noise there is', () => {
    const noise = fc.array(fc.double({ min: -0.02, max: 0.02, noNaN: true }), {
      minLength: 8,
      maxLength: 30,
    });
    fc.assert(
      fc.property(noise, (small) => {
        const around = (scale: number): number => penalty(small.map((each) => 0.5 + scale * each));
        expect(around(1)).toBeGreaterThanOrEqual(0);
        expect(around(1)).toBeLessThanOrEqual(0.2);
        expect(around(2)).toBeLessThanOrEqual(around(1) + 1e-12);
      }),
    );
  });
});

describe('the grades that it is asked of', () => {
  test('are those that count, oldest first', () => {
    const past = [
      pastSession(1, { grade: 0.4 }),
      pastSession(2, { grade: null }),
      pastSession(3, { grade: 0.3, feedsBelief: false }),
      pastSession(4, { grade: 0.2 }),
    ];
    expect(gradesSinceChange(past)).toEqual([0.2, 0.4]);
  });

  test('are the newest twenty', () => {
    const past = Array.from({ length: 25 }, (_, index) => pastSession(index + 1, { grade: index / 100 }));
    const grades = gradesSinceChange(past);
    expect(grades).toHaveLength(20);
    expect([grades[0], grades.at(-1)]).toEqual([0.19, 0]);
  });

  test('begin anew when the category works with something new, and not when it goes back to something old', () => {
    const sessions = (models: readonly string[]) =>
      models
        .map((model, index) => pastSession(models.length - index, { model, grade: index / 10 }))
        .toReversed();
    expect(gradesSinceChange(sessions(['a', 'a', 'a', 'b', 'b']))).toEqual([0.3, 0.4]);
    expect(gradesSinceChange(sessions(['a', 'b', 'a', 'b', 'a']))).toEqual([0.1, 0.2, 0.3, 0.4]);
  });
});
