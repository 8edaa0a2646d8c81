import { explainConfig, type ExplainedSetting } from '../../config/explain.ts';
import { findNotActedOn } from '../../config/not-acted-on.ts';
import type { Project } from '../project/project.ts';
import { readPrompt } from './make-plan.ts';
import { findNotHonoured, type NotHonoured } from './not-honoured.ts';

/** What is to be said of a configuration that is valid. */
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
  // As a field, because the name of a setting may be what says that it is a secret.
  return explainConfig(config().source).map((each) => ({
    ...each,
    value: redactor.value({ [each.path]: each.value })[each.path],
  }));
}

/** Checks the configuration and the prompt files that it names. @throws Problem for what is wrong */
export function validateSettings({ config }: Project): ValidSettings {
  const { settings, source } = config();
  for (const category of settings.categories.values()) readPrompt(settings, category);
  return {
    file: settings.file,
    isValid: true,
    categories: settings.categories.size,
    harnesses: settings.harnesses.size,
    notActedOn: findNotActedOn(source),
    notHonoured: findNotHonoured(settings),
  };
}
