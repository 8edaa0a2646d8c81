import { z } from 'zod';
import { CATEGORY_SETTINGS } from '../domain/settings/category.ts';
import type { Entry, KeyPath, RawOf, Table } from '../domain/settings/setting.ts';
import { schemaOf, standingAt } from '../domain/settings/table.ts';
import type { RawHarness } from './harness-settings.ts';
import { HEAD, TOP_SETTINGS } from './top-settings.ts';

/** All that may stand at the top of a configuration. */
export const CONFIG_SETTINGS: Table = {
  ...HEAD,
  ...joinTables(standingAt('top', CATEGORY_SETTINGS), TOP_SETTINGS),
};

/** A file after its check, as far as the code reads it by name. */
export interface RawConfig {
  readonly harnesses?: Readonly<Record<string, RawHarness>>;
  readonly categories: Readonly<Record<string, RawCategory>>;
}
export type RawCategory = RawOf<typeof CATEGORY_SETTINGS>;

export const configSchema = schemaOf(CONFIG_SETTINGS, 'top') as unknown as z.ZodType<RawConfig>;

export const TOP_LEVEL_KEYS: readonly string[] = Object.keys(CONFIG_SETTINGS);

/** The names that the schema knows at a path; none where names are the user's own or there is no map. */
export function keysAt(at: KeyPath): string[] {
  let here: Table | null = CONFIG_SETTINGS;
  for (let index = 0; index < at.length; index++) {
    const entry: Entry | undefined = here[String(at[index])];
    if (!entry || 'check' in entry) return [];
    if ('each' in entry && ++index === at.length) return [];
    here = 'each' in entry ? entry.each : entry.settings;
  }
  return Object.keys(here);
}

/** The configuration as JSON Schema, for editors. Checks that only the program can make (durations, contradictions) are not in it. */
export function configJsonSchema(): object {
  return { title: 'stint.yaml', ...z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) };
}

/** Joins two tables. Maps that both have are joined too, with the meaning from the second table. */
function joinTables(one: Table, other: Table): Table {
  const joined = Object.entries(other).map(([key, entry]): [string, Entry] => {
    const before = one[key];
    if (!before || !('settings' in before) || !('settings' in entry)) return [key, entry];
    return [key, { ...entry, settings: joinTables(entry.settings, before.settings) }];
  });
  return { ...one, ...Object.fromEntries(joined) };
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  object: 'a map of settings',
  record: 'a map of names',
};

/** What a value must be, where its schema does not say it in words of its own. */
export function issueWords(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'invalid_type') return `it must be ${TYPES[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value') return `it must be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'too_big') return `it must be at most ${String(issue.maximum)}`;
  if (issue.code !== 'too_small') return 'it cannot be used here';
  if (issue.origin !== 'number') return 'it must not be empty';
  return `it must be ${issue.inclusive === false ? 'more than' : 'at least'} ${String(issue.minimum)}`;
}

/** A value as a sentence shows it: what was written where that fits on a line, else what kind of thing it is. */
export function shownValue(value: unknown, shorten: (text: string) => string): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'string') return `"${shorten(value)}"`;
  if (typeof value !== 'object') return `"${shorten(JSON.stringify(value) ?? '')}"`;
  return Object.keys(value).length === 0 ? 'an empty map' : 'a map';
}
