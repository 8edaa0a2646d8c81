import type { CommitCheck } from '../domain/evidence.ts';
import type { Store } from './store.ts';

/** What a check command said of a tree before, or null. */
export async function findCheck(store: Store, tree: string, command: string): Promise<CommitCheck | null> {
  const row = await store
    .selectFrom('checks')
    .select(['result', 'detail'])
    .where('tree', '=', tree)
    .where('command', '=', command)
    .executeTakeFirst();
  return row ? { result: row.result as CommitCheck['result'], detail: row.detail } : null;
}

export async function saveCheck(
  store: Store,
  tree: string,
  command: string,
  check: CommitCheck,
  at: string,
): Promise<void> {
  await store
    .insertInto('checks')
    .values({ tree, command, result: check.result, detail: check.detail, at })
    .onConflict((conflict) =>
      conflict.columns(['tree', 'command']).doUpdateSet({ result: check.result, detail: check.detail, at }),
    )
    .execute();
}
