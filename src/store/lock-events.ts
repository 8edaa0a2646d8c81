import type { Insertable } from 'kysely';
import type { SessionId } from '../domain/ids.ts';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';

export async function insertLockEvent(
  store: Store,
  {
    sessionId,
    ...event
  }: Omit<Insertable<Tables['lock_events']>, 'session_id'> & { sessionId: SessionId | null },
): Promise<void> {
  await store
    .insertInto('lock_events')
    .values({ ...event, session_id: sessionId })
    .execute();
}

/** One session that had a lock. Both ends are noted while the lock is held, so the order of the notes is the kernel's. */
export interface LockHold {
  readonly lock: string;
  readonly sessionId: SessionId;
  readonly takenSeq: number;
  readonly takenAt: string;
  /** Null while it is held, and where a killed supervisor could not note it. */
  readonly givenSeq: number | null;
  readonly givenAt: string | null;
  /** Where the session is recorded, when it ended. */
  readonly endedAt: string | null;
}

/** Every hold of which some moment lies at or after `since`, in the order in which they were taken. */
export async function listHolds(store: Store, since: string): Promise<LockHold[]> {
  const holds = selectHolds(store);
  const begun = await holds.where('taken.at', '>=', since).execute();
  const earlier = holds.where('taken.at', '<', since);
  const given = await earlier.where('given.at', '>=', since).execute();
  const open = await earlier
    .innerJoin('sessions', 'sessions.id', 'taken.session_id')
    .where('sessions.state', '<>', 'recorded')
    .where('given.seq', 'is', null)
    .execute();
  // Its supervisor was killed between the record and the note.
  const unnoted = await earlier
    .innerJoin('records as own', 'own.session_id', 'taken.session_id')
    .where('own.ended_at', '>=', since)
    .where('given.seq', 'is', null)
    .execute();
  return [...given, ...open, ...unnoted, ...begun].toSorted((a, b) => a.takenSeq - b.takenSeq);
}

function selectHolds(store: Store) {
  return store
    .selectFrom('lock_events as taken')
    .leftJoin('lock_events as given', (join) =>
      join.onRef('given.session_id', '=', 'taken.session_id').on('given.kind', '=', 'released'),
    )
    .leftJoin('records', 'records.session_id', 'taken.session_id')
    .where('taken.kind', '=', 'acquired')
    .select([
      'taken.lock',
      'taken.session_id as sessionId',
      'taken.seq as takenSeq',
      'taken.at as takenAt',
      'given.seq as givenSeq',
      'given.at as givenAt',
      'records.ended_at as endedAt',
    ])
    .$narrowType<{ sessionId: SessionId }>();
}

/** When the first of them was noted, ISO 8601 UTC; null while there is none. */
export async function findFirstLockEvent(store: Store): Promise<string | null> {
  const first = await store.selectFrom('lock_events').select('at').orderBy('seq').limit(1).executeTakeFirst();
  return first?.at ?? null;
}

/** How many starts each lock turned away since then. */
export async function countRefusals(store: Store, since: string): Promise<ReadonlyMap<string, number>> {
  const rows = await store
    .selectFrom('lock_events')
    .select(['lock', (each) => each.fn.countAll<number>().as('count')])
    .where('kind', '=', 'refused')
    .where('at', '>=', since)
    .groupBy('lock')
    .execute();
  return new Map(rows.map(({ lock, count }) => [lock, count]));
}
