import type { Table } from '../domain/settings/setting.ts';
import { valueAt } from './layers.ts';
import { CONFIG_SETTINGS } from './schema.ts';
import type { YamlSource } from './yaml-source.ts';

/** Settings that are read and checked, and that nothing of this version goes by yet; `*` is any name of the user's. */
export const RESERVED_SETTINGS: readonly string[] = reservedOf(CONFIG_SETTINGS);

function reservedOf(table: Table): string[] {
  return Object.entries(table).flatMap(([key, entry]) => {
    if ('each' in entry) return reservedOf(entry.each).map((path) => `${key}.*.${path}`);
    if (entry.reserved) return [key];
    return 'settings' in entry ? reservedOf(entry.settings).map((path) => `${key}.${path}`) : [];
  });
}

/** Those of them that a configuration sets, as `categories.code.supply`. */
export function findReservedSettings(source: YamlSource): string[] {
  return RESERVED_SETTINGS.flatMap((pattern) => expand(source.value, pattern.split('.'), []));
}

function expand(value: unknown, [key, ...rest]: readonly string[], at: readonly string[]): string[] {
  if (key === undefined) return [at.join('.')];
  const keys = key === '*' && typeof value === 'object' && value !== null ? Object.keys(value) : [key];
  return keys.flatMap((each) => {
    const below = valueAt(value, [each]);
    return below === undefined ? [] : expand(below, rest, [...at, each]);
  });
}
