import type { Budget, SessionUse } from '../domain/choice.ts';
import { BUDGET_UNITS } from '../domain/choice-words.ts';

/**
 * Why another session would go over a day's budget, or null when it would not. What runs counts with what it will most
 * likely use; so does the new one, but for the first of a day: a session larger than a whole budget would never run.
 *
 * @param expected what the new session will most likely use; 0 where nobody knows
 */
export function whyOverBudget(budget: Budget, expected: SessionUse): string | null {
  for (const { name, unit, format } of BUDGET_UNITS) {
    const limit = budget.limit[name];
    if (limit === null) continue;
    const used = budget.spent[name] + budget.inFlight[name];
    if (used < limit && (used === 0 || used + expected[name] <= limit)) continue;
    const runs = budget.inFlight[name] > 0 ? ` (${format(budget.inFlight[name])} by what runs)` : '';
    const today = `${format(used)} of ${format(limit)} ${unit} are used today${runs}`;
    return used >= limit ? today : `${today}, and a session takes about ${format(expected[name])}`;
  }
  return null;
}

/** The budget when a session with this use runs, too. */
export function reserve(budget: Budget, use: SessionUse): Budget {
  const { tokens, costUsd } = budget.inFlight;
  return { ...budget, inFlight: { tokens: tokens + use.tokens, costUsd: costUsd + use.costUsd } };
}
