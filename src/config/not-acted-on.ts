import type { MergedSource } from './layers.ts';
import { valueAt } from './layers.ts';

/**
 * Settings that are read and checked, and that nothing of this version goes by yet. Whoever sets one is told so. What
 * starts to go by one removes it here; a category's own stand as `categories.*.…`.
 */
export const NOT_ACTED_ON: readonly string[] = ['schedule.every', 'gate', 'retention'];

/** Those of them that a configuration sets, as `categories.code.supply`. */
export function findNotActedOn(source: MergedSource): string[] {
  return NOT_ACTED_ON.flatMap((pattern) => expand(source.value, pattern.split('.'), []));
}

function expand(value: unknown, [key, ...rest]: readonly string[], at: readonly string[]): string[] {
  if (key === undefined) return [at.join('.')];
  const keys = key === '*' && typeof value === 'object' && value !== null ? Object.keys(value) : [key];
  return keys.flatMap((each) => {
    const below = valueAt(value, [each]);
    return below === undefined ? [] : expand(below, rest, [...at, each]);
  });
}
