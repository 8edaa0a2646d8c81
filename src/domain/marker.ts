import type { SessionId } from './ids.ts';

/** The format of markers that stint writes. */
export const MARKER_VERSION = 1;

/** How often the owner of a marker touches it, and how old the last touch may be. */
export const MARKER_HEARTBEAT_MS = 30_000;
export const MARKER_FRESH_MS = 90_000;
/** Markers of the older form, which name no end: a shorter while, as their writers touch them more often. */
export const OLD_MARKER_FRESH_MS = 60_000;

const LABEL = /^[a-z0-9](?:[a-z0-9_.-]{0,62}[a-z0-9])?$/i;

export function isMarkerLabel(text: string): boolean {
  return LABEL.test(text);
}

/** `<label>-in-progress-<session id>-<8 hex>.marker`. */
export function markerName(label: string, session: SessionId, operation: string): string {
  return `${label}-in-progress-${session}-${operation}.marker`;
}

/**
 * The label of a marker file that speaks for one of `ids` (a session's id and its thread's), or null. Both forms have
 * such names: the older one may end in anything.
 */
export function labelOfMarker(name: string, ids: readonly string[]): string | null {
  if (!name.endsWith('.marker')) return null;
  const at = name.indexOf('-in-progress-');
  if (at < 1) return null;
  const rest = name.slice(at + '-in-progress-'.length, -'.marker'.length);
  const isOurs = ids.some((id) => rest === id || rest.startsWith(`${id}-`));
  return isOurs ? name.slice(0, at) : null;
}
