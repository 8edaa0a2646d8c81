import type { CategoryName, SessionId } from '../domain/ids.ts';
import { GIT_LOCAL_VARIABLES, TIDY_IN_FOREGROUND, gitSettings } from '../git/settings.ts';
import type { SessionTools } from './session-tools.ts';

export interface SessionEnvironment {
  readonly id: SessionId;
  readonly category: CategoryName;
  readonly stateFolder: string;
  /** ISO 8601 UTC: when the agent should be done by itself. */
  readonly deadline: string;
  /** Lets the session declare for itself only. */
  readonly token: string;
  readonly tools: SessionTools;
  /** What the harness wants on top. */
  readonly extra: Readonly<Record<string, string>>;
}

/**
 * The environment of an agent: this process's own, without what would bind git to another repository or another
 * session, and with the session's tag, which every descendant inherits.
 */
export function sessionEnvironment(
  inherited: Readonly<NodeJS.ProcessEnv>,
  session: SessionEnvironment,
): Record<string, string> {
  // A stint session that starts another one must not hand on its own hooks.
  const outer = outerEnvironment(inherited);
  return {
    ...outer,
    ...session.extra,
    ...gitSettings(outer, [['core.hooksPath', session.tools.hooks], ...TIDY_IN_FOREGROUND]),
    PATH: `${session.tools.bin}:${inherited['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'}`,
    STINT_SESSION_ID: session.id,
    STINT_CATEGORY: session.category,
    STINT_STATE_DIR: session.stateFolder,
    STINT_DEADLINE: session.deadline,
    STINT_TOKEN: session.token,
  };
}

/**
 * An environment as it was outside of every session: without what binds git to one repository, and without a session's
 * tag, token and git hooks.
 */
export function outerEnvironment(inherited: Readonly<NodeJS.ProcessEnv>): Record<string, string> {
  const env = withoutRepository(inherited);
  for (const name of Object.keys(env)) if (name.startsWith('STINT_')) delete env[name];
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

/** An environment without what binds git to one repository: a hook that started stint was given that of its own. */
export function withoutRepository(inherited: Readonly<NodeJS.ProcessEnv>): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(inherited))
    if (value !== undefined && !GIT_LOCAL_VARIABLES.includes(name)) env[name] = value;
  return env;
}
