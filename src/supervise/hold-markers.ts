import type { Pulse, SeenMarker } from '../domain/liveness.ts';
import { MARKER_FRESH_MS, OLD_MARKER_FRESH_MS } from '../domain/marker.ts';
import type { HeldMarker, Signs } from './signs.ts';

/**
 * The markers that count now. One counts while a process of the session's own owns it (the older form names no owner),
 * while it is touched, and until the end that it named when it was first seen: a later one extends nothing.
 */
export function holdMarkers(signs: Signs, pulse: Pulse): Signs {
  const held = new Map<string, HeldMarker>();
  // A word of the agent itself ends the silence, and with it all that was declared for it.
  let declaredMs = signs.lastWordPulse === signs.pulses ? 0 : signs.declaredMs;
  // By name: a folder lists them in any order, and the one that is named must not depend on that.
  for (const seen of pulse.markers.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const marker = hold(seen, signs.seenMarkers.get(seen.name) ?? null, signs.nowMs);
    held.set(seen.name, marker);
    if (counts(marker, signs.nowMs)) declaredMs = Math.max(declaredMs, marker.declaredMs ?? 0);
  }
  return { ...signs, seenMarkers: held, declaredMs };
}

/** A marker that counts at a time, or null: any will do, for each excuses the same silence. */
export function findMarker(signs: Signs): HeldMarker | null {
  for (const marker of signs.seenMarkers.values()) if (counts(marker, signs.nowMs)) return marker;
  return null;
}

function hold(seen: SeenMarker, before: HeldMarker | null, nowMs: number): HeldMarker {
  const freshMs = seen.leftMs === null ? OLD_MARKER_FRESH_MS : MARKER_FRESH_MS;
  const isTouched = before !== null && seen.touchedAtMs !== before.touchedAtMs;
  return {
    label: seen.label,
    isOwned: seen.isOwned !== false,
    touchedAtMs: seen.touchedAtMs,
    endsAtMs: before === null ? seen.endsAtMs : least(before.endsAtMs, seen.endsAtMs),
    // Both counted on the session's own clock: a wall clock that jumps makes nothing fresh and nothing stale.
    freshUntilMs:
      before === null
        ? nowMs + freshMs - Math.max(0, seen.ageMs)
        : isTouched
          ? nowMs + freshMs
          : before.freshUntilMs,
    deadlineMs: before === null ? firstDeadline(seen, nowMs) : narrowed(before, seen),
    declaredMs: before === null ? seen.declaredMs : least(before.declaredMs, seen.declaredMs),
  };
}

function counts(marker: HeldMarker, nowMs: number): boolean {
  if (!marker.isOwned || nowMs > marker.freshUntilMs) return false;
  return marker.deadlineMs === null || nowMs < marker.deadlineMs;
}

function firstDeadline({ leftMs }: SeenMarker, nowMs: number): number | null {
  return leftMs === null ? null : nowMs + leftMs;
}

/** Moved by as much as the end that it names was moved forward. One that named none, or names none by now, has none. */
function narrowed(before: HeldMarker, { endsAtMs }: SeenMarker): number | null {
  if (before.deadlineMs === null || before.endsAtMs === null || endsAtMs === null) return before.deadlineMs;
  return before.deadlineMs - Math.max(0, before.endsAtMs - endsAtMs);
}

/** Null is a marker that declares nothing, and stays one. */
function least(a: number | null, b: number | null): number | null {
  return a === null || b === null ? a : Math.min(a, b);
}
