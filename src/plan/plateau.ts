import type { PastSession } from '../domain/choice.ts';
import { countOf } from '../lib/quantities.ts';

const LARGEST_PENALTY = 0.2;
/** With fewer grades nobody can say that they stopped moving; older ones than these are another time. */
const FEWEST_GRADES = 8;
const MOST_GRADES = 20;
/** A change of this size is movement. */
const MOVEMENT = 0.1;
/** So many standard errors of the change are doubt; generous, because the halves are small. */
const DOUBT = 2.5;

export interface Plateau {
  readonly penalty: number;
  /** One sentence for people. */
  readonly because: string;
}

/**
 * What a category pays whose grades stopped moving. Its newest grades are split into an older and a newer half; the
 * largest change that they allow for is the difference of the means with its doubt, or that of the spreads. Only where
 * even that is small does it pay, the more the smaller it is: grades that jump about prove no standstill.
 */
export function findPlateau(grades: readonly number[]): Plateau {
  if (grades.length < FEWEST_GRADES)
    return {
      penalty: 0,
      because: `${countOf(grades.length, 'grade')} since it last worked with something new; it takes ${FEWEST_GRADES}`,
    };
  const newest = grades.slice(-MOST_GRADES);
  const middle = Math.floor(newest.length / 2);
  const before = describe(newest.slice(0, middle));
  const after = describe(newest.slice(middle));
  const doubt = DOUBT * Math.sqrt(before.variance / before.count + after.variance / after.count);
  const change = Math.max(Math.abs(after.mean - before.mean) + doubt, Math.abs(after.spread - before.spread));
  const penalty = LARGEST_PENALTY * Math.max(0, 1 - change / MOVEMENT);
  const words = `mean ${before.mean.toFixed(2)} → ${after.mean.toFixed(2)}, spread ${before.spread.toFixed(2)} → ${after.spread.toFixed(2)}`;
  return {
    penalty,
    because:
      penalty > 0
        ? `its last ${newest.length} grades moved by at most ${change.toFixed(2)} (${words})`
        : `its last ${newest.length} grades move, or may (${words})`,
  };
}

interface Half {
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
  readonly spread: number;
}

function describe(grades: readonly number[]): Half {
  const count = grades.length;
  const mean = grades.reduce((sum, grade) => sum + grade, 0) / count;
  const variance = grades.reduce((sum, grade) => sum + (grade - mean) ** 2, 0) / (count - 1);
  return { count, mean, variance, spread: Math.sqrt(variance) };
}

/**
 * The grades that a plateau is asked of, oldest first: those that count, since the category last worked with a harness or
 * model for the first time. With something new, what was before is no standstill any more.
 *
 * @param newestFirst its sessions
 */
export function gradesSinceChange(newestFirst: readonly PastSession[]): number[] {
  const seen = new Set<string>();
  let since = '';
  for (const { harness, model, startedAt } of newestFirst.toReversed()) {
    const arm = JSON.stringify([harness, model]);
    if (!seen.has(arm)) since = startedAt;
    seen.add(arm);
  }
  return newestFirst
    .filter(({ grade, feedsBelief, startedAt }) => grade !== null && feedsBelief && startedAt >= since)
    .slice(0, MOST_GRADES)
    .map(({ grade }) => grade ?? 0)
    .toReversed();
}
