import type { CategoryState, ScoreComponents, ScoredCategory, Spread } from '../domain/choice.ts';
import { betaQuantile } from '../lib/statistics.ts';
import { diversityBonus } from './diversity.ts';
import { findPlateau } from './plateau.ts';

/** A category whose draw is no better than a declared noop is not worth a session. */
export const REFERENCE_GRADE = 0.05;

/**
 * Scores one category with one draw from its belief.
 *
 * @param chance its own number in [0, 1)
 */
export function scoreCategory(
  { category, belief, grades }: CategoryState,
  chance: number,
  spread: Spread,
  now: Date,
): ScoredCategory {
  const components: ScoreComponents = {
    thompson: betaQuantile(chance, belief.alpha, belief.beta) - REFERENCE_GRADE,
    diversity: diversityBonus(belief, spread, now),
    // No lessons are injected, so none has lifted anything.
    lessons: 0,
    plateau: findPlateau(grades).penalty,
  };
  const score = components.thompson + components.diversity + components.lessons - components.plateau;
  return { category, score, components };
}
