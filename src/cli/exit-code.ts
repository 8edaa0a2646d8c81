import type { SessionRecord } from '../domain/record.ts';

/** What `run` exits with, by the table of docs/exit-codes.md. */
export function exitCodeOf(record: SessionRecord): number {
  switch (record.outcome) {
    case 'productive':
    case 'noop':
      return 0;
    case 'blocked':
      return 75;
    case 'not-run':
    case 'failed':
    case 'unknown':
      if (record.stop.reason === 'limited') return 75;
      return record.stop.reason === 'timed-out' ? 124 : 1;
  }
}
