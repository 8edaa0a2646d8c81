import type { Settings } from '../config/settings.ts';
import { createRedactor, type Redactor } from '../lib/redact.ts';
import { secretVariables } from '../lib/secret-variables.ts';

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
