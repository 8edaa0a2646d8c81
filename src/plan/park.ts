import type { SessionId } from '../domain/ids.ts';
import type { Parking, ParkingCause, ParkingKey } from '../domain/parking.ts';
import type { Random } from '../lib/random.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * How long something rests when nobody told until when: the first time, and at most, doubling in between. An outage is
 * mostly short and a probe is cheap. Refused credentials do not mend by waiting, so their probe is there only for those
 * that were mended elsewhere.
 */
const RESTS: Readonly<Record<ParkingCause, { readonly firstMs: number; readonly longestMs: number }>> = {
  usage_limit: { firstMs: HOUR_MS, longestMs: 8 * HOUR_MS },
  overload: { firstMs: 5 * MINUTE_MS, longestMs: 8 * HOUR_MS },
  auth: { firstMs: HOUR_MS, longestMs: HOUR_MS },
  failing: { firstMs: 15 * MINUTE_MS, longestMs: 8 * HOUR_MS },
};

/** Added to every end, so that the machines that share an account do not all come back at the same moment. */
export const LONGEST_JITTER_MS = 2 * MINUTE_MS;

/** A reset further away than the longest quota (a month) is a misunderstanding, not a time. */
const LONGEST_TOLD_MS = 35 * 24 * HOUR_MS;

/** What one session met. */
export interface Refusal {
  readonly cause: ParkingCause;
  readonly reason: string;
  /** When it was met. */
  readonly at: Date;
  /** When it ends, as the provider told it, ISO 8601; null when it did not. */
  readonly resetsAt: string | null;
  readonly sessionId: SessionId;
  readonly repository: string;
  readonly credentials: string | null;
  /** The model that the session was configured with; null for its CLI's default. */
  readonly asked: string | null;
}

/**
 * The parking after one more session met the refusal. Sessions of the same rest are the same incident: they are counted,
 * and can only move its end further away. A refusal after the rest, or of the probe, begins the next rest.
 */
export function park(before: Parking | null, key: ParkingKey, refusal: Refusal, random: Random): Parking {
  const jitterMs = Math.floor(random() * LONGEST_JITTER_MS);
  const toldMs = toldEnd(refusal);
  if (before !== null && belongsTo(before, refusal)) {
    const met = before.met.includes(refusal.sessionId) ? before.met : [...before.met, refusal.sessionId];
    const still = { ...before, met, asked: askedAfter(before, key, refusal) };
    if (toldMs === null || toldMs <= Date.parse(before.until)) return still;
    const { cause, reason } = refusal;
    return { ...still, cause, reason, until: iso(toldMs + jitterMs) };
  }
  const isSure = toldMs !== null && refusal.cause === 'usage_limit';
  const rests = isSure ? 0 : before?.cause === refusal.cause ? before.rests + 1 : 1;
  const restsMs = refusal.at.getTime() + restMs(refusal.cause, rests);
  // A provider that is busy says "in a second" each time; its word counts where it is longer than the usual rest.
  const endMs = isSure ? toldMs : Math.max(toldMs ?? 0, restsMs);
  return {
    ...key,
    cause: refusal.cause,
    reason: refusal.reason,
    since: before?.since ?? refusal.at.toISOString(),
    until: iso(endMs + jitterMs),
    rests,
    met: [...(before?.met ?? []), refusal.sessionId],
    asked: askedAfter(before, key, refusal),
    repository: before?.repository ?? refusal.repository,
    credentials: refusal.credentials,
    probe: null,
  };
}

/** Whatever a session is configured with that meets a model's limit, its like would meet it again. */
function askedAfter(before: Parking | null, { model }: ParkingKey, { asked }: Refusal): Parking['asked'] {
  const known = before?.asked ?? [];
  return model === null || known.includes(asked) ? known : [...known, asked];
}

/** The same session telling it again, or one that met it while the rest lasted. */
function belongsTo(before: Parking, { sessionId, at }: Refusal): boolean {
  if (before.probe?.sessionId === sessionId) return false;
  return before.met.includes(sessionId) || Date.parse(before.until) > at.getTime();
}

function toldEnd({ resetsAt, at }: Refusal): number | null {
  const ms = Date.parse(resetsAt ?? '');
  return ms > at.getTime() && ms <= at.getTime() + LONGEST_TOLD_MS ? ms : null;
}

/** @param rests counted from 1 */
function restMs(cause: ParkingCause, rests: number): number {
  const { firstMs, longestMs } = RESTS[cause];
  return Math.min(longestMs, firstMs * 2 ** Math.min(rests - 1, 30));
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/**
 * The parking after a session was served: gone, when that session was its probe, or the last that had met it (what it
 * met was no more than a hiccup). Others prove nothing: they may have been served before.
 */
export function served(before: Parking | null, sessionId: SessionId): Parking | null {
  const isProof = before?.probe?.sessionId === sessionId || before?.met.at(-1) === sessionId;
  return isProof ? null : before;
}

/**
 * The parking of a whole account after one of its sessions told that a model's limit was meant: gone, where no other
 * session met it.
 */
export function narrowed(before: Parking | null, sessionId: SessionId): Parking | null {
  const isAlone = before?.cause === 'usage_limit' && before.met.every((each) => each === sessionId);
  return isAlone ? null : releaseProbe(before, sessionId);
}

/** The parking without the claim of a probe that learnt nothing. */
export function releaseProbe(before: Parking | null, sessionId: SessionId): Parking | null {
  return before?.probe?.sessionId === sessionId ? { ...before, probe: null } : before;
}
