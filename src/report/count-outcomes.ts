import { OUTCOMES, type Outcome } from '../domain/record-words.ts';

/** How many sessions ended in each outcome, zeros included. */
export function countOutcomes(facts: readonly { readonly outcome: Outcome }[]): Record<Outcome, number> {
  const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  for (const { outcome } of facts) counts[outcome]++;
  return counts;
}
