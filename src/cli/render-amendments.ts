import type { Amendment } from '../domain/amendment.ts';
import { oneLine } from '../lib/plain-text.ts';

const LONGEST_VALUE = 100;

/** `outcome: noop → productive`, a line a field. */
export function amendmentLines(amendments: readonly Amendment[]): string[] {
  return amendments.map(
    ({ field, from, to }) => `${oneLine(field, 40)}: ${valueText(from)} → ${valueText(to)}`,
  );
}

function valueText(value: unknown): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return 'none';
  return oneLine(typeof value === 'string' ? value : JSON.stringify(value), LONGEST_VALUE);
}
