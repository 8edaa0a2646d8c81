import { countOf, formatTokensClosely } from '../lib/quantities.ts';
import type { Budget, Hold, Spread } from './choice.ts';

/** Why a category is held, after the word "session". */
export const WHY_HELD: Record<Hold['outcome'], string> = {
  blocked: 'was blocked',
  noop: 'found nothing to do',
  setup: 'could not be set up',
};

export const BUDGET_UNITS = [
  { name: 'tokens', unit: 'tokens', format: formatTokensClosely },
  { name: 'costUsd', unit: 'USD', format: (amount: number): string => amount.toFixed(2) },
] as const;

/** A budget as it stands, in words. */
export function describeBudget({ limit, spent, inFlight, silent }: Budget): string {
  const parts = BUDGET_UNITS.flatMap(({ name, unit, format }) => {
    const most = limit[name];
    if (most === null) return [];
    const runs = inFlight[name] > 0 ? `, ${format(inFlight[name])} by what runs` : '';
    const gaps = silent[name] > 0 ? `, and ${countOf(silent[name], 'session')} that reported none` : '';
    return [`${format(spent[name] + inFlight[name])} of ${format(most)} ${unit} today${runs}${gaps}`];
  });
  return parts.join('; ');
}

/** How wide the attention was, in a sentence. */
export function explainSpread({ effective, floor, factor, starts }: Spread): string {
  if (effective === null)
    return `${countOf(starts, 'start')} in 7 days are too few to say how wide attention is`;
  const wide = `${countOf(starts, 'start')} in 7 days are spread as over ${effective.toFixed(1)} categories`;
  return factor > 1
    ? `${wide}, less than ${floor.toFixed(1)}: the bonus is ${factor.toFixed(1)} times as high`
    : `${wide} (floor ${floor.toFixed(1)})`;
}
