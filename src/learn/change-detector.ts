/**
 * What an arm gave since its last change, and whether it still gives the same: the test of Page and Hinkley, both ways.
 *
 * For each reward x, with m the mean of all rewards since the last change, `excess ← max(0, excess + x − m − slack)`;
 * beyond `threshold` the rewards have risen. The same with m − x for a fall. What came since the excess was last 0 is
 * what came since the change. (Page 1954, Biometrika 41; Hinkley 1971, Biometrika 58; as a test on streams: Gama et al.
 * 2014, ACM Computing Surveys 46:44, 3.2.)
 */
export interface Stretch extends Evidence {
  /** Towards a rise, and towards a fall. */
  readonly rise: Excess;
  readonly fall: Excess;
}

/** Rewards in [0, 1]: what was reached, what was missed, and by how many sessions. */
export interface Evidence {
  readonly up: number;
  readonly down: number;
  readonly count: number;
}

interface Excess extends Evidence {
  readonly excess: number;
}

/** A smaller shift of the mean is no change. Less calls noise a change, more misses slow ones. */
const SLACK = 0.05;

/**
 * With grades as sessions have them (three in ten are 0, the others 0.5 to 0.8) one false alarm in about 5,000 of an
 * arm's own sessions, with grades of only 0 or 1 at evens (the worst there is) one in about 160; a category that stops
 * delivering is noticed after about 15. Lower is quicker and forgets more for nothing.
 */
const THRESHOLD = 6;

const NOTHING: Excess = { excess: 0, up: 0, down: 0, count: 0 };

export const NEW_STRETCH: Stretch = { up: 0, down: 0, count: 0, rise: NOTHING, fall: NOTHING };

/**
 * Takes one more reward in. Pure.
 *
 * @param reward in [0, 1]
 * @returns the stretch that goes on; where a change was detected, what came since it, and `before`, the rest
 */
export function lengthen(
  stretch: Stretch,
  reward: number,
): {
  stretch: Stretch;
  before: Pick<Evidence, 'up' | 'down'> | null;
} {
  const all = add(stretch, reward);
  const mean = all.up / all.count;
  const rise = exceed(stretch.rise, reward - mean - SLACK, reward);
  const fall = exceed(stretch.fall, mean - reward - SLACK, reward);
  const found = rise.excess > THRESHOLD ? rise : fall.excess > THRESHOLD ? fall : null;
  if (found === null) return { stretch: { ...all, rise, fall }, before: null };
  const { up, down, count } = found;
  const before = {
    // Sums of floating point: what is left may be a hair below nothing.
    up: Math.max(0, all.up - up),
    down: Math.max(0, all.down - down),
  };
  return { stretch: { ...NEW_STRETCH, up, down, count }, before };
}

function exceed(before: Excess, step: number, reward: number): Excess {
  const excess = before.excess + step;
  return excess > 0 ? { excess, ...add(before, reward) } : NOTHING;
}

function add({ up, down, count }: Evidence, reward: number): Evidence {
  return { up: up + reward, down: down + 1 - reward, count: count + 1 };
}
