import type { Evidence } from '../domain/evidence.ts';
import type { SessionId } from '../domain/ids.ts';
import type { SessionRecord } from '../domain/record.ts';
import type { Outcome } from '../domain/record-words.ts';
import { readHistories, type RecordHistory } from './amendment-rows.ts';
import { insertOwners, ownedCommits } from './commits.ts';
import { insertEvidence } from './evidence.ts';
import { groupWritten } from './group-records.ts';
import { toNewRow } from './record-columns.ts';
import type { Store } from './store.ts';

/**
 * Writes the record of a session, its commits, what it was judged by and the end of its open state in one transaction.
 *
 * @returns false when the session has a record already; nothing is changed then
 */
export async function insertRecord(
  store: Store,
  record: SessionRecord,
  repository: string,
  evidence: Evidence | null = null,
): Promise<boolean> {
  return store.transaction().execute(async (transaction) => {
    const done = await transaction
      .insertInto('records')
      .values({ ...toNewRow(record), has_outbox: 1 })
      .onConflict((conflict) => conflict.column('session_id').doNothing())
      .returning('seq')
      .executeTakeFirst();
    if (!done) return false;
    await groupWritten(transaction, [done]);
    await transaction
      .updateTable('sessions')
      .set({ state: 'recorded' })
      .where('id', '=', record.id)
      .execute();
    if (evidence) await insertEvidence(transaction, record.id, evidence);
    await insertOwners(transaction, repository, record.id, ownedCommits(record));
    return true;
  });
}

export async function findRecord(store: Store, id: SessionId): Promise<RecordHistory | null> {
  const rows = store.selectFrom('records').select(['session_id', 'body']).where('session_id', '=', id);
  const [found] = await readHistories(store, await rows.execute());
  return found ? { record: found.record, original: found.original, amendments: found.amendments } : null;
}

export interface RecordFilter {
  readonly category?: string | undefined;
  readonly outcome?: string | undefined;
  /** Number of newest records. Default: all. */
  readonly limit?: number | undefined;
}

/** Effective records, newest first. */
export async function listRecords(store: Store, filter: RecordFilter = {}): Promise<SessionRecord[]> {
  const records = store.selectFrom('records').select(['session_id', 'body']);
  let query = records.orderBy('started_at', 'desc').orderBy('seq', 'desc');
  if (filter.category !== undefined) query = query.where('category', '=', filter.category);
  if (filter.outcome !== undefined) query = query.where('outcome', '=', filter.outcome as Outcome);
  if (filter.limit !== undefined) query = query.limit(filter.limit);
  const found = await readHistories(
    store,
    await query.execute(),
    filter.limit === undefined ? 'all' : 'rows',
  );
  return found.map(({ record }) => record);
}

export interface ExportFilter {
  /** ISO 8601 UTC: only sessions that started then or later. */
  readonly since?: string;
  readonly category?: string;
}

/** The next `limit` records behind `afterSeq`, in the order in which they were written; filtered as they stand now. */
export async function listStored(
  store: Store,
  afterSeq: number,
  limit: number,
  filter: ExportFilter = {},
): Promise<(RecordHistory & { readonly seq: number })[]> {
  const records = store.selectFrom('records').select(['seq', 'session_id', 'body']);
  let query = records.where('seq', '>', afterSeq).orderBy('seq');
  if (filter.since !== undefined) query = query.where('started_at', '>=', filter.since);
  if (filter.category !== undefined) query = query.where('category', '=', filter.category);
  return readHistories(store, await query.limit(limit).execute());
}
