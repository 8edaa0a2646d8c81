import { explainConfig, type ExplainedSetting, findReservedSettings } from '../../config/explain.ts';
import type { Settings } from '../../config/settings.ts';
import { createHarness } from '../../harness/create-harness.ts';
import type { Project } from '../project/project.ts';
import { readPrompt, requireHarness } from './make-plan.ts';

/** Remarks on a valid configuration. */
export interface ValidSettings {
  readonly file: string;
  readonly isValid: true;
  readonly categories: number;
  readonly harnesses: number;
  /** Settings that this version only checks. */
  readonly notActedOn: readonly string[];
  readonly notHonoured: readonly NotHonoured[];
}

/** Every setting that holds and where it came from, without secrets. */
export function explainSettings({ config, redactor }: Project): ExplainedSetting[] {
  // As a field, because the redactor may know a secret only by the name of its setting.
  return explainConfig(config().source).map((each) => ({
    ...each,
    value: redactor.value({ [each.path]: each.value })[each.path],
  }));
}

/** Checks the configuration and the prompt files that it names. @throws Problem for the first mistake */
export function validateSettings({ config }: Project): ValidSettings {
  const { settings, source } = config();
  for (const category of settings.categories.values()) readPrompt(settings, category);
  return {
    file: settings.file,
    isValid: true,
    categories: settings.categories.size,
    harnesses: settings.harnesses.size,
    notActedOn: findReservedSettings(source),
    notHonoured: findNotHonoured(settings),
  };
}

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
