import type { CommitCheck } from '../domain/evidence.ts';
import type { Store } from './store.ts';

/** What a check command said of a tree before, or null. */
export async function findCheck(store: Store, tree: string, command: string): Promise<CommitCheck | null> {
  const query = store.selectFrom('checks').select(['result', 'detail']);
  return (await query.where((is) => is.and({ tree, command })).executeTakeFirst()) ?? null;
}

export async function saveCheck(
  store: Store,
  tree: string,
  command: string,
  { result, detail }: CommitCheck,
  at: string,
): Promise<void> {
  const said = { result, detail, at };
  await store
    .insertInto('checks')
    .values({ tree, command, ...said })
    .onConflict((conflict) => conflict.columns(['tree', 'command']).doUpdateSet(said))
    .execute();
}
