import type { Store } from './store.ts';

export interface StoredCheck {
  readonly result: 'passed' | 'failed' | 'not-run';
  readonly detail: string;
}

/** What a check command said of a tree before, or null. */
export async function findCheck(store: Store, tree: string, command: string): Promise<StoredCheck | null> {
  const row = await store
    .selectFrom('checks')
    .select(['result', 'detail'])
    .where('tree', '=', tree)
    .where('command', '=', command)
    .executeTakeFirst();
  return row ? { result: row.result as StoredCheck['result'], detail: row.detail } : null;
}

export async function saveCheck(
  store: Store,
  tree: string,
  command: string,
  check: StoredCheck,
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
