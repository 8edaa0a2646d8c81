import { classOf, type FailureMode } from './failure-mode.ts';
import type { Outcome } from './record-words.ts';

/**
 * Whether its provider turned a session away before it got to work, by a limit, say. Then its category has had no turn. One
 * whose own setup failed has: it would stay first in line for ever, and keep all others from theirs.
 */
export function wasTurnedAway(session: {
  readonly outcome: Outcome;
  readonly failureModes: readonly FailureMode[];
}): boolean {
  return session.outcome === 'not-run' && session.failureModes.some((mode) => classOf(mode) === 'provider');
}
