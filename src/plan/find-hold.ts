import type { Hold, PastSession } from '../domain/choice.ts';

const FIRST_HOLD_MS = 30 * 60_000;
const LONGEST_HOLD_MS = 8 * 3_600_000;

/**
 * The rest of a category whose last sessions were blocked or declared that there was nothing to do: 30 minutes, twice as
 * long with each repeat, 8 hours at most. Pure; the caller asks whether it is over.
 *
 * @param newestFirst its sessions
 * @param liftedAt when a person last lifted a hold of it: what ended before counts no more
 */
export function findHold(newestFirst: readonly PastSession[], liftedAt: string | null): Hold | null {
  const streak: PastSession[] = [];
  for (const session of newestFirst) {
    // Where no agent got to work, or nobody knows what it did, nothing was learned about the work.
    if (session.outcome === 'not-run' || session.outcome === 'unknown') continue;
    if (!foundNothing(session) || (liftedAt !== null && session.endedAt <= liftedAt)) break;
    streak.push(session);
  }
  const [last] = streak;
  if (!last) return null;
  const ms = Math.min(LONGEST_HOLD_MS, FIRST_HOLD_MS * 2 ** (streak.length - 1));
  return {
    sessionId: last.id,
    outcome: last.outcome === 'blocked' ? 'blocked' : 'noop',
    text: last.text,
    repeats: streak.length,
    since: last.endedAt,
    until: new Date(Date.parse(last.endedAt) + ms).toISOString(),
  };
}

/** A noop that said nothing is a failure to work, which beliefs remember; only a declared one says that there is no work. */
function foundNothing({ outcome, declared }: PastSession): boolean {
  return outcome === 'blocked' || (outcome === 'noop' && declared === 'noop');
}
