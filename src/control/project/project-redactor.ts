import { existsSync } from 'node:fs';
import path from 'node:path';
import { CONFIG_NAME, loadConfig } from '../../config/load.ts';
import type { Settings } from '../../config/settings.ts';
import { createRedactor, type Redactor } from '../../lib/redact.ts';
import { findRepository } from '../../git/repository.ts';
import { secretVariables } from '../../lib/secret-assignments.ts';

/** What a session proves itself with begins so: it is known wherever it turns up. */
export const TOKEN_PREFIX = 'stint_';

/** Takes out what looks like a secret, what `redact:` names, and the secrets of this process's environment. */
export function projectRedactor(settings: Settings | null, env: Readonly<NodeJS.ProcessEnv>): Redactor {
  return createRedactor({
    kinds: [
      { name: 'session-token', pattern: new RegExp(`${TOKEN_PREFIX}[a-z0-9]{24}`, 'g') },
      ...(settings?.redact ?? []).map((source) => ({ name: 'custom', pattern: new RegExp(source, 'g') })),
    ],
    values: secretVariables(env),
  });
}

/** The same where no project is opened: by the configuration of the folder, where there is one. */
export async function redactorAt(
  { folder, configFile }: { readonly folder: string; readonly configFile?: string | undefined },
  assignments: readonly string[],
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<Redactor> {
  const top = (await findRepository(folder))?.top ?? folder;
  const file = configFile ?? path.join(top, CONFIG_NAME);
  const isNeeded = configFile !== undefined || assignments.length > 0 || existsSync(file);
  return projectRedactor(isNeeded ? loadConfig({ file, env, assignments }).settings : null, env);
}
