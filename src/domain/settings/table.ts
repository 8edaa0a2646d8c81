import { z } from 'zod';
import type { Derived, Entry, Level, Setting, Table } from './setting.ts';

// Questions about a table of settings, and its check.

/** The meaning of a setting at a level, with the rule of its default. */
export function aboutOf(entry: Entry, level: Level): string {
  const about = typeof entry.about === 'string' ? entry.about : (entry.about[level] ?? '');
  const rule = 'default' in entry ? ruleOf(entry) : null;
  return rule === null ? about : `${about} Default: ${rule.about}`;
}

/** The rule that gives its default; null where its default is a fixed value. */
export function ruleOf({ default: given }: Setting): Derived<unknown> | null {
  return typeof given === 'object' && given !== null && 'derive' in given
    ? (given as Derived<unknown>)
    : null;
}

/** Its default as a user would write it; null without a default, and where a rule gives it. */
export function writtenDefault(entry: Entry): unknown {
  if (!('default' in entry) || ruleOf(entry)) return null;
  const given = entry.default;
  return typeof given === 'object' && given !== null && Object.keys(given).length === 0 ? null : given;
}

/** The settings of a table and of the maps in it, by path: `respawn.grade`. Maps whose keys are the user's own are left out. */
export function leavesOf(table: Table): [string, Setting][] {
  return Object.entries(table).flatMap(([key, entry]): [string, Setting][] => {
    if ('check' in entry) return [[key, entry]];
    if ('each' in entry) return [];
    return leavesOf(entry.settings).map(([path, each]) => [`${key}.${path}`, each]);
  });
}

/** The entries of a table that may stand at another level too, with those of the maps inside. */
export function standingAt(level: Level, table: Table, around: readonly Level[] = []): Table {
  const standing: [string, Entry][] = [];
  for (const [key, entry] of Object.entries(table)) {
    if ('each' in entry || !(entry.alsoAt ?? around).includes(level)) continue;
    const isGroup = 'settings' in entry;
    const inner = isGroup && { settings: standingAt(level, entry.settings, entry.alsoAt ?? around) };
    standing.push([key, { ...entry, ...inner }]);
  }
  return Object.fromEntries(standing);
}

/** The check of a table: a file may leave out all settings but the required ones. */
export function schemaOf(table: Table, level: Level): z.ZodObject {
  return z.strictObject(
    Object.fromEntries(Object.entries(table).map(([key, entry]) => [key, fieldOf(entry, level)])),
  );
}

function fieldOf(entry: Entry, level: Level): z.ZodType {
  const about = aboutOf(entry, level);
  if ('settings' in entry) return schemaOf(entry.settings, level).optional().describe(about);
  if ('check' in entry) return (entry.required ? entry.check : entry.check.optional()).describe(about);
  const record = z.record(entry.names, schemaOf(entry.each, entry.level));
  if (entry.required === null) return record.optional().describe(about);
  return record.refine((map) => Object.keys(map).length > 0, entry.required).describe(about);
}
