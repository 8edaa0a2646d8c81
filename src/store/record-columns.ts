import { countDeliverables } from '../domain/deliverable.ts';
import { leakFacts, type SessionRecord } from '../domain/record.ts';
import type { Usage } from '../domain/session-event.ts';
import { WRITTEN_NOW } from './dialect/fragments.ts';
import { toModeBits } from './mode-bits.ts';

/** What of a record lies in columns, for filters, reports and beliefs: the record as it stands. */
export function toColumns(record: SessionRecord) {
  const { leftoverCount, survivorCount, isContained } = leakFacts(record);
  return {
    category: record.category,
    harness: record.harness,
    thread: record.thread,
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
    deliverables: countDeliverables(record),
    duration_ms: record.durationMs,
    tokens: sumTokens(record.usage),
    leftovers: leftoverCount,
    survivors: survivorCount,
    is_contained: isContained === null ? null : isContained ? 1 : 0,
  };
}

/** The same and what is never amended: the whole row of a new record. */
export function toNewRow(record: SessionRecord) {
  return {
    ...toColumns(record),
    model_asked: record.modelAsked,
    session_id: record.id,
    // The database's clock, because the author of a record must not choose this time.
    written_at: WRITTEN_NOW,
    body: JSON.stringify(record),
  };
}

/** Null where nothing was reported, which is not 0. */
function sumTokens({ input, output, cacheRead, cacheWrite }: Usage): number | null {
  const reported = [input, output, cacheRead, cacheWrite].filter((count) => count !== null);
  return reported.length === 0 ? null : reported.reduce((sum, count) => sum + count, 0);
}
