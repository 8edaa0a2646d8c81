import { CATEGORY_SETTINGS } from '../domain/settings/category.ts';
import type { KeyPath, Table } from '../domain/settings/setting.ts';
import { leavesOf, standingAt, writtenDefault } from '../domain/settings/table.ts';
import { type MergedSource, valueAt } from './layers.ts';
import { CONFIG_SETTINGS } from './schema.ts';
import type { YamlSource } from './yaml-source.ts';

/** One setting as it holds now. */
export interface ExplainedSetting {
  readonly path: string;
  readonly value: unknown;
  /** `file:line:column`, a variable, `--set …`, or `default`. */
  readonly origin: string;
}

/** The defaults, as a user would write them, by path. */
export const TOP_DEFAULTS = defaultsOf(CONFIG_SETTINGS);

/** The defaults of a category, without those of settings that may also stand at the top: these are shown there. */
export const CATEGORY_DEFAULTS = defaultsOf(CATEGORY_SETTINGS, standingAt('top', CATEGORY_SETTINGS));

function defaultsOf(table: Table, without: Table = {}): ReadonlyMap<string, unknown> {
  const elsewhere = new Set(leavesOf(without).map(([path]) => path));
  return new Map(
    leavesOf(table)
      .map(([path, entry]) => [path, writtenDefault(entry)] as const)
      .filter(([path, value]) => value !== null && !elsewhere.has(path)),
  );
}

/** Every setting that holds, with its origin: the settings of the files, and the defaults of the others. */
export function explainConfig(source: MergedSource): ExplainedSetting[] {
  const said = leaves(source.value, []).map(({ path, value }) => ({
    path: path.join('.'),
    value,
    origin: source.originOf(path) ?? 'default',
  }));
  const known = new Set(said.map(({ path }) => path));
  const categories = Object.keys(valueAt(source.value, ['categories']) ?? {});
  const defaults = [
    ...TOP_DEFAULTS,
    ...categories.flatMap((name) =>
      [...CATEGORY_DEFAULTS].map(([key, value]) => [`categories.${name}.${key}`, value] as const),
    ),
  ];
  const silent = defaults
    .filter(([path]) => !known.has(path))
    .map(([path, value]) => ({ path, value, origin: 'default' }));
  return [...said, ...silent].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function leaves(value: unknown, path: KeyPath): { path: KeyPath; value: unknown }[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [{ path, value }];
  return Object.entries(value).flatMap(([key, each]) => leaves(each, [...path, key]));
}

/** Settings that this version reads and checks, but does not use yet; `*` stands for any name of the user's. */
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
