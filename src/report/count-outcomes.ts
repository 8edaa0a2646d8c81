import { OUTCOMES, type Outcome } from '../domain/record-words.ts';

/** How many sessions ended in each outcome, zeros included. Each of `facts` may stand for several. */
export function countOutcomes(
  facts: readonly { readonly outcome: Outcome; readonly count?: number }[],
): Record<Outcome, number> {
  const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  for (const { outcome, count = 1 } of facts) counts[outcome] += count;
  return counts;
}
