import type { Beliefs } from '../domain/belief.ts';
import type { Choice, IneligibleCategory, Rest } from '../domain/plan.ts';
import { randomFor } from '../lib/random.ts';
import { whyIneligible, type CategoryState } from './eligibility.ts';
import { scoreCategory } from './score.ts';

export interface ChoiceInput {
  readonly seed: number;
  readonly now: Date;
  readonly top: number;
  /** Sessions that may still start beside those that run. */
  readonly free: number;
  readonly categories: readonly CategoryState[];
  readonly beliefs: Beliefs;
}

/**
 * What starts next, and why: Thompson sampling over the eligible categories. Pure; the seed repeats it, and each
 * category's draw is its own, whoever else may start.
 */
export function choose(input: ChoiceInput): Choice {
  const ineligible: IneligibleCategory[] = [];
  const scored = [];
  // Sorted, so that equal scores stand in the same order whatever the order in the file.
  for (const state of input.categories.toSorted((a, b) => (a.category < b.category ? -1 : 1))) {
    const belief = input.beliefs.get(state.category);
    const reason = whyIneligible(state, input.now);
    if (reason) ineligible.push(reason);
    else if (belief) scored.push(scoreCategory(belief, randomFor(input.seed, state.category), input.now));
  }
  const ranked = scored.toSorted((a, b) => b.score - a.score);
  const positive = ranked.filter(({ score }) => score > 0);
  const chosen = positive.slice(0, Math.max(0, Math.min(input.top, input.free)));
  const notChosen = ranked.filter((each) => !chosen.includes(each));
  const rest = chosen.length > 0 ? null : explainRest(input, ineligible, positive.length);
  return { seed: input.seed, chosen, notChosen, ineligible, rest };
}

function explainRest(input: ChoiceInput, ineligible: readonly IneligibleCategory[], positive: number): Rest {
  if (positive > 0) return { reason: 'as many sessions run as schedule.maxConcurrent allows', until: null };
  if (ineligible.length < input.categories.length)
    return { reason: 'no eligible category scored above zero; another draw may', until: null };
  const untils = ineligible.flatMap(({ until }) => (until === null ? [] : [until])).toSorted();
  const first = ineligible[0];
  const reason =
    ineligible.length === 1 && first
      ? `${first.category}: ${first.reason}`
      : `none of ${ineligible.length} categories may start`;
  return { reason, until: untils[0] ?? null };
}
