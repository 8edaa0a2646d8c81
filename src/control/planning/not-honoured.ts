import type { Settings } from '../../config/settings.ts';
import { createHarness } from '../../harness/create-harness.ts';
import { requireHarness } from './make-plan.ts';

/** What categories ask of a harness that has no means to do it. */
export interface NotHonoured {
  readonly harness: string;
  readonly categories: readonly string[];
  /** A clause for people. */
  readonly detail: string;
}

/** All of it in a configuration, each clause once, with the categories that it holds for. */
export function findNotHonoured(settings: Settings): NotHonoured[] {
  const found = new Map<string, NotHonoured>();
  for (const category of settings.categories.values())
    for (const harness of category.harnesses)
      for (const detail of createHarness(requireHarness(settings, harness).settings).cannotHonour(category)) {
        const key = `${harness}\n${detail}`;
        const categories = [...(found.get(key)?.categories ?? []), category.name];
        found.set(key, { harness, categories, detail });
      }
  return [...found.values()];
}
