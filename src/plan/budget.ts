import type { Budget, SessionUse } from '../domain/choice.ts';
import { countOf } from '../lib/count-of.ts';
import { formatTokensClosely } from '../lib/token-count.ts';

const UNITS = [
  { name: 'tokens', unit: 'tokens', format: formatTokensClosely },
  { name: 'costUsd', unit: 'USD', format: (amount: number): string => amount.toFixed(2) },
] as const;

/**
 * Why another session would go over a day's budget, or null when it would not. What runs counts with what it will most
 * likely use; so does the new one, but for the first of a day: a session larger than a whole budget would never run.
 *
 * @param expected what the new session will most likely use; 0 where nobody knows
 */
export function whyOverBudget(budget: Budget, expected: SessionUse): string | null {
  for (const { name, unit, format } of UNITS) {
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

/** A budget as it stands, in words. */
export function describeBudget({ limit, spent, inFlight, silent }: Budget): string {
  const parts = UNITS.flatMap(({ name, unit, format }) => {
    const most = limit[name];
    if (most === null) return [];
    const runs = inFlight[name] > 0 ? `, ${format(inFlight[name])} by what runs` : '';
    const gaps = silent[name] > 0 ? `, and ${countOf(silent[name], 'session')} that reported none` : '';
    return [`${format(spent[name] + inFlight[name])} of ${format(most)} ${unit} today${runs}${gaps}`];
  });
  return parts.join('; ');
}
