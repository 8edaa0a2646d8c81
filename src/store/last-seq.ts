import type { Store } from './store.ts';
import type { Cursor } from './tables.ts';

/**
 * The place of the newest row in the order of writing; 0 before the first. While that of the amendments is the same, what
 * was read of records still holds.
 */
export async function lastSeq(store: Store, table: 'records' | 'amendments' | 'choices'): Promise<number> {
  const newest = store.selectFrom(table).select('seq').orderBy('seq', 'desc').limit(1);
  return (await newest.executeTakeFirst())?.seq ?? 0;
}

/** The place of a reader that has everything. */
export async function newestCursor(store: Store): Promise<Cursor> {
  return {
    record_seq: await lastSeq(store, 'records'),
    amendment_seq: await lastSeq(store, 'amendments'),
  };
}
