import type { Amendment } from '../domain/amendment.ts';
import type { Store } from './store.ts';
import { toAmendment } from './amendment-rows.ts';

/** How far a mirror file has come. */
export interface MirrorCursor {
  readonly file: string;
  /** Of the file that was written to; another one in its place was never written to. */
  readonly inode: string;
  /** Its size after the last append that is known of. */
  readonly size: number;
  readonly record_seq: number;
  readonly amendment_seq: number;
}

export async function findMirrorCursor(store: Store, file: string): Promise<MirrorCursor | null> {
  const row = await store.selectFrom('mirrors').selectAll().where('file', '=', file).executeTakeFirst();
  return row ?? null;
}

export async function saveMirrorCursor(store: Store, cursor: MirrorCursor): Promise<void> {
  await store
    .insertInto('mirrors')
    .values({ ...cursor })
    .onConflict((conflict) => conflict.column('file').doUpdateSet({ ...cursor }))
    .execute();
}

/** The places of the newest record and the newest amendment; 0 where there is none. */
export async function findNewest(store: Store): Promise<{ record: number; amendment: number }> {
  const record = await store
    .selectFrom('records')
    .select('seq')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const amendment = await store
    .selectFrom('amendments')
    .select('seq')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return { record: record?.seq ?? 0, amendment: amendment?.seq ?? 0 };
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
