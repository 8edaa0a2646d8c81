import jstat from 'jstat';

const { jStat } = jstat;

export type Interval = readonly [low: number, high: number];

const Z95 = 1.959963984540054;

/**
 * Wilson's score interval for a proportion, 95 %. (Wilson 1927; it stays inside [0, 1] and is honest for small n.)
 *
 * @returns [0, 1] when nothing was observed
 */
export function wilsonInterval(successes: number, total: number): Interval {
  if (total === 0) return [0, 1];
  const p = successes / total;
  const z2 = Z95 * Z95;
  const centre = (p + z2 / (2 * total)) / (1 + z2 / total);
  const half = (Z95 * Math.sqrt((p * (1 - p)) / total + z2 / (4 * total * total))) / (1 + z2 / total);
  return [successes === 0 ? 0 : centre - half, successes === total ? 1 : centre + half];
}

/**
 * Fisher's exact test of two proportions, two-sided: the chance of a table at most as likely as the one seen when both
 * share one rate.
 */
export function fisherExact(a: { hits: number; total: number }, b: { hits: number; total: number }): number {
  const total = a.total + b.total;
  const hits = a.hits + b.hits;
  const likelihood = (k: number): number => jStat.hypgeom.pdf(k, total, hits, a.total);
  const seen = likelihood(a.hits);
  let p = 0;
  for (let k = Math.max(0, hits - b.total); k <= Math.min(hits, a.total); k++) {
    const each = likelihood(k);
    // Tables of equal likelihood must not fall to rounding.
    if (each <= seen * (1 + 1e-7)) p += each;
  }
  return Math.min(1, p);
}

/** Holm's step-down adjustment, in the order given. */
export function holmAdjust(pValues: readonly number[]): number[] {
  const order = pValues.map((p, index) => ({ p, index })).toSorted((x, y) => x.p - y.p);
  const adjusted = Array.from<number>({ length: pValues.length });
  let running = 0;
  order.forEach(({ p, index }, rank) => {
    running = Math.max(running, Math.min(1, p * (pValues.length - rank)));
    adjusted[index] = running;
  });
  return adjusted;
}

/** Nearer to 0 and 1 the search for a quantile leaves the range of numbers and finds none. */
const EDGE = 1e-9;

/** The value below which Beta(alpha, beta) lies with this probability. */
export function betaQuantile(probability: number, alpha: number, beta: number): number {
  return jStat.beta.inv(Math.min(1 - EDGE, Math.max(EDGE, probability)), alpha, beta);
}

/** exp of the entropy of the shares: 3 for three categories used evenly, nearly 1 where one has almost all, 0 without any. */
export function effectiveNumber(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const shares = counts.filter((count) => count > 0).map((count) => count / total);
  if (total === 0) return 0;
  return Math.exp(-shares.reduce((sum, share) => sum + share * Math.log(share), 0));
}

/** How values between 0 and 1 lie: their number, their sum, and the sum of their squares. */
export interface Moments {
  readonly count: number;
  readonly sum: number;
  readonly squares: number;
}

export function momentsOf(values: readonly number[]): Moments {
  return {
    count: values.length,
    sum: values.reduce((sum, value) => sum + value, 0),
    squares: values.reduce((sum, value) => sum + value * value, 0),
  };
}

/**
 * 95 % interval for the mean of values between 0 and 1: Student's t over the values and one 0 and one 1 more (as Agresti
 * and Coull do for proportions), so that a few values that happen to be alike claim no certainty. It holds the mean.
 *
 * @returns [0, 1] when nothing was observed
 */
export function meanInterval(values: Moments): Interval {
  if (values.count === 0) return [0, 1];
  const { mean, errorOfMean, freedom } = guarded(values);
  const half = jStat.studentt.inv(0.975, freedom) * errorOfMean;
  const observed = values.sum / values.count;
  return [Math.max(0, Math.min(observed, mean - half)), Math.min(1, Math.max(observed, mean + half))];
}

export interface Difference {
  readonly difference: number;
  readonly interval: Interval;
}

/**
 * By how much means of values between 0 and 1 differ within strata, each stratum by the weight of its smaller side
 * (Mantel and Haenszel), with a 95 % interval. Strata that have only one side say nothing.
 *
 * @returns null when no stratum has both sides
 */
export function stratifiedDifference(
  strata: readonly (readonly [a: Moments, b: Moments])[],
): Difference | null {
  let [weights, difference, variance] = [0, 0, 0];
  for (const [a, b] of strata) {
    if (a.count === 0 || b.count === 0) continue;
    const weight = (a.count * b.count) / (a.count + b.count);
    weights += weight;
    difference += weight * (a.sum / a.count - b.sum / b.count);
    variance += weight ** 2 * (guarded(a).errorOfMean ** 2 + guarded(b).errorOfMean ** 2);
  }
  if (weights === 0) return null;
  const half = (Z95 * Math.sqrt(variance)) / weights;
  const middle = difference / weights;
  return { difference: middle, interval: [Math.max(-1, middle - half), Math.min(1, middle + half)] };
}

/** With one 0 and one 1 more than were observed. */
function guarded({ count, sum, squares }: Moments): { mean: number; errorOfMean: number; freedom: number } {
  const n = count + 2;
  const mean = (sum + 1) / n;
  const variance = Math.max(0, squares + 1 - n * mean * mean) / (n - 1);
  return { mean, errorOfMean: Math.sqrt(variance / n), freedom: n - 1 };
}
