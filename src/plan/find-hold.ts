import type { FailedStart, Hold, PastSession } from '../domain/choice.ts';
import { FAILURES_TO_PARK } from './failures-in-a-row.ts';

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
    if (!foundNothing(session) || session.endedAt <= (liftedAt ?? '')) break;
    streak.push(session);
  }
  const [last] = streak;
  if (!last) return null;
  return {
    sessionId: last.id,
    outcome: last.outcome === 'blocked' ? 'blocked' : 'noop',
    text: last.text,
    repeats: streak.length,
    ...restAfter(last, streak.length),
  };
}

/**
 * The rest of a category that could not be set up: once is an accident, three times in a row is a `setup` that is broken.
 * Nothing of it moves a belief, so nothing else would keep it from being chosen again and again.
 *
 * @param newestFirst its failed starts since a session of it last got to work
 */
export function findSetupHold(newestFirst: readonly FailedStart[], liftedAt: string | null): Hold | null {
  const streak = newestFirst.filter(({ endedAt }) => endedAt > (liftedAt ?? ''));
  const [last] = streak;
  if (!last || streak.length < FAILURES_TO_PARK) return null;
  return {
    sessionId: last.id,
    outcome: 'setup',
    text: last.text,
    repeats: streak.length,
    ...restAfter(last, streak.length - FAILURES_TO_PARK + 1),
  };
}

function restAfter({ endedAt }: FailedStart, repeats: number): Pick<Hold, 'since' | 'until'> {
  const ms = Math.min(LONGEST_HOLD_MS, FIRST_HOLD_MS * 2 ** (repeats - 1));
  return { since: endedAt, until: new Date(Date.parse(endedAt) + ms).toISOString() };
}

/** A noop that said nothing is a failure to work, which beliefs remember; only a declared one says that there is no work. */
function foundNothing({ outcome, declared }: PastSession): boolean {
  return outcome === 'blocked' || (outcome === 'noop' && declared === 'noop');
}
