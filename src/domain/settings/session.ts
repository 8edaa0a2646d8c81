import { CATEGORY_SETTINGS } from './category.ts';
import type { CarriedOf, RawOf, ValuesOf } from './setting.ts';
import { settle, type Layer, type Surroundings } from './settle.ts';
import { SUPERVISE, type SupervisePolicy } from './supervise.ts';

/** Limits depend on the harness too, so they are settled apart from the other settings of a category. */
const { supervise: _, ...OF_CATEGORY } = CATEGORY_SETTINGS;

/** The settings of a category that need no more than a default and a check. */
export type CategoryValues = ValuesOf<typeof OF_CATEGORY>;

/** The part of its category's settings that a session carries, as they were when it was planned. */
export interface SessionSettings extends CarriedOf<typeof OF_CATEGORY> {
  readonly supervise: SupervisePolicy;
}

/** @param layers the category's own map, then that of the top */
export function settleCategory(layers: readonly Layer[], around: Surroundings): CategoryValues {
  return settle(OF_CATEGORY, layers, around);
}

/** @param layers the category's own map, then its harness's and that of the top */
export function settleSupervise(layers: readonly Layer[], around: Surroundings): SupervisePolicy {
  const table = { timeout: CATEGORY_SETTINGS.timeout, supervise: SUPERVISE };
  return settle(table, layers, around).supervise;
}

/** The part of a category's settings that each of its sessions carries. */
export function carriedBy(category: CategoryValues, supervise: SupervisePolicy): SessionSettings {
  const names = Object.entries(OF_CATEGORY).flatMap(([key, entry]) =>
    'carried' in entry ? [`${key}${entry.unit}` as keyof CategoryValues] : [],
  );
  const carried = Object.fromEntries(names.map((name) => [name, category[name]]));
  return { ...(carried as unknown as CarriedOf<typeof OF_CATEGORY>), supervise };
}

/** A session's settings without a file: those that the caller gives, else the defaults. Durations are in milliseconds. */
export function sessionSettings(said: RawOf<typeof CATEGORY_SETTINGS> = {}): SessionSettings {
  const layers: Layer[] = [{ level: 'category', at: [], value: said }];
  const around: Surroundings = {
    root: '/',
    category: [],
    refuse: (at, sentence) => {
      throw new Error(`${at.join('.')}: ${sentence}`);
    },
  };
  return carriedBy(settleCategory(layers, around), settleSupervise(layers, around));
}
