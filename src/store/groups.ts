import type { Selectable } from 'kysely';
import type { CategoryName } from '../domain/ids.ts';
import type { SessionGroup } from '../domain/record-facts.ts';
import { fromModeBits } from './mode-bits.ts';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';

/** The columns of a group: groups differ in at least one of them. */
export type GroupColumns = Omit<Selectable<Tables['groups']>, 'id' | 'combination'>;

/** The ids of these groups, in their order. Groups that are new get one. Called in a transaction that writes. */
export async function requireGroups(
  transaction: Store,
  groups: readonly GroupColumns[],
): Promise<readonly number[]> {
  const wanted = new Map(groups.map((group) => [JSON.stringify(Object.values(group)), group]));
  const rows = await transaction
    .selectFrom('groups')
    .select(['id', 'combination'])
    .where('combination', 'in', [...wanted.keys()])
    .execute();
  const ids = new Map(rows.map(({ combination, id }) => [combination, id]));
  for (const [combination, group] of wanted) {
    if (ids.has(combination)) continue;
    const added = await transaction
      .insertInto('groups')
      .values({ combination, ...group })
      .returning('id')
      .executeTakeFirstOrThrow();
    ids.set(combination, added.id);
  }
  return groups.map((group) => ids.get(JSON.stringify(Object.values(group))) ?? 0);
}

/** All groups by id: some thousands even where there are a million sessions. */
export async function readGroups(store: Store): Promise<ReadonlyMap<number, SessionGroup>> {
  const rows = await store.selectFrom('groups').selectAll().execute();
  return new Map(rows.map((row) => [row.id, toGroup(row)]));
}

function toGroup(row: GroupColumns): SessionGroup {
  return {
    category: row.category as CategoryName,
    harness: row.harness,
    model: row.model,
    modelAsked: row.model_asked,
    runType: row.run_type,
    attended: row.attended,
    source: row.is_imported === 1 ? 'import' : row.source,
    outcome: row.outcome,
    failureModes: fromModeBits(row.modes),
    feedsBelief: row.feeds_belief === 1,
    isContained: row.is_contained === null ? null : row.is_contained === 1,
  };
}
