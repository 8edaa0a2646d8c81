import type { Choice, ChoiceInput, IneligibleCategory, NotChosen, ScoredCategory } from '../domain/choice.ts';
import type { CategoryName } from '../domain/ids.ts';
import { randomFor } from '../lib/random.ts';
import { findFull } from './admission.ts';
import { reserve, whyOverBudget } from './budget.ts';
import { measureSpread } from './diversity.ts';
import { explainRest } from './explain-rest.ts';
import { whyIneligible } from './obstacles.ts';
import { oneProbeEach } from './one-probe.ts';
import { pickArms, type Candidate } from './pick-arm.ts';
import { reviewQueue } from './review-queue.ts';
import { scoreCategory } from './score.ts';

/** What starts next, and why: Thompson sampling over the eligible categories. Pure; its input repeats it. */
export function choose(input: ChoiceInput): Choice {
  const now = new Date(input.at);
  const spread = measureSpread(input);
  const ineligible: IneligibleCategory[] = [];
  const scored: Candidate[] = [];
  // Sorted, so that equal scores stand in the same order whatever the order in the file.
  for (const state of input.categories.toSorted((a, b) => (a.category < b.category ? -1 : 1))) {
    const reason = whyIneligible(state, input);
    if (reason) ineligible.push(reason);
    else {
      const chance = drawChance(input.seed, state.category);
      scored.push({ state, scored: scoreCategory(state, chance, spread, now) });
    }
  }
  const ranked = scored.toSorted((a, b) => b.scored.score - a.scored.score);
  const { chosen: best, notChosen } = pick(input, ranked);
  const chosen = pickArms(input.seed, best);
  const rest = chosen.length > 0 ? null : explainRest(input, ineligible, notChosen);
  return { seed: input.seed, chosen, notChosen, ineligible, spread, rest };
}

/**
 * A category's own number in [0, 1): the same for a seed whatever else there is to choose from. One is enough, because the
 * inverse of a distribution takes no more.
 */
export function drawChance(seed: number, category: CategoryName): number {
  return randomFor(seed, category)();
}

/** The best ones, as many as may start together. */
function pick(
  input: ChoiceInput,
  ranked: readonly Candidate[],
): { chosen: Candidate[]; notChosen: NotChosen[] } {
  const chosen: Candidate[] = [];
  const notChosen: NotChosen[] = [];
  const isFull = findFull(input).length > 0;
  const waitForProbe = oneProbeEach();
  const reviews = reviewQueue(input);
  let { budget } = input;
  for (const each of ranked) {
    const { state, scored } = each;
    const because = isFull
      ? 'the machine is too full'
      : (whyNot(input, scored, chosen.length) ??
        (budget && whyOverBudget(budget, state.expected)) ??
        reviews.why(state) ??
        waitForProbe(state));
    if (because === null) {
      chosen.push(each);
      // Those that start together share what is left.
      budget &&= reserve(budget, state.expected);
      reviews.take(state);
    } else notChosen.push({ ...scored, because });
  }
  return { chosen, notChosen };
}

function whyNot(
  { top, running, maxConcurrent }: ChoiceInput,
  { score }: ScoredCategory,
  started: number,
): string | null {
  if (score <= 0) return 'its score is not above zero';
  if (running + started >= maxConcurrent)
    return `${running + started} sessions run or start, and schedule.maxConcurrent is ${maxConcurrent}`;
  return started >= top ? `${started} better ones start` : null;
}
