import { effectiveRecord, type Amendment } from '../domain/amendment.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { SessionRecord } from '../domain/record.ts';
import type { FailureMode } from '../domain/failure-mode.ts';
import type { CategoryName, SessionId } from '../domain/ids.ts';
import type { Outcome } from '../domain/verdict.ts';
import { listAmendments } from './amendments.ts';
import { insertOwners, ownedCommits } from './commits.ts';
import { insertEvidence } from './evidence.ts';
import { fromModeBits } from './mode-bits.ts';
import { toColumns, WRITTEN_NOW } from './record-columns.ts';
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
      .values({
        ...toColumns(record),
        session_id: record.id,
        written_at: WRITTEN_NOW,
        body: JSON.stringify(record),
      })
      .onConflict((conflict) => conflict.column('session_id').doNothing())
      .executeTakeFirst();
    if (done.numInsertedOrUpdatedRows === 0n) return false;
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

/** Effective records, newest first. */
export async function listRecords(
  store: Store,
  filter: { category?: string; outcome?: string; limit?: number } = {},
): Promise<SessionRecord[]> {
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

/** What reports and beliefs read of a record: columns only, so that a million of them cost no JSON. */
export interface RecordFacts {
  readonly id: SessionId;
  readonly category: CategoryName;
  readonly harness: string;
  readonly model: string | null;
  readonly attended: string;
  /** How it came here: one that was made by a run elsewhere, exported and imported is `import`. */
  readonly source: string;
  readonly outcome: Outcome;
  readonly grade: number | null;
  readonly failureModes: readonly FailureMode[];
  readonly feedsBelief: boolean;
  readonly leftoverCount: number;
  readonly survivorCount: number;
  readonly isContained: boolean | null;
  readonly startedAt: string;
  readonly endedAt: string;
}

const FACTS = [
  'session_id',
  'category',
  'harness',
  'model',
  'attended',
  'source',
  'is_imported',
  'outcome',
  'grade',
  'modes',
  'feeds_belief',
  'leftovers',
  'survivors',
  'is_contained',
  'started_at',
  'ended_at',
] as const;

/** In the order in which they were written: the order of the fold. */
export async function listFacts(store: Store): Promise<RecordFacts[]> {
  const rows = await store.selectFrom('records').select(FACTS).orderBy('seq').execute();
  return rows.map(toFacts);
}

/** The facts of the newest `limit` unattended sessions, newest first. */
export async function listRecentFacts(store: Store, limit: number): Promise<RecordFacts[]> {
  const rows = await store
    .selectFrom('records')
    .select(FACTS)
    .where('attended', '=', 'no')
    .orderBy('started_at', 'desc')
    .orderBy('session_id')
    .limit(limit)
    .execute();
  return rows.map(toFacts);
}

/** The facts of sessions that ended at or after a time, newest first. */
export async function listFactsSince(store: Store, since: string): Promise<RecordFacts[]> {
  const rows = await store
    .selectFrom('records')
    .select(FACTS)
    .where('ended_at', '>=', since)
    .orderBy('started_at', 'desc')
    .execute();
  return rows.map(toFacts);
}

type FactsRow = {
  [K in (typeof FACTS)[number]]: K extends 'grade' | 'is_contained'
    ? number | null
    : K extends 'modes' | 'feeds_belief' | 'is_imported' | 'leftovers' | 'survivors'
      ? number
      : string | null;
};

function toFacts(row: FactsRow): RecordFacts {
  return {
    id: String(row.session_id) as SessionId,
    category: String(row.category) as CategoryName,
    harness: String(row.harness),
    model: row.model,
    attended: String(row.attended),
    source: row.is_imported === 1 ? 'import' : String(row.source),
    outcome: row.outcome as Outcome,
    grade: row.grade,
    failureModes: fromModeBits(row.modes),
    feedsBelief: row.feeds_belief === 1,
    leftoverCount: row.leftovers,
    survivorCount: row.survivors,
    isContained: row.is_contained === null ? null : row.is_contained === 1,
    startedAt: String(row.started_at),
    endedAt: String(row.ended_at),
  };
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
