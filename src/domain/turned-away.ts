import { classOf, FAILURE_MODE_NAMES, type FailureMode } from './failure-mode.ts';
import type { Outcome } from './record-words.ts';

/** Modes of the provider alone: words that stint does not know may be about a setting of the category. */
export const TURNED_AWAY: ReadonlySet<FailureMode> = new Set(
  FAILURE_MODE_NAMES.filter((mode) => classOf(mode) === 'provider' && mode !== 'provider_unknown'),
);

/**
 * Whether its provider turned a session away before it got to work, by a limit, say. Then its category has had no turn. One
 * whose own setup failed has: it would stay first in line for ever, and keep all others from theirs.
 */
export function wasTurnedAway(session: {
  readonly outcome: Outcome;
  readonly failureModes: readonly FailureMode[];
}): boolean {
  return session.outcome === 'not-run' && session.failureModes.some((mode) => TURNED_AWAY.has(mode));
}
