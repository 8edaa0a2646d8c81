import { effectiveRecord, type Amendment } from '../domain/amendment.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { SessionRecord } from '../domain/record.ts';
import type { SessionId } from '../domain/ids.ts';
import { listAmendments } from './amendment-rows.ts';
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
    await groupWritten(transaction, [done.seq]);
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

/** The record as it stands, and as it was first written, with what came between. */
export interface RecordHistory {
  readonly record: SessionRecord;
  readonly original: SessionRecord;
  readonly amendments: readonly Amendment[];
}

export async function findRecord(store: Store, id: SessionId): Promise<RecordHistory | null> {
  const row = await store
    .selectFrom('records')
    .select('body')
    .where('session_id', '=', id)
    .executeTakeFirst();
  if (!row) return null;
  const original = JSON.parse(row.body) as SessionRecord;
  const amendments = (await listAmendments(store, [id])).get(id) ?? [];
  return { record: effectiveRecord(original, amendments), original, amendments };
}

export interface RecordFilter {
  readonly category?: string | undefined;
  readonly outcome?: string | undefined;
  /** Number of newest records. Default: all. */
  readonly limit?: number | undefined;
}

/** Effective records, newest first. */
export async function listRecords(store: Store, filter: RecordFilter = {}): Promise<SessionRecord[]> {
  let query = store.selectFrom('records').select('body').orderBy('started_at', 'desc').orderBy('seq', 'desc');
  if (filter.category !== undefined) query = query.where('category', '=', filter.category);
  if (filter.outcome !== undefined) query = query.where('outcome', '=', filter.outcome);
  if (filter.limit !== undefined) query = query.limit(filter.limit);
  const rows = await query.execute();
  const originals = rows.map((row) => JSON.parse(row.body) as SessionRecord);
  const amendments = await listAmendments(
    store,
    filter.limit === undefined ? undefined : originals.map(({ id }) => id),
  );
  return originals.map((original) => effectiveRecord(original, amendments.get(original.id) ?? []));
}

/** A record as first written with what came after, and its place in the order of writing. */
export interface StoredRecord {
  readonly seq: number;
  readonly original: SessionRecord;
  readonly amendments: readonly Amendment[];
}

/** The next `limit` records behind `afterSeq`, in the order in which they were written; filtered as they stand now. */
export async function listStored(
  store: Store,
  afterSeq: number,
  limit: number,
  filter: { since?: string; category?: string } = {},
): Promise<StoredRecord[]> {
  let query = store.selectFrom('records').select(['seq', 'body']).where('seq', '>', afterSeq).orderBy('seq');
  if (filter.since !== undefined) query = query.where('started_at', '>=', filter.since);
  if (filter.category !== undefined) query = query.where('category', '=', filter.category);
  const rows = await query.limit(limit).execute();
  const originals = rows.map(({ seq, body }) => ({ seq, original: JSON.parse(body) as SessionRecord }));
  const amendments = await listAmendments(
    store,
    originals.map(({ original }) => original.id),
  );
  return originals.map((each) => ({ ...each, amendments: amendments.get(each.original.id) ?? [] }));
}
