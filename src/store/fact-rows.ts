import type { Selectable } from 'kysely';
import { effectiveRecord, type Amendment } from '../domain/amendment.ts';
import type { SessionRecord } from '../domain/record.ts';
import type { GroupColumns } from './groups.ts';
import type { Tables } from './tables.ts';
import { traceBits } from './trace-bits.ts';
import { countsOf, text, whole } from './usage-lines.ts';

/**
 * Rises by one with each column of `record_facts`, `groups` or `usage`. Rows of a lower version lack a column: a process
 * that had the file open as the column came may still write them. They are made again.
 */
export const FACTS_VERSION = 2;

/** A row of `records` with the machine that promised its session. */
export type RecordRow = Selectable<Tables['records']> & { readonly host: string | null };

/** The record as it stands. A body that is damaged tells nothing, and its columns still count. */
export function readBody(body: string, amendments: readonly Amendment[]): Partial<SessionRecord> {
  try {
    const record: unknown = JSON.parse(body);
    return record instanceof Object ? effectiveRecord(record as SessionRecord, amendments) : {};
  } catch {
    return {};
  }
}

export function groupOf(row: RecordRow, { declared, stop }: Partial<SessionRecord>): GroupColumns {
  return {
    category: row.category,
    harness: row.harness,
    model: row.model,
    model_asked: row.model_asked,
    run_type: row.run_type,
    attended: row.attended,
    source: row.source,
    is_imported: row.is_imported,
    outcome: row.outcome,
    modes: row.modes,
    feeds_belief: row.feeds_belief,
    is_contained: row.is_contained,
    declared: text(declared?.kind),
    stop: text(stop?.reason),
    host: row.host,
  };
}

export function toFactsRow(
  row: RecordRow,
  record: Partial<SessionRecord>,
  groupId: number,
): Tables['record_facts'] {
  const { usage, costUsd, stop } = record;
  return {
    seq: row.seq,
    group_id: groupId,
    session_id: row.session_id,
    started_at: row.started_at,
    ended_at: row.ended_at,
    grade: row.grade,
    duration_ms: whole(row.duration_ms),
    cost_usd: typeof costUsd === 'number' ? costUsd : null,
    tokens: whole(row.tokens),
    ...countsOf(usage),
    leftovers: row.leftovers,
    survivors: row.survivors,
    exit_code: whole(stop?.exitCode),
    traces: traceBits(record, row.deliverables),
    version: FACTS_VERSION,
  };
}
