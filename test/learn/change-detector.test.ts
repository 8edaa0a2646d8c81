import { fc } from '../support/fixed-seed.ts';
import { describe, expect, test } from 'vitest';
import { lengthen, NEW_STRETCH, type Stretch } from '../../src/learn/change-detector.ts';
import { seededRandom, type Random } from '../../src/lib/random.ts';

interface Found {
  /** How many rewards had come. */
  readonly at: number;
  /** How many of them came since the change, by the detector's word. */
  readonly since: number;
}

function play(rewards: readonly number[]): { found: Found[]; stretch: Stretch } {
  let stretch = NEW_STRETCH;
  const found: Found[] = [];
  for (const [index, reward] of rewards.entries()) {
    const next = lengthen(stretch, reward);
    stretch = next.stretch;
    if (next.before) found.push({ at: index + 1, since: stretch.count });
  }
  return { found, stretch };
}

/** Page's and Hinkley's own form: the sum of all deviations against the least that it has been. */
function firstByTheBook(rewards: readonly number[]): Found | null {
  let [total, rising, falling] = [0, 0, 0];
  let least = { rising: 0, falling: 0 };
  let since = { rising: 0, falling: 0 };
  for (const [index, reward] of rewards.entries()) {
    total += reward;
    const mean = total / (index + 1);
    rising += reward - mean - 0.05;
    falling += mean - reward - 0.05;
    if (rising - least.rising > 6) return { at: index + 1, since: index + 1 - since.rising };
    if (falling - least.falling > 6) return { at: index + 1, since: index + 1 - since.falling };
    if (rising <= least.rising)
      [least, since] = [
        { ...least, rising },
        { ...since, rising: index + 1 },
      ];
    if (falling <= least.falling)
      [least, since] = [
        { ...least, falling },
        { ...since, falling: index + 1 },
      ];
  }
  return null;
}

/** Grades as sessions have them: three in ten noops, the others 0.5 to 0.8. */
const grade = (random: Random): number => (random() < 0.3 ? 0 : 0.5 + 0.3 * random());
const drawn = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw);

test('the grades before a change and those since are together all grades', () => {
  let stretch = NEW_STRETCH;
  for (let played = 0; played < 20; played++) ({ stretch } = lengthen(stretch, 0.75));
  for (let fallen = 1; fallen < 40; fallen++) {
    const next = lengthen(stretch, 0.25);
    ({ stretch } = next);
    if (next.before === null) continue;
    // Twenty of 0.75, and what fell since: exact in binary.
    expect(next.before).toEqual({ up: 15, down: 5 });
    expect(stretch).toMatchObject({ up: fallen * 0.25, down: fallen * 0.75, count: fallen });
    return;
  }
  expect.unreachable('no change was found');
});

describe('a change', () => {
  test('is found where the book says, with what came since', () => {
    const levels = fc.array(fc.tuple(fc.integer({ min: 20, max: 90 }), fc.integer({ min: 0, max: 10 })), {
      minLength: 2,
      maxLength: 4,
    });
    let changes = 0;
    fc.assert(
      fc.property(levels, fc.nat(1e6), (stretches, seed) => {
        const random = seededRandom(seed);
        const rewards = stretches.flatMap(([count, level]) =>
          drawn(count, () => 0.2 * random() + 0.08 * level),
        );
        const expected = firstByTheBook(rewards);
        if (expected) changes++;
        expect(play(rewards).found[0] ?? null).toEqual(expected);
      }),
      { numRuns: 400 },
    );
    expect(changes).toBeGreaterThan(50);
  });

  test('of a category that stops delivering is noticed soon, and what came before it is told from it', () => {
    const late = Array.from({ length: 100 }, (_, seed) => {
      const random = seededRandom(seed);
      const { found } = play([...drawn(60, () => grade(random)), ...drawn(60, () => 0)]);
      return found.find(({ at }) => at > 60) ?? { at: 999, since: 999 };
    }).toSorted((a, b) => a.at - b.at);
    expect(late[50]?.at).toBeLessThanOrEqual(60 + 20);
    expect(late[99]?.at).toBeLessThanOrEqual(60 + 35);
    const guesses = late.map(({ at, since }) => at - since).toSorted((a, b) => a - b);
    expect(Math.abs((guesses[50] ?? 0) - 60)).toBeLessThanOrEqual(8);
  });

  test('to the better is one as well', () => {
    const { found } = play([...drawn(40, () => 0.1), ...drawn(40, () => 0.7)]);
    expect(found).toHaveLength(1);
    expect(found[0]?.at).toBeGreaterThan(40);
    expect((found[0]?.at ?? 0) - (found[0]?.since ?? 0)).toBe(40);
  });

  test('is not what noise is: rarely in grades that stay as they are', () => {
    const random = seededRandom(1);
    const alarms = drawn(60, () => play(drawn(1000, () => grade(random))).found.length);
    // One in 5,000 is documented.
    expect(alarms.reduce((sum, count) => sum + count, 0)).toBeLessThan(30);
  });

  test('never comes of grades that are all the same', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (same) => {
        expect(play(drawn(500, () => same)).found).toEqual([]);
      }),
    );
  });
});

test('a stretch is the sum of what came since the last change', () => {
  const random = seededRandom(3);
  const rewards = [...drawn(50, () => 0.6 + 0.2 * random()), ...drawn(50, () => 0.2 * random())];
  const { found, stretch } = play(rewards);
  const since = found.at(-1);
  const start = (since?.at ?? 0) - (since?.since ?? 0);
  expect(stretch.count).toBe(100 - start);
  expect(stretch.up).toBeCloseTo(
    rewards.slice(start).reduce((sum, each) => sum + each, 0),
    9,
  );
  expect(stretch.down).toBeCloseTo(stretch.count - stretch.up, 9);
});
