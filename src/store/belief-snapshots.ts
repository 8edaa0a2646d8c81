import { lastSeq } from './last-seq.ts';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';

/** What a fold came to at a record. A cache: without it the same comes out, later. */
export type BeliefSnapshot = Readonly<Pick<Tables['belief_snapshots'], 'seq' | 'arms'>>;

/** The newest of a fold. Those that an amended record is in are gone: a trigger drops them with the amendment. */
export async function findSnapshot(store: Store, fold: string): Promise<BeliefSnapshot | null> {
  const row = await store
    .selectFrom('belief_snapshots')
    .select(['seq', 'arms'])
    .where('fold', '=', fold)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/**
 * Keeps snapshots of a fold, unless a record was amended since they were made: then they may be wrong and are not kept.
 *
 * @param amendedAt the place of the newest amendment, read in the transaction in which the records were read
 * @param kept the places whose snapshots stay; all others of that fold go
 */
export async function saveSnapshots(
  store: Store,
  fold: string,
  snapshots: readonly BeliefSnapshot[],
  kept: readonly number[],
  amendedAt: number,
): Promise<void> {
  await store.transaction().execute(async (transaction) => {
    if ((await lastSeq(transaction, 'amendments')) !== amendedAt) return;
    for (const { seq, arms } of snapshots)
      await transaction
        .insertInto('belief_snapshots')
        .values({ fold, seq, arms })
        .onConflict((conflict) => conflict.columns(['fold', 'seq']).doNothing())
        .execute();
    await transaction
      .deleteFrom('belief_snapshots')
      .where('fold', '=', fold)
      .where('seq', 'not in', kept)
      .execute();
  });
}

/** Drops all of them, of every fold and version. @returns how many there were */
export async function dropSnapshots(store: Store): Promise<number> {
  const done = await store.deleteFrom('belief_snapshots').executeTakeFirst();
  return Number(done.numDeletedRows);
}
