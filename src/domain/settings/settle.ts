import type { Problem } from '../../lib/problem.ts';
import type { KeyPath, Level, Place, Setting, Table, ValuesOf } from './setting.ts';
import { ruleOf } from './table.ts';

/** One place of the file that says settings, after the check. The first of several wins, key by key. */
export interface Layer {
  readonly level: Level;
  readonly at: KeyPath;
  /** The map at this place; undefined where the file has none. */
  readonly value: unknown;
}

/** The part of a place that all settings of a map share. */
export interface Surroundings {
  readonly root: string;
  /** Empty for settings of the whole project. */
  readonly category: KeyPath;
  refuse(at: KeyPath, sentence: string, hint: string): Problem;
  /** A setting of the maps around this one. */
  readonly value?: (key: string) => unknown;
}

/**
 * Settles the values of a table. The first layer that says a setting decides its value; else the default holds.
 *
 * @param layers the first is the map that the table describes; the others count only for settings that may stand there too
 * @throws Problem where values contradict each other
 */
export function settle<T extends Table>(
  table: T,
  layers: readonly Layer[],
  around: Surroundings,
  alsoAt: readonly Level[] = [],
): ValuesOf<T> {
  const values: [string, unknown][] = [];
  const value = (key: string): unknown => readSetting(table, layers, around, key);
  for (const [key, entry] of Object.entries(table)) {
    if ('each' in entry) continue;
    const levels = entry.alsoAt ?? alsoAt;
    const standing = layers.filter(({ level }, index) => index === 0 || levels.includes(level));
    if ('settings' in entry) {
      const below = standing.map((layer) => ({ ...layer, at: [...layer.at, key], value: ownOf(layer, key) }));
      values.push([key, settle(entry.settings, below, { ...around, value }, levels)]);
    } else if (entry.unit !== null) {
      values.push([key + entry.unit, settleOne(entry, key, standing, { ...around, value })]);
    }
  }
  return Object.fromEntries(values) as ValuesOf<T>;
}

function settleOne(
  entry: Setting,
  key: string,
  layers: readonly Layer[],
  around: Surroundings & Pick<Place, 'value'>,
): unknown {
  const layer = layers.find((each) => ownOf(each, key) !== undefined);
  const at = [...((layer ?? layers[0])?.at ?? []), key];
  const place: Place = {
    at,
    isSaid: layer !== undefined,
    root: around.root,
    category: around.category,
    value: around.value,
    said: (other) => layers.map((each) => ownOf(each, other)).find((each) => each !== undefined),
    beside: (other) => layer && ownOf(layer, other),
    refuse: (sentence, hint, ...below) => around.refuse([...at, ...below], sentence, hint),
  };
  if (layer) return entry.settle(ownOf(layer, key), place);
  const rule = ruleOf(entry);
  if (rule) return rule.derive(place);
  return entry.default === null ? null : entry.settle(entry.check.parse(entry.default), place);
}

/** A setting as it was read; its default where the file says nothing. */
function readSetting(table: Table, layers: readonly Layer[], around: Surroundings, key: string): unknown {
  const entry = table[key];
  if (!entry || !('check' in entry)) return around.value?.(key);
  const said = layers.map((each) => ownOf(each, key)).find((each) => each !== undefined);
  if (said !== undefined || entry.default === null || ruleOf(entry)) return said ?? null;
  return entry.check.parse(entry.default);
}

function ownOf({ value }: Layer, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return Reflect.get(value, key) as unknown;
}
