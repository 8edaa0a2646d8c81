import type { Evidence } from '../domain/evidence.ts';
import type { SessionId } from '../domain/ids.ts';
import { insertEvidence } from './evidence.ts';
import {
  findBookmark,
  saveBookmark,
  saveIncoming,
  type Bookmark,
  type Incoming,
  type SaveResult,
} from './imports.ts';
import type { Store } from './store.ts';

/** A session that files of an agent CLI tell of, as it is to be recorded. */
export interface ImportedSession {
  readonly incoming: Incoming;
  readonly evidence: Evidence;
}

/** What some files gave that belong together. */
export interface ImportBatch {
  readonly sessions: readonly ImportedSession[];
  /** Sessions that they tell of, recorded or not. */
  readonly sources: readonly { readonly file: string; readonly id: SessionId }[];
  /** The files that were read for it, and as what each was remembered when they were. */
  readonly before: ReadonlyMap<string, Bookmark | undefined>;
  /** Gives the bookmark of each file. @param results the results of `sessions` */
  readonly bookmarks: (results: readonly ImportResult[]) => readonly Bookmark[];
}

/** `run`: stint ran it, and has its record already. */
export type ImportResult = SaveResult | 'run';

/**
 * Writes what files told, with how far they were read, in one transaction: whoever is killed before its end has written
 * nothing and reads them again. Where another import has read one of the files meanwhile, what it wrote stands.
 *
 * @returns the results of the sessions of each batch
 */
export async function saveImportBatches(
  store: Store,
  batches: readonly ImportBatch[],
): Promise<ImportResult[][]> {
  return store.transaction().execute(async (transaction) => {
    const results: ImportResult[][] = [];
    for (const batch of batches) results.push(await saveBatch(transaction, batch));
    return results;
  });
}

async function saveBatch(transaction: Store, batch: ImportBatch): Promise<ImportResult[]> {
  for (const [file, before] of batch.before) {
    const now = await findBookmark(transaction, file);
    if (now?.identity !== before?.identity) return batch.sessions.map(() => 'unchanged');
  }
  const results: ImportResult[] = [];
  for (const { incoming, evidence } of batch.sessions) {
    const result = await saveSession(transaction, incoming);
    if (result === 'new' || result === 'updated') await insertEvidence(transaction, incoming.id, evidence);
    results.push(result);
  }
  for (const file of batch.before.keys())
    await transaction.deleteFrom('import_sources').where('file', '=', file).execute();
  for (const { file, id } of batch.sources)
    await transaction
      .insertInto('import_sources')
      .values({ file, session_id: id })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  for (const bookmark of batch.bookmarks(results)) await saveBookmark(transaction, bookmark);
  return results;
}

async function saveSession(transaction: Store, incoming: Incoming): Promise<ImportResult> {
  const thread = incoming.record?.thread ?? null;
  if (thread !== null && (await isRun(transaction, thread))) return 'run';
  const [result = 'unchanged'] = await saveIncoming(transaction, [incoming], '');
  return result;
}

/** Whether a session that stint ran here, and recorded, had this conversation. */
export async function isRun(store: Store, thread: string): Promise<boolean> {
  const records = store.selectFrom('records').select('session_id').where('thread', '=', thread);
  return (await records.where('source', '=', 'run').executeTakeFirst()) !== undefined;
}

/** The files that tell of a session. */
export async function listSources(store: Store, id: SessionId): Promise<string[]> {
  const sources = store.selectFrom('import_sources').select('file').where('session_id', '=', id);
  return (await sources.orderBy('file').execute()).map(({ file }) => file);
}
