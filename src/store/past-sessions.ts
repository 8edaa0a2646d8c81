import { sql } from 'kysely';
import type { FailedStart, PastSession } from '../domain/choice.ts';
import type { CategoryName } from '../domain/ids.ts';
import type { SessionEnd, SessionRecord } from '../domain/record.ts';
import { readFacts } from './group-records.ts';
import { fromModeBits, toModeBits } from './mode-bits.ts';
import type { Store } from './store.ts';

/**
 * The last recorded sessions of a category that ran here, the one that ended last first. Without those that never got to
 * work: they wear nothing out, and a storm of them would hide what was before.
 */
export async function listPastSessions(
  store: Store,
  category: CategoryName,
  limit: number,
): Promise<PastSession[]> {
  return readFacts(store, async (transaction) => {
    const rows = await newestOf(transaction, [category], limit)
      .select(['groups.outcome', 'groups.feeds_belief as feedsBelief', 'groups.harness', 'groups.model'])
      .select(['facts.seq', 'facts.session_id as id', 'facts.grade'])
      .select(['facts.started_at as startedAt', 'facts.ended_at as endedAt'])
      .where('groups.outcome', '<>', 'not-run')
      .execute();
    // Bodies are long, so only those of these sessions are read.
    const asked = rows.filter(({ outcome }) => outcome === 'blocked' || outcome === 'noop');
    const bodies = await readBodies(transaction, asked);
    return rows.map(({ seq, feedsBelief, ...row }) => {
      const { declared, reasons } = bodies.get(seq) ?? {};
      const text = declared?.reason ?? reasons?.[0] ?? '';
      return { ...row, feedsBelief: feedsBelief === 1, declared: declared?.kind ?? null, text };
    });
  }).then(lastEndedFirst);
}

/** The sessions of a category that could not be set up since one of it last got to work, the one that ended last first. */
export async function listFailedSetups(
  store: Store,
  category: CategoryName,
  limit: number,
): Promise<FailedStart[]> {
  return readFacts(store, async (transaction) => {
    const worked = await newestOf(transaction, [category], 1)
      .select('facts.started_at')
      .where('groups.outcome', '<>', 'not-run')
      .executeTakeFirst();
    const rows = await newestOf(transaction, [category], limit, (facts) =>
      // Without the agent's program: that is its harness's failure, which is parked for it.
      facts.where((is) => is.or([is('exit_code', 'is', null), is('exit_code', 'not in', [126, 127])])),
    )
      .select(['facts.seq', 'facts.session_id as id', 'facts.ended_at as endedAt'])
      .where('facts.started_at', '>', worked?.started_at ?? '')
      .where(sql<number>`groups.modes & ${toModeBits(['setup'])}`, '<>', 0)
      .execute();
    const bodies = await readBodies(transaction, rows);
    return rows.map(({ seq, ...row }) => ({ ...row, text: bodies.get(seq)?.stop?.because ?? '' }));
  }).then(lastEndedFirst);
}

function lastEndedFirst<T extends FailedStart>(starts: readonly T[]): T[] {
  return starts.toSorted((a, b) => (a.endedAt < b.endedAt ? 1 : -1));
}

/**
 * The sessions of categories that started last here, newest first. Each group gives as many as are asked for at the most,
 * so that no more than these are compared, however long the past is.
 */
export function newestOf(
  store: Store,
  categories: readonly string[],
  limit: number,
  narrow: (facts: ReturnType<typeof factsQuery>) => ReturnType<typeof factsQuery> = (facts) => facts,
) {
  return (
    store
      .selectFrom('groups')
      .innerJoin('record_facts as facts', (join) =>
        join.on((on) => {
          const newest = narrow(factsQuery(store)).where('group_id', '=', sql.ref<number>('groups.id'));
          const inOrder = newest.orderBy('started_at', 'desc').orderBy('session_id', 'desc');
          return on('facts.seq', 'in', inOrder.limit(limit));
        }),
      )
      .where('groups.category', 'in', categories)
      // Sessions of another loop do not wear out a category here.
      .where('groups.source', '=', 'run')
      .where('groups.is_imported', '=', 0)
      .orderBy('facts.started_at', 'desc')
      .limit(limit)
  );
}

function factsQuery(store: Store) {
  return store.selectFrom('record_facts').select('record_facts.seq');
}

/** Records as they were first written, by their places. */
async function readBodies(
  store: Store,
  of: readonly { readonly seq: number }[],
): Promise<ReadonlyMap<number, Partial<SessionRecord>>> {
  if (of.length === 0) return new Map();
  const seqs = of.map(({ seq }) => seq);
  const rows = await store.selectFrom('records').select(['seq', 'body']).where('seq', 'in', seqs).execute();
  return new Map(rows.map(({ seq, body }) => [seq, JSON.parse(body) as Partial<SessionRecord>]));
}

/** How the last sessions of a harness ended that ran here, the last recorded one first. */
export async function listHarnessEnds(store: Store, harness: string, limit: number): Promise<SessionEnd[]> {
  const rows = await store
    .selectFrom('records')
    .select(['outcome', 'modes', 'body'])
    .where('harness', '=', harness)
    .where('source', '=', 'run')
    .where('is_imported', '=', 0)
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ outcome, modes, body }) => {
    const { stop, unreadableLines } = JSON.parse(body) as SessionRecord;
    return { outcome, failureModes: fromModeBits(modes), unreadableLines, stop };
  });
}

/** Notes that a person lifted the hold of a category: what ended before this time holds it no more. */
export async function insertLift(store: Store, category: CategoryName, at: string): Promise<void> {
  await store
    .insertInto('lifted_holds')
    .values({ category, at })
    .onConflict((conflict) => conflict.column('category').doUpdateSet({ at }))
    .execute();
}

/** When each category's hold was last lifted. */
export async function listLifts(store: Store): Promise<ReadonlyMap<string, string>> {
  const rows = await store.selectFrom('lifted_holds').selectAll().execute();
  return new Map(rows.map(({ category, at }) => [category, at]));
}
