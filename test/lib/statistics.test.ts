import { fc } from '../support/fixed-seed.ts';
import { describe, expect, test } from 'vitest';
import { randomFor, seededRandom } from '../../src/lib/random.ts';
import {
  betaQuantile,
  effectiveNumber,
  fisherExact,
  holmAdjust,
  meanInterval,
  momentsOf,
  stratifiedDifference,
  wilsonInterval,
} from '../../src/lib/statistics.ts';

const Z = 1.959963984540054;

describe('Wilson’s interval', () => {
  // The first three: Newcombe 1998, table I. The rest: calculated apart from the closed form.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [29, 56, 0.3901, 0.6433],
    [5, 10, 0.236593, 0.763407],
    [1, 10, 0.017876, 0.40415],
    [0, 10, 0, 0.277533],
    [10, 10, 0.722467, 1],
    [1, 1, 0.206549, 1],
  ])('%i of %i: %f to %f', (hits, total, low, high) => {
    const [from, to] = wilsonInterval(hits, total);
    expect(from).toBeCloseTo(low, 4);
    expect(to).toBeCloseTo(high, 4);
  });

  test('of nothing it is everything', () => expect(wilsonInterval(0, 0)).toEqual([0, 1]));

  test('its ends are where the score test just rejects, and it holds the rate', () => {
    const table = fc
      .integer({ min: 1, max: 100_000 })
      .chain((total) => fc.tuple(fc.nat(total), fc.constant(total)));
    fc.assert(
      fc.property(table, ([hits, total]) => {
        const rate = hits / total;
        const [low, high] = wilsonInterval(hits, total);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(rate);
        expect(high).toBeGreaterThanOrEqual(rate);
        for (const end of [low, high].filter((p) => p > 0 && p < 1))
          expect(Math.abs(rate - end) / Math.sqrt((end * (1 - end)) / total)).toBeCloseTo(Z, 5);
      }),
    );
  });
});

/** Exact, with whole numbers: the sum of all tables that are at most as likely as the one seen. */
function fisherByCounting(a: number, n: number, b: number, m: number): number {
  const choose = (of: number, k: number): bigint => {
    let value = 1n;
    for (let i = 0; i < k; i++) value = (value * BigInt(of - i)) / BigInt(i + 1);
    return k < 0 || k > of ? 0n : value;
  };
  const weight = (k: number): bigint => choose(n, k) * choose(m, a + b - k);
  let sum = 0n;
  for (let k = 0; k <= a + b; k++) if (weight(k) <= weight(a)) sum += weight(k);
  return Number((sum * 10n ** 15n) / choose(n + m, a + b)) / 1e15;
}

describe('Fisher’s exact test', () => {
  test.each([
    ['a lady tasting tea', 3, 4, 1, 4, 0.485714],
    ['who studies', 1, 10, 11, 14, 0.002759],
    ['all against none', 0, 5, 5, 5, 0.0079365],
    ['small windows', 9, 30, 7, 70, 0.0180687],
    ['', 18, 30, 20, 70, 0.00384313],
    ['large windows', 300, 1000, 250, 1000, 0.0140934],
    ['rare events', 5, 500, 25, 500, 0.00026606],
    ['nothing happened', 0, 10, 0, 10, 1],
    ['all happened', 10, 10, 10, 10, 1],
  ])('%s', (_, a, n, b, m, p) => {
    expect(fisherExact({ hits: a, total: n }, { hits: b, total: m })).toBeCloseTo(p, 6);
  });

  test('agrees with counting all tables', () => {
    const sample = fc
      .integer({ min: 1, max: 60 })
      .chain((total) => fc.record({ hits: fc.nat(total), total: fc.constant(total) }));
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const p = fisherExact(a, b);
        expect(p).toBeCloseTo(fisherByCounting(a.hits, a.total, b.hits, b.total), 9);
        expect(fisherExact(b, a)).toBeCloseTo(p, 9);
      }),
      { numRuns: 400 },
    );
  });

  test('a window without sessions proves nothing', () => {
    expect(fisherExact({ hits: 0, total: 0 }, { hits: 3, total: 9 })).toBe(1);
  });
});

describe('Holm’s adjustment', () => {
  test('by hand: times the number of tests left, never falling, in the order given', () => {
    // 0.005 × 4, 0.01 × 3, 0.03 × 2, and 0.04 × 1, which may not fall under the one before.
    const adjusted = holmAdjust([0.01, 0.04, 0.03, 0.005]);
    [0.03, 0.06, 0.06, 0.02].forEach((p, index) => expect(adjusted[index]).toBeCloseTo(p, 12));
  });

  test('never above 1, and one test alone is itself', () => {
    expect(holmAdjust([0.9, 0.8])).toEqual([1, 1]);
    expect(holmAdjust([0.04])).toEqual([0.04]);
    expect(holmAdjust([])).toEqual([]);
  });

  test('never below the raw value, never above Bonferroni', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (raw) => {
        holmAdjust(raw).forEach((p, index) => {
          expect(p).toBeGreaterThanOrEqual(raw[index] ?? 1);
          expect(p).toBeLessThanOrEqual(
            Math.min(1, (raw[index] ?? 0) * raw.length) +
              1e-12 +
              Math.max(...raw.filter((x) => x <= (raw[index] ?? 0))) * raw.length,
          );
        });
      }),
    );
  });
});

describe('the quantile of a Beta', () => {
  test('where it has a closed form', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }),
        fc.integer({ min: 1, max: 400 }),
        (p, n) => {
          expect(betaQuantile(p, 1, 1)).toBeCloseTo(p, 6);
          expect(betaQuantile(p, n, 1)).toBeCloseTo(p ** (1 / n), 6);
          expect(betaQuantile(p, 1, n)).toBeCloseTo(1 - (1 - p) ** (1 / n), 6);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('half of a symmetric one lies below its middle', () => {
    for (const n of [1, 1.5, 2, 40, 400]) expect(betaQuantile(0.5, n, n)).toBeCloseTo(0.5, 6);
  });

  test('stays inside [0, 1] for every belief', () => {
    const shape = fc.double({ min: 1, max: 5000, noNaN: true });
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        shape,
        shape,
        (p, alpha, beta) => {
          const value = betaQuantile(p, alpha, beta);
          expect(value >= 0 && value <= 1).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a seed', () => {
  const draw = (seed: number) => Array.from({ length: 5 }, seededRandom(seed));

  test('repeats itself, and another one does not', () => {
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    for (const value of draw(7)) expect(value >= 0 && value < 1).toBe(true);
  });

  test.each([0, 1, 2])('number %i is spread evenly over small seeds that follow each other', (index) => {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let seed = 0; seed < 2000; seed++) tenths[Math.floor((draw(seed)[index] ?? 0) * 10)]! += 1;
    // 200 each, and a standard deviation of 13.4.
    for (const count of tenths) expect(Math.abs(count - 200)).toBeLessThan(60);
  });

  test('draws for a name what it draws for no other, spread evenly over alike names and small seeds', () => {
    expect(randomFor(7, 'code')()).toBe(randomFor(7, 'code')());
    const tenths = Array.from({ length: 10 }, () => 0);
    const values = new Set<number>();
    for (let seed = 0; seed < 20; seed++)
      for (let name = 0; name < 100; name++) {
        const value = randomFor(seed, `c${name}`)();
        values.add(value);
        tenths[Math.floor(value * 10)]! += 1;
      }
    expect(values.size).toBe(2000);
    for (const count of tenths) expect(Math.abs(count - 200)).toBeLessThan(60);
  });
});

describe('the interval of a mean of values between 0 and 1', () => {
  test('holds the mean, stays in bounds, and is never a point', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (values) => {
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const [low, high] = meanInterval(momentsOf(values));
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(mean);
        expect(high).toBeGreaterThanOrEqual(mean);
        expect(high - low).toBeGreaterThan(0);
      }),
    );
    expect(meanInterval(momentsOf([]))).toEqual([0, 1]);
  });

  test('is Student’s over the values with one 0 and one 1 more', () => {
    // (0 1 0.5 0.5): mean 0.5, s² = 0.5 / 3, and 3.182446 is t(0.975) with 3 degrees of freedom.
    const [low, high] = meanInterval(momentsOf([0.5, 0.5]));
    const half = 3.182446305 * Math.sqrt(0.5 / 3 / 4);
    expect(low).toBeCloseTo(Math.max(0, 0.5 - half), 6);
    expect(high).toBeCloseTo(Math.min(1, 0.5 + half), 6);
  });

  test('misses the truth in about one of twenty draws of 30, and not more', () => {
    const random = seededRandom(1);
    let missed = 0;
    for (let round = 0; round < 1000; round++) {
      // The mean of two even draws: 0.5 in truth.
      const values = Array.from({ length: 30 }, () => (random() + random()) / 2);
      const [low, high] = meanInterval(momentsOf(values));
      if (low > 0.5 || high < 0.5) missed++;
    }
    expect(missed).toBeLessThan(70);
  });
});

describe('a difference within strata', () => {
  test('is not fooled by strata of different sizes', () => {
    const repeat = (value: number, count: number) => momentsOf(Array.from({ length: count }, () => value));
    // Within each stratum the first is better by 0.1; over all together it would look worse.
    const result = stratifiedDifference([
      [repeat(0.9, 10), repeat(0.8, 90)],
      [repeat(0.3, 90), repeat(0.2, 10)],
    ]);
    expect(result?.difference).toBeCloseTo(0.1, 12);
    expect(result?.interval[0]).toBeLessThan(0.1);
    expect(result?.interval[1]).toBeGreaterThan(0.1);
    expect(stratifiedDifference([[repeat(0.9, 10), repeat(0, 0)]])).toBeNull();
  });
});

test('the effective number: as many as there are when all are alike, and nearly one when one has all', () => {
  expect(effectiveNumber([5, 5, 5, 5])).toBeCloseTo(4, 12);
  expect(effectiveNumber([1000, 1])).toBeLessThan(1.01);
  expect(effectiveNumber([7, 0])).toBe(1);
  expect(effectiveNumber([])).toBe(0);
});
