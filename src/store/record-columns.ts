import type { SessionRecord } from '../domain/record.ts';
import { toModeBits } from './mode-bits.ts';

/** What of a record lies in columns, for filters, reports and beliefs: the record as it stands. */
export function toColumns(record: SessionRecord) {
  return {
    category: record.category,
    harness: record.harness,
    model: record.model,
    run_type: record.runType,
    attended: record.attended,
    source: record.source,
    outcome: record.outcome,
    grade: record.grade,
    modes: toModeBits(record.failureModes),
    feeds_belief: record.feedsBelief ? 1 : 0,
    started_at: record.startedAt,
    ended_at: record.endedAt,
  };
}
