import type { SessionRecord } from './record.ts';

/** The harness of sessions that wrap a script. A configuration cannot have one of this name. */
export const SCRIPT_HARNESS = 'wrap';

/**
 * A script that ended well and left nothing that a judge could look at. It counts neither as failing nor as a session that
 * should have been counted.
 */
export function isNothingToJudge({
  harness,
  outcome,
  failureModes,
}: Pick<SessionRecord, 'harness' | 'outcome' | 'failureModes'>): boolean {
  return harness === SCRIPT_HARNESS && outcome === 'unknown' && failureModes.length === 0;
}
