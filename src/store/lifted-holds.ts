import type { CategoryName } from '../domain/ids.ts';
import type { Store } from './store.ts';

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
