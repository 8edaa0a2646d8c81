import { sql } from 'kysely';
import type { SessionUse } from '../domain/choice.ts';
import { TURNED_AWAY } from '../domain/turned-away.ts';
import type { CategoryName, SessionId } from '../domain/ids.ts';
import type { OwnFacts, RecordFacts, SessionGroup } from '../domain/record-facts.ts';
import { unindexed } from './dialect/fragments.ts';
import { readFacts } from './group-records.ts';
import { readGroups } from './groups.ts';
import { toModeBits } from './mode-bits.ts';
import { newestOf } from './past-sessions.ts';
import type { Store } from './store.ts';
import { TRACES } from './trace-bits.ts';

/** The records after one and up to another, in the order in which they were written: the order of the fold. */
export async function listFacts(store: Store, after = 0, upTo = Infinity): Promise<RecordFacts[]> {
  return readRows(store, (facts) => facts.where('seq', '>', after).where('seq', '<=', upTo).orderBy('seq'));
}

/** The sessions that ended at or after a time, newest first. */
export async function listFactsSince(store: Store, since: string): Promise<RecordFacts[]> {
  return readRows(store, (facts) =>
    facts.where('ended_at', '>=', since).orderBy(unindexed('started_at'), 'desc'),
  );
}

/** The newest `limit` sessions that are unattended or never got to work, newest first. */
export async function listRecentFacts(store: Store, limit: number): Promise<RecordFacts[]> {
  return readRows(store, (facts) => ofAttention(facts, false).limit(limit));
}

type FactsQuery = ReturnType<typeof selectFacts>;

async function readRows(store: Store, narrow: (facts: FactsQuery) => FactsQuery): Promise<RecordFacts[]> {
  return readFacts(store, async (transaction) => {
    const rows = await narrow(selectFacts(transaction)).select(['ended_at as endedAt', 'traces']).execute();
    const groups = await readGroups(transaction);
    return rows.map(({ group_id, traces, ...own }) => {
      const isByPerson = (traces & TRACES.byPerson) > 0;
      return { ...groupWith(groups, group_id), ...own, isByPerson };
    });
  });
}

/** One index has all of these. */
function selectFacts(store: Store) {
  return store
    .selectFrom('record_facts')
    .select(['group_id', 'session_id as id', 'started_at as startedAt', 'grade'])
    .select(['leftovers as leftoverCount', 'survivors as survivorCount']);
}

function groupWith(groups: ReadonlyMap<number, SessionGroup>, id: number): SessionGroup {
  const group = groups.get(id);
  if (group === undefined) throw new Error(`no group has the id ${id}`);
  return group;
}

/** Called with one session after the other. */
export type Visit = (group: SessionGroup, own: OwnFacts) => void;

/** The number of sessions in memory at once. */
const PART = 16_384;

/**
 * Visits the newest `limit` sessions, newest first: the unattended ones and those that never got to
 * work, or with `isAttended` those that a person steered, or may have.
 *
 * @returns how many there are of each group, visited or not
 */
export async function visitRecent(
  store: Store,
  limit: number,
  isAttended: boolean,
  visit: Visit,
): Promise<GroupCount[]> {
  return readFacts(store, async (transaction) => {
    await visitParts(transaction, visit, '<', (facts) => ofAttention(facts, isAttended), { limit });
    return countByGroup(transaction);
  });
}

/** How many sessions a group has. */
export interface GroupCount {
  readonly group: SessionGroup;
  readonly sessions: number;
  /** Those of them that started at or after the time that was asked about. */
  readonly recent: number;
}

/** The sessions of all groups, and those of them that started at or after a time: what a report leaves out is among them. */
export async function countByGroup(store: Store, since = ''): Promise<GroupCount[]> {
  return readFacts(store, async (transaction) => {
    const groups = await readGroups(transaction);
    const rows = await transaction
      .selectFrom('record_facts')
      .select(({ fn }) => [
        'group_id',
        fn.countAll<number>().as('sessions'),
        sql<number>`count(*) FILTER (WHERE started_at >= ${since})`.as('recent'),
      ])
      .groupBy('group_id')
      .execute();
    return rows.map(({ group_id, ...counts }) => ({ group: groupWith(groups, group_id), ...counts }));
  });
}

/** Newest first. A session that never got to work failed to start, with a person or without. */
function ofAttention(facts: FactsQuery, isAttended: boolean): FactsQuery {
  return facts
    .where(unindexed<number>('group_id'), 'in', (from) => {
      const ids = from.selectFrom('groups').select('id');
      return isAttended
        ? ids.where('attended', '<>', 'no')
        : ids.where((group) => group('attended', '=', 'no').or('outcome', '=', 'not-run'));
    })
    .orderBy('started_at', 'desc')
    .orderBy('session_id');
}

/** Visits the sessions of categories that were started here at or after a time, oldest first. */
export async function visitStartedSince(store: Store, since: string, visit: Visit): Promise<void> {
  const ofCategories = (facts: FactsQuery): FactsQuery =>
    facts
      .where(unindexed<number>('group_id'), 'in', (from) =>
        from.selectFrom('groups').select('id').where('is_imported', '=', 0).where('run_type', '<>', 'oneoff'),
      )
      .orderBy('started_at')
      .orderBy('session_id');
  await visitParts(store, visit, '>', ofCategories, { since });
}

/** Visits the first `limit` sessions of a query in order of time, of which a part is in memory at once. */
async function visitParts(
  store: Store,
  visit: Visit,
  direction: '<' | '>',
  ordered: (facts: FactsQuery) => FactsQuery,
  { limit = Infinity, since = '' },
): Promise<void> {
  await readFacts(store, async (transaction) => {
    const groups = await readGroups(transaction);
    const query = ordered(selectFacts(transaction));
    let part = since === '' ? query : query.where('started_at', '>=', since);
    for (let left = limit; left > 0;) {
      const rows = await part.limit(Math.min(left, PART)).execute();
      for (const row of rows) visit(groupWith(groups, row.group_id), row);
      const last = rows.at(-1);
      if (last) part = query.where(behind(last, direction));
      left = rows.length < PART ? 0 : left - PART;
    }
  });
}

/** The sessions behind one: in the order of times, and of ids between equal times. */
function behind({ id, startedAt }: { id: SessionId; startedAt: string }, direction: '<' | '>') {
  const time = sql.ref('started_at');
  const isLater = sql`(${time} ${sql.raw(direction)} ${startedAt} OR session_id > ${id})`;
  return sql<boolean>`${time} ${sql.raw(direction)}= ${startedAt} AND ${isLater}`;
}

/** When the last session of each category that got to work was started here, ISO 8601 UTC. */
export async function lastStarts(store: Store): Promise<ReadonlyMap<string, string>> {
  const rows = await readFacts(store, async (transaction) =>
    transaction
      .selectFrom('groups')
      .select('category')
      .select((each) =>
        each
          .selectFrom('record_facts')
          .select((of) => of.fn.max('started_at').as('at'))
          .whereRef('group_id', '=', 'groups.id')
          .as('at'),
      )
      .where('is_imported', '=', 0)
      .where('outcome', '<>', 'not-run')
      .execute(),
  );
  const latest = new Map<string, string>();
  for (const { category, at } of rows)
    if (at !== null && at > (latest.get(category) ?? '')) latest.set(category, at);
  return latest;
}

/** How often each category started since a time, and when the first of all did; null where none has. */
export async function countStarts(
  store: Store,
  since: string,
): Promise<{ readonly first: string | null; readonly starts: ReadonlyMap<string, number> }> {
  const rows = await readFacts(store, async (transaction) =>
    sessionsHere(transaction)
      .select(({ fn }) => [
        'groups.category',
        fn.countAll<number>().as('count'),
        fn.min('facts.started_at').as('first'),
      ])
      .where('facts.started_at', '>=', since)
      // An outage is no attention that a category has had.
      .where('groups.outcome', '<>', 'not-run')
      .groupBy('groups.category')
      .execute(),
  );
  return {
    first: rows.map(({ first }) => first).toSorted()[0] ?? null,
    starts: new Map(rows.map(({ category, count }) => [category, count])),
  };
}

/** Sessions that ran here, with their groups. A condition over their time decides the order in which they are found. */
function sessionsHere(store: Store) {
  return store
    .selectFrom('record_facts as facts')
    .innerJoin('groups', (join) => join.on('groups.id', '=', unindexed<number>('facts.group_id')))
    .where('groups.source', '=', 'run')
    .where('groups.is_imported', '=', 0);
}

/** See `wasTurnedAway`. */
const PROVIDER_BITS = toModeBits([...TURNED_AWAY]);

/** How many sessions of other categories started after a time, without those that were turned away. */
export async function countOthersSince(
  store: Store,
  category: CategoryName,
  since: string,
  isImportedToo: boolean,
): Promise<number> {
  return readFacts(store, async (transaction) => {
    let query = transaction
      .selectFrom('record_facts as facts')
      .innerJoin('groups', 'groups.id', 'facts.group_id')
      .select((of) => of.fn.countAll<number>().as('count'))
      .where('facts.started_at', '>', since)
      .where('groups.category', '<>', category)
      .where(sql<boolean>`NOT (groups.outcome = 'not-run' AND groups.modes & ${PROVIDER_BITS} <> 0)`);
    if (!isImportedToo) query = query.where('groups.source', '=', 'run').where('groups.is_imported', '=', 0);
    return (await query.executeTakeFirst())?.count ?? 0;
  });
}

/** What the sessions of one category used. */
export interface CategoryUsage extends SessionUse {
  readonly category: string;
  /** Sessions whose agent worked and whose use nobody reported. */
  readonly silentTokens: number;
  readonly silentCost: number;
}

/** What the sessions used that ended here since a time, ISO 8601 UTC, by category. */
export async function sumUsage(store: Store, since: string): Promise<CategoryUsage[]> {
  const worked = sql`groups.outcome <> 'not-run'`;
  return readFacts(store, async (transaction) =>
    sessionsHere(transaction)
      .select([
        'groups.category',
        sql<number>`coalesce(sum(facts.tokens), 0)`.as('tokens'),
        sql<number>`coalesce(sum(facts.cost_usd), 0)`.as('costUsd'),
        sql<number>`count(*) FILTER (WHERE facts.tokens IS NULL AND ${worked})`.as('silentTokens'),
        sql<number>`count(*) FILTER (WHERE facts.cost_usd IS NULL AND ${worked})`.as('silentCost'),
      ])
      .where('facts.ended_at', '>=', since)
      .groupBy('groups.category')
      .execute(),
  );
}

/** What a session of these categories uses on average, by their last `limit` that reported; 0 where none did. */
export async function averageUse(
  store: Store,
  categories: readonly string[],
  limit: number,
): Promise<SessionUse> {
  return readFacts(store, async (transaction) => {
    const average = async (column: 'tokens' | 'cost_usd'): Promise<number> => {
      const rows = await newestOf(transaction, categories, limit, (facts) =>
        facts.where(column, 'is not', null),
      )
        .select(`facts.${column} as value`)
        .execute();
      return rows.reduce((sum, row) => sum + (row.value ?? 0), 0) / Math.max(1, rows.length);
    };
    return { tokens: await average('tokens'), costUsd: await average('cost_usd') };
  });
}
