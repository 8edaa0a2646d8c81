import { existsSync } from 'node:fs';
import { type ImportRules, importRules, NO_RULES } from '../../../domain/import-rules.ts';
import type { Project } from '../../project/project.ts';

/** The user's own rules for sessions that are imported; none where there is no configuration. */
export function rulesOfProject({
  configFile,
  settings,
}: Pick<Project, 'configFile' | 'settings'>): ImportRules {
  return existsSync(configFile) ? importRules(settings().import) : NO_RULES;
}
