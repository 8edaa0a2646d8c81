import { effectiveRecord, type Amendment } from '../domain/amendment.ts';
import type { SessionId } from '../domain/ids.ts';
import type { SessionRecord } from '../domain/record.ts';
import { readHistories, type RecordHistory } from './amendment-rows.ts';
import { writeAmendments } from './amendments.ts';
import { insertOwners, ownedCommits } from './commits.ts';
import { anyOf } from './dialect/fragments.ts';
import { groupWritten } from './group-records.ts';
import { toNewRow } from './record-columns.ts';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';

/** A record from outside, or what came after one. */
export interface Incoming {
  readonly id: SessionId;
  /** Null where only amendments came. */
  readonly record: SessionRecord | null;
  /** Those that came with it. */
  readonly amendments: readonly Amendment[];
  /**
   * What is to be written where the session has a record already, null when that is another one. Asked inside the
   * transaction.
   */
  readonly missing: (known: KnownRecord) => readonly Amendment[] | null;
  /** Where its commits are; the importing project's own repository without it. */
  readonly repository?: string;
}

export interface KnownRecord extends Pick<RecordHistory, 'original' | 'amendments'> {
  /** Whether it was judged here, by evidence: a row that only tells of it knows less. */
  readonly hasEvidence: boolean;
}

/** `other`: the session has another record, which stays · `orphan`: an amendment of a session without a record. */
export type SaveResult = 'new' | 'updated' | 'unchanged' | 'other' | 'orphan';

/** How far a file has been read. */
export type Bookmark = Readonly<Tables['imports']>;

/** So many records go into one statement; SQLite limits its parameters. */
const MOST_ROWS = 500;

/**
 * Writes records from outside, with their amendments, in one transaction: whoever is killed before its end has written
 * nothing. A session that has a record keeps it; what it lacks becomes an amendment.
 *
 * @param store may be a transaction of the caller's
 * @returns what became of each, in their order
 */
export async function saveIncoming(
  store: Store,
  incoming: readonly Incoming[],
  repository: string,
): Promise<SaveResult[]> {
  if (!store.isTransaction)
    return store.transaction().execute((transaction) => saveIncoming(transaction, incoming, repository));
  const results: SaveResult[] = [];
  for (let i = 0; i < incoming.length; i += MOST_ROWS)
    results.push(...(await savePart(store, incoming.slice(i, i + MOST_ROWS), repository)));
  return results;
}

async function savePart(
  transaction: Store,
  incoming: readonly Incoming[],
  repository: string,
): Promise<SaveResult[]> {
  const ids = [...new Set(incoming.map(({ id }) => id))];
  const known = await findKnown(transaction, ids);
  const open = await findOpen(transaction, ids);
  const added: Added[] = [];
  const results: (SaveResult | null)[] = incoming.map((each) => {
    const { id, record, amendments } = each;
    if (open.has(id)) return 'other';
    if (known.has(id)) return null;
    if (record === null) return 'orphan';
    // A session may stand twice in one part: the second meets what the first made of it.
    const made = { original: record, amendments, hasEvidence: false };
    known.set(id, made);
    added.push({ ...made, id, repository: each.repository ?? repository });
    return 'new';
  });
  await insertAll(transaction, added);
  for (const [index, each] of incoming.entries())
    results[index] ??= await amendKnown(transaction, known, each);
  return results.map((result) => result ?? 'unchanged');
}

async function amendKnown(
  transaction: Store,
  known: Map<SessionId, KnownRecord>,
  { id, missing }: Incoming,
): Promise<SaveResult> {
  const before = known.get(id);
  const changes = before ? missing(before) : null;
  if (!before || changes === null) return 'other';
  if (changes.length === 0) return 'unchanged';
  await writeAmendments(transaction, effectiveRecord(before.original, before.amendments), changes);
  known.set(id, { ...before, amendments: [...before.amendments, ...changes] });
  return 'updated';
}

async function findKnown(store: Store, ids: readonly SessionId[]): Promise<Map<SessionId, KnownRecord>> {
  const rows = await store
    .selectFrom('records')
    .leftJoin('evidence', 'evidence.session_id', 'records.session_id')
    .select(['records.session_id', 'records.body', 'evidence.session_id as judged'])
    .where('records.session_id', 'in', ids)
    .execute();
  const known = await readHistories(store, rows);
  return new Map(known.map((each) => [each.id, { ...each, hasEvidence: each.judged !== null }]));
}

/** Sessions of this very state that still run: their record is written here, by whoever supervises them. */
async function findOpen(store: Store, ids: readonly SessionId[]): Promise<Set<SessionId>> {
  const rows = await store
    .selectFrom('sessions')
    .select('id')
    .where('id', 'in', ids)
    .where('state', '<>', 'recorded')
    .execute();
  return new Set(rows.map(({ id }) => id));
}

interface Added extends KnownRecord {
  readonly id: SessionId;
  readonly repository: string;
}

async function insertAll(transaction: Store, added: readonly Added[]): Promise<void> {
  if (added.length === 0) return;
  const rows = added.map(({ id, original }) => ({ ...toNewRow(original), session_id: id, is_imported: 1 }));
  const inserted = await transaction.insertInto('records').values(rows).returning('seq').execute();
  await groupWritten(transaction, inserted);
  for (const { original, amendments, repository } of added) {
    await writeAmendments(transaction, original, amendments);
    await insertOwners(transaction, repository, original.id, ownedCommits(original));
  }
}

/** All that is remembered, by file. */
export async function listBookmarks(store: Store): Promise<Map<string, Bookmark>> {
  const rows = await store.selectFrom('imports').selectAll().execute();
  return new Map(rows.map((row) => [row.file, row]));
}

export async function findBookmark(store: Store, file: string): Promise<Bookmark | undefined> {
  return store.selectFrom('imports').selectAll().where('file', '=', file).executeTakeFirst();
}

export async function saveBookmark(store: Store, bookmark: Bookmark): Promise<void> {
  await store
    .insertInto('imports')
    .values(bookmark)
    .onConflict((conflict) => conflict.column('file').doUpdateSet(bookmark))
    .execute();
}

/** How many of these sessions have which outcome, and who sat at them, as their records stand. */
export async function countVerdicts(
  store: Store,
  ids: ReadonlySet<SessionId>,
): Promise<{ outcome: string; attended: string; sessions: number }[]> {
  return store
    .selectFrom('records')
    .select(({ fn }) => ['outcome', 'attended', fn.countAll<number>().as('sessions')])
    .where('session_id', 'in', anyOf(ids))
    .groupBy(['outcome', 'attended'])
    .execute();
}
