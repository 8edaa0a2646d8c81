import { sql, type ExpressionBuilder } from 'kysely';
import type { SessionId } from '../domain/ids.ts';
import { readPlan, type Plan } from '../domain/plan.ts';
import { newestCursor } from './last-seq.ts';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';

/** A table in which rows are only added, in the order of their `seq`. */
type Stream = 'records' | 'amendments';

/** One row of a stream, for one sink. */
export interface ItemKey {
  readonly sink: string;
  readonly stream: Stream;
  readonly seq: number;
}

/** An item that a sink has not got yet. */
export interface Delivery extends ItemKey {
  readonly sessionId: SessionId;
  /** Failed tries so far. */
  readonly attempts: number;
  /** Tries since the last failure that have no end. */
  readonly begun: number;
  /** Why the last one failed; null before the first. */
  readonly because: string | null;
}

/** The streams and items of one sink. */
export interface Reader {
  readonly name: string;
  readonly streams: readonly Stream[];
  /** Whether it takes items of a session with this plan. Asked inside a transaction, so it must be quick. */
  readonly wants: (plan: Plan) => boolean;
}

/**
 * Notes every new item that the sink wants as an open delivery, and moves the cursor to the newest item, in one
 * transaction. A sink without a cursor gets one at the newest item: older items are not for it.
 *
 * @param written the session whose record this process has just written; a new sink begins with that record
 */
export async function noteNewItems(
  store: Store,
  { name: sink, streams, wants }: Reader,
  written?: SessionId,
): Promise<void> {
  if (await isUpToDate(store, sink)) return;
  await store.transaction().execute(async (transaction) => {
    const cursor = (await findCursor(transaction, sink)) ?? (await beginCursor(transaction, sink, written));
    const to = await newestCursor(transaction);
    for (const stream of streams) {
      const from = stream === 'records' ? cursor.record_seq : cursor.amendment_seq;
      const rows = await ownItems(transaction, stream, from).execute();
      const wanted = rows.filter(({ plan }) => wants(readPlan(plan)));
      for (const { seq, session_id } of wanted)
        await transaction
          .insertInto('deliveries')
          .values({ sink, stream, seq, session_id, state: 'open', attempts: 0, next_at: null, because: null })
          .execute();
    }
    await transaction.updateTable('sinks').set(to).where('name', '=', sink).execute();
  });
}

async function beginCursor(
  store: Store,
  name: string,
  written: SessionId | undefined,
): Promise<Tables['sinks']> {
  const cursor = { name, ...(await newestCursor(store)) };
  const records = store.selectFrom('records').select('seq');
  const first = written && (await records.where('session_id', '=', written).executeTakeFirst());
  if (first) cursor.record_seq = first.seq - 1;
  await store.insertInto('sinks').values(cursor).execute();
  return cursor;
}

async function isUpToDate(store: Store, sink: string): Promise<boolean> {
  const { record_seq, amendment_seq } = await newestCursor(store);
  const cursor = await findCursor(store, sink);
  return cursor?.record_seq === record_seq && cursor.amendment_seq === amendment_seq;
}

async function findCursor(store: Store, sink: string): Promise<Tables['sinks'] | undefined> {
  return store.selectFrom('sinks').selectAll().where('name', '=', sink).executeTakeFirst();
}

/**
 * Later items whose session ran here. They leave out the records of an older stint, which runs their `after` itself. An
 * index passes over imported ones, however many there are.
 */
export function ownItems(store: Store, stream: Stream, afterSeq: number) {
  if (stream === 'records')
    return store
      .selectFrom('records')
      .innerJoin('sessions', 'sessions.id', 'records.session_id')
      .select(['records.seq', 'records.session_id', 'sessions.plan'])
      .where('records.has_outbox', '=', sql.lit(1))
      .where('records.seq', '>', afterSeq)
      .orderBy('records.seq');
  return store
    .selectFrom('amendments')
    .innerJoin('records', 'records.session_id', 'amendments.session_id')
    .innerJoin('sessions', 'sessions.id', 'amendments.session_id')
    .select(['amendments.seq', 'amendments.session_id', 'sessions.plan'])
    .where('records.is_imported', '=', sql.lit(0))
    .where('amendments.seq', '>', afterSeq)
    .orderBy('amendments.seq');
}

/** A query for items of a sink. */
export interface DueFilter {
  readonly now: Date;
  /** The longest wait between two tries: a later time was noted by a clock that was wrong. */
  readonly longestWaitMs: number;
  /** Only those of one session. */
  readonly sessionId?: SessionId | undefined;
}

/** The open items whose next try is due: those that failed least come first. */
export async function listDue(store: Store, sink: string, filter: DueFilter): Promise<Delivery[]> {
  let query = dueItems(store, filter).where('sink', '=', sink).orderBy('attempts').orderBy('seq');
  if (filter.sessionId !== undefined) query = query.where('session_id', '=', filter.sessionId);
  return query.execute();
}

/** The item, if its next try is still due: another process may have delivered it since it was listed. */
export async function findDue(store: Store, key: ItemKey, filter: DueFilter): Promise<Delivery | null> {
  return (await dueItems(store, filter).where(isItem(key)).executeTakeFirst()) ?? null;
}

function dueItems(store: Store, { now, longestWaitMs }: DueFilter) {
  const latest = new Date(now.getTime() + longestWaitMs).toISOString();
  return selectItems(store)
    .where('state', '=', 'open')
    .where((where) =>
      where.or([
        where('next_at', 'is', null),
        where('next_at', '<=', now.toISOString()),
        where('next_at', '>', latest),
      ]),
    );
}

function isItem({ sink, stream, seq }: ItemKey) {
  return (is: ExpressionBuilder<Tables, 'deliveries'>) => is.and({ sink, stream, seq });
}

/** Noted before a try, so that tries which end their own process are counted. */
export async function noteBegun(store: Store, item: Delivery): Promise<void> {
  const next = { begun: item.begun + 1 };
  await store.updateTable('deliveries').set(next).where(isItem(item)).execute();
}

export async function noteDelivered(store: Store, key: ItemKey): Promise<void> {
  await store.deleteFrom('deliveries').where(isItem(key)).execute();
}

/** @param nextAt when it is tried again; null sets it aside */
export async function noteFailed(
  store: Store,
  item: Delivery,
  because: string,
  nextAt: Date | null,
): Promise<void> {
  await store
    .updateTable('deliveries')
    .set({
      state: nextAt === null ? 'aside' : 'open',
      attempts: item.attempts + 1,
      begun: 0,
      next_at: nextAt?.toISOString() ?? null,
      because,
    })
    .where(isItem(item))
    .execute();
}

function selectItems(store: Store) {
  return store
    .selectFrom('deliveries')
    .select(['sink', 'stream', 'seq', 'session_id as sessionId', 'attempts', 'begun', 'because']);
}

/** Items that were tried too often, oldest first. */
export async function listSetAside(store: Store): Promise<Delivery[]> {
  const items = selectItems(store).where('state', '=', 'aside');
  return items.orderBy('sink').orderBy('stream').orderBy('seq').execute();
}

/** Opens all items again that were set aside, as if they had never been tried. */
export async function reopenSetAside(store: Store): Promise<void> {
  await store
    .updateTable('deliveries')
    .set({ state: 'open', attempts: 0, begun: 0, next_at: null })
    .where('state', '=', 'aside')
    .execute();
}
