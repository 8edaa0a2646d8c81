import type { Belief } from '../domain/belief.ts';
import type { ScoreComponents, ScoredCategory } from '../domain/plan.ts';
import type { Random } from '../lib/random.ts';
import { betaQuantile } from '../lib/statistics.ts';

/** A category whose draw is no better than a declared noop is not worth a session. */
export const REFERENCE_GRADE = 0.05;
const LARGEST_DIVERSITY = 0.2;
/** After so long, or so many sessions of others, half of the bonus is there. */
const NEGLECT_HOURS = 24;
const NEGLECT_SESSIONS = 6;

/** Scores one category with one draw from its belief. */
export function scoreCategory(belief: Belief, random: Random, now: Date): ScoredCategory {
  const components: ScoreComponents = {
    // The inverse of the distribution takes exactly one random number, the first of the generator.
    thompson: betaQuantile(random(), belief.alpha, belief.beta) - REFERENCE_GRADE,
    diversity: diversityBonus(belief, now),
    lessons: 0,
    plateau: 0,
  };
  const score = components.thompson + components.diversity + components.lessons - components.plateau;
  return { category: belief.category, score, components };
}

/** Grows with the time and with the sessions of others since the category's last one; whole for one never tried. */
function diversityBonus(belief: Belief, now: Date): number {
  if (belief.lastAt === null) return LARGEST_DIVERSITY;
  const hours = Math.max(0, now.getTime() - Date.parse(belief.lastAt)) / 3_600_000;
  const byTime = hours / (hours + NEGLECT_HOURS);
  const byCount = belief.othersSince / (belief.othersSince + NEGLECT_SESSIONS);
  return (LARGEST_DIVERSITY * (byTime + byCount)) / 2;
}
