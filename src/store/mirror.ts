import type { Amendment } from '../domain/amendment.ts';
import { toAmendment } from './amendment-rows.ts';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';

/** How far a mirror file has come. */
export type MirrorCursor = Readonly<Tables['mirrors']>;

export async function findMirrorCursor(store: Store, file: string): Promise<MirrorCursor | null> {
  const row = await store.selectFrom('mirrors').selectAll().where('file', '=', file).executeTakeFirst();
  return row ?? null;
}

export async function saveMirrorCursor(store: Store, cursor: MirrorCursor): Promise<void> {
  await store
    .insertInto('mirrors')
    .values(cursor)
    .onConflict((conflict) => conflict.column('file').doUpdateSet(cursor))
    .execute();
}

/** The next amendments behind a place, in the order in which they were written. */
export async function listAmendmentsAfter(
  store: Store,
  afterSeq: number,
  limit: number,
): Promise<{ seq: number; amendment: Amendment }[]> {
  const rows = await store
    .selectFrom('amendments')
    .selectAll()
    .where('seq', '>', afterSeq)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ seq: row.seq, amendment: toAmendment(row) }));
}
