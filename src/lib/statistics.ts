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
