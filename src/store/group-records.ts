import type { Amendment } from '../domain/amendment.ts';
import type { SessionId } from '../domain/ids.ts';
import { systemClock, type Clock } from '../lib/clock.ts';
import { listAmendments } from './amendment-rows.ts';
import { FACTS_VERSION, groupOf, readBody, toFactsRow } from './fact-rows.ts';
import { requireGroups } from './groups.ts';
import type { Store } from './store.ts';
import { usageLines } from './usage-lines.ts';

// Every record has one row of facts. The process that writes or amends a record writes the row in the same transaction.
// Other records have no row yet, or an older one: triggers mark those that an older process writes, the records from before
// the facts are grouped the oldest first, and rows of an older version are written again. All of it is done in batches.

/** The most records of one transaction, and those of the first. In between, the time that a record takes decides. */
export const LARGEST_BATCH = 1000;
const FIRST_BATCH = 100;
/** How long a batch may hold the write lock. Only a slow disk exceeds it: a batch shrinks to one record. */
const BATCH_MS = 50;

/** Called after each batch with the number of records that are grouped, and of all that had to be. */
export type OnGrouped = (done: number, total: number) => void;

/**
 * Reads facts at one moment at which each record has its own. It first groups the records that are not grouped. Inside a
 * transaction it only reads, because its caller has grouped them.
 */
export async function readFacts<T>(store: Store, read: (transaction: Store) => Promise<T>): Promise<T> {
  if (store.isTransaction) return read(store);
  for (;;) {
    await groupRecords(store);
    const found = await readOnce(store, async (transaction) => {
      // An older process may have written between the last batch and this moment.
      if (!(await isGrouped(transaction))) return null;
      return { value: await read(transaction) };
    });
    if (found) return found.value;
  }
}

/** Reads at one moment, facts as they are. No writer has to wait for it. */
export async function readOnce<T>(store: Store, read: (transaction: Store) => Promise<T>): Promise<T> {
  return store.transaction().setAccessMode('read only').execute(read);
}

/**
 * Groups all records that are not grouped yet, in short transactions. A process that is killed has lost no more than its
 * last batch, and several may do it at once.
 */
export async function groupRecords(
  store: Store,
  onGrouped: OnGrouped = () => undefined,
  clock: Clock = systemClock,
): Promise<void> {
  const total = await countUngrouped(store);
  let done = 0;
  for (let size = FIRST_BATCH; !(await isGrouped(store));) {
    let startMs = 0;
    done += await store.transaction().execute(async (transaction) => {
      // The time before the lock is held does not count: other processes can write meanwhile.
      startMs = clock.monotonicMs();
      return groupBatch(transaction, size);
    });
    const tookMs = Math.max(1, clock.monotonicMs() - startMs);
    size = Math.max(1, Math.min(LARGEST_BATCH, size * 2, Math.floor((size * BATCH_MS) / tookMs)));
    onGrouped(Math.min(done, total), total);
  }
}

/** How far the records from before the facts are grouped. */
function howFar(store: Store): Promise<{ done: number; last: number }> {
  return store.selectFrom('grouping').select(['done', 'last']).executeTakeFirstOrThrow();
}

/** How many records are not grouped yet. Those from before the facts are counted by their places in the order of writing. */
async function countUngrouped(store: Store): Promise<number> {
  const { done, last } = await howFar(store);
  const marks = await store
    .selectFrom('record_marks')
    .select((of) => of.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const outdated = await outdatedFacts(store)
    .select((of) => of.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return last - done + marks.count + outdated.count;
}

/** Whether every record has its facts. It counts nothing: a reader asks it each time. */
async function isGrouped(store: Store): Promise<boolean> {
  const { done, last } = await howFar(store);
  if (done < last) return false;
  const mark = await store.selectFrom('record_marks').select('seq').limit(1).executeTakeFirst();
  return !mark && !(await outdatedFacts(store).select('seq').limit(1).executeTakeFirst());
}

/** Facts of a newer version are left alone: this process does not know what they hold. */
function outdatedFacts(store: Store) {
  return store.selectFrom('record_facts').where('version', '<', FACTS_VERSION);
}

async function groupBatch(transaction: Store, size: number): Promise<number> {
  const marked = await transaction.selectFrom('record_marks').select('seq').limit(size).execute();
  const { done, last } = await howFar(transaction);
  if (marked.length === 0 && done < last) return groupOlder(transaction, done, last, size);
  const rows =
    marked.length > 0 ? marked : await outdatedFacts(transaction).select('seq').limit(size).execute();
  await groupThese(transaction, rows);
  return rows.length;
}

/** Groups records from before the facts, from the oldest up; gives how many places in their order it came on. */
async function groupOlder(transaction: Store, done: number, last: number, size: number): Promise<number> {
  const rows = await transaction
    .selectFrom('records')
    .select('seq')
    .where('seq', '>', done)
    .where('seq', '<=', last)
    .orderBy('seq')
    .limit(size)
    .execute();
  await groupThese(transaction, rows);
  const to = rows.length < size ? last : (rows.at(-1)?.seq ?? last);
  await transaction.updateTable('grouping').set({ done: to }).execute();
  return to - done;
}

/** The amendments of sessions. A session of which one is damaged has none, and its columns still count. */
async function readableAmendments(
  transaction: Store,
  ids: readonly SessionId[],
): Promise<ReadonlyMap<SessionId, readonly Amendment[]>> {
  try {
    return await listAmendments(transaction, ids);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    if (ids.length === 1) return new Map();
    const parts = [];
    for (const id of ids) parts.push(...(await readableAmendments(transaction, [id])));
    return new Map(parts);
  }
}

/** So many rows of facts go into one statement; SQLite limits its parameters. */
const MOST_ROWS = 500;

/** The place of a record in the order of writing. */
interface Place {
  readonly seq: number;
}

/** Groups what a transaction has just written. */
export async function groupWritten(transaction: Store, rows: readonly Place[]): Promise<void> {
  try {
    await groupThese(transaction, rows);
  } catch {
    // The record stays without its facts. It is marked, so the next reader tries again and says why it cannot.
  }
}

/** Groups these records, by their places, as they stand. The facts of a record that is gone go. */
async function groupThese(transaction: Store, places: readonly Place[]): Promise<void> {
  const seqs = places.map(({ seq }) => seq);
  for (let i = 0; i < seqs.length; i += MOST_ROWS) await groupPart(transaction, seqs.slice(i, i + MOST_ROWS));
}

async function groupPart(transaction: Store, seqs: readonly number[]): Promise<void> {
  const rows = await transaction
    .selectFrom('records')
    .leftJoin('session_hosts', 'session_hosts.session_id', 'records.session_id')
    .selectAll('records')
    .select('session_hosts.host')
    .where('records.seq', 'in', seqs)
    .execute();
  const ids = rows.map(({ session_id }) => session_id);
  const amendments = await readableAmendments(transaction, ids);
  const records = rows.map((row) => readBody(row.body, amendments.get(row.session_id) ?? []));
  const columns = rows.map((row, index) => groupOf(row, records[index] ?? {}));
  const groups = await requireGroups(transaction, columns);
  const facts = rows.map((row, index) => toFactsRow(row, records[index] ?? {}, groups[index] ?? 0));
  const usage = rows.flatMap(({ seq }, index) =>
    usageLines(records[index] ?? {}).map((each, line) => ({ seq, line, ...each })),
  );
  await transaction.deleteFrom('record_facts').where('seq', 'in', seqs).execute();
  await transaction.deleteFrom('usage').where('seq', 'in', seqs).execute();
  if (facts.length > 0) await transaction.insertInto('record_facts').values(facts).execute();
  for (let i = 0; i < usage.length; i += MOST_ROWS)
    await transaction
      .insertInto('usage')
      .values(usage.slice(i, i + MOST_ROWS))
      .execute();
  await transaction.deleteFrom('record_marks').where('seq', 'in', seqs).execute();
}
