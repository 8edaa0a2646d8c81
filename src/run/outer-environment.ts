import { GIT_LOCAL_VARIABLES } from '../git/settings.ts';

/**
 * An environment as it was outside of every session: without what binds git to one repository, and without a session's
 * tag, token and git hooks.
 */
export function outerEnvironment(inherited: Readonly<NodeJS.ProcessEnv>): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(inherited)) {
    if (value === undefined || GIT_LOCAL_VARIABLES.includes(name) || name.startsWith('STINT_')) continue;
    env[name] = value;
  }
  const outer = inherited['STINT_GIT_CONFIG_COUNT'];
  // Where it is not set, git's settings are the user's own.
  if (outer === undefined) return env;
  for (let index = Number(outer); `GIT_CONFIG_KEY_${index}` in env; index++) {
    delete env[`GIT_CONFIG_KEY_${index}`];
    delete env[`GIT_CONFIG_VALUE_${index}`];
  }
  if (outer === '0') delete env['GIT_CONFIG_COUNT'];
  else env['GIT_CONFIG_COUNT'] = outer;
  return env;
}
