import type { SessionRecord } from './record.ts';
import { SCRIPT_HARNESS } from './wrapped-script.ts';

type Ended = Pick<SessionRecord, 'harness' | 'outcome' | 'stop'>;

/** What `stint run` exits with after a session, by the table of docs/exit-codes.md. */
export function exitCodeOf(record: Ended): number {
  return scriptCode(record) ?? codeOfOutcome(record);
}

/** A wrapped script that ended by itself speaks for itself; null where stint ended it, or did not start it. */
function scriptCode({ harness, stop }: Ended): number | null {
  if (harness !== SCRIPT_HARNESS) return null;
  return stop.reason === 'completed' || stop.reason === 'crashed' ? stop.exitCode : null;
}

function codeOfOutcome({ outcome, stop }: Ended): number {
  switch (outcome) {
    case 'productive':
    case 'noop':
      return 0;
    case 'blocked':
      return 75;
    case 'not-run':
    case 'failed':
    case 'unknown':
      if (stop.reason === 'limited') return 75;
      return stop.reason === 'timed-out' ? 124 : 1;
  }
}
