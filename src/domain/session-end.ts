import type { SessionRecord } from './record.ts';
import type { Stop } from './stop.ts';

/** As much of a record as says how its harness did. */
export interface SessionEnd extends Pick<SessionRecord, 'outcome' | 'failureModes' | 'unreadableLines'> {
  readonly stop: Pick<Stop, 'reason' | 'because' | 'exitCode'>;
}
