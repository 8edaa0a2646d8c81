import type { Evidence } from '../domain/evidence.ts';
import type { SessionId } from '../domain/ids.ts';
import { deliversWork } from '../domain/deliverable.ts';
import { saveEditedLines, type EditedLines } from './edited-lines.ts';
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
  /** What its edits left: null where they left nothing, undefined where its files tell less than they did. */
  readonly edits: EditedLines | null | undefined;
}

/** Two states of a file; undefined where it has not been read yet. */
export interface FileStates {
  /** As it was remembered when it was read. */
  readonly before: string | undefined;
  /** As it was read. */
  readonly read: string;
}

/** A file of which nothing more is to be written. */
export interface FinishedFile {
  readonly bookmark: Bookmark;
  readonly ids: readonly SessionId[];
}

/** What some files gave that belong together. */
export interface ImportBatch {
  readonly sessions: readonly ImportedSession[];
  /** Sessions that they tell of, recorded or not. */
  readonly sources: readonly { readonly file: string; readonly id: SessionId }[];
  /** The files that were read for it. */
  readonly files: ReadonlyMap<string, FileStates>;
  /** Gives the files that are finished with it. @param results those of `sessions` */
  readonly finished: (results: readonly ImportResult[]) => readonly FinishedFile[];
}

/** `run`: stint ran it, and has its record already. */
export type ImportResult = SaveResult | 'run';

/** `overtaken`: another import has read some of its files meanwhile, or other states of them. */
export type BatchResult = ImportResult | 'overtaken';

/**
 * Writes what files told, with how far they were read, in one transaction: whoever is killed before its end has written
 * nothing and reads them again. Where another import has read the files meanwhile, what it wrote stands; where it has read
 * some of them, or later states, neither of the two knows all.
 *
 * @returns the results of the sessions of each batch
 */
export async function saveImportBatches(
  store: Store,
  batches: readonly ImportBatch[],
): Promise<BatchResult[][]> {
  return store.transaction().execute(async (transaction) => {
    const results: BatchResult[][] = [];
    for (const batch of batches) results.push(await saveBatch(transaction, batch));
    return results;
  });
}

async function saveBatch(transaction: Store, batch: ImportBatch): Promise<BatchResult[]> {
  const overtaken = await whyOvertaken(transaction, batch);
  if (overtaken !== null) return batch.sessions.map(() => overtaken);
  const results: ImportResult[] = [];
  for (const { incoming, evidence, edits } of batch.sessions) {
    const result = await saveSession(transaction, incoming);
    if (result === 'new' || result === 'updated') await insertEvidence(transaction, incoming.id, evidence);
    if (edits !== undefined && result !== 'run' && result !== 'other')
      await saveEditedLines(transaction, incoming.id, edits, evidence.commits.some(deliversWork));
    results.push(result);
  }
  for (const { file, id } of batch.sources)
    await transaction
      .insertInto('import_sources')
      .values({ file, session_id: id })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  for (const { bookmark, ids } of batch.finished(results)) {
    const sources = transaction.deleteFrom('import_sources').where('file', '=', bookmark.file);
    await sources.where('session_id', 'not in', ids).execute();
    await saveBookmark(transaction, bookmark);
  }
  return results;
}

/** Null where each file is remembered as it was when the batch read it. */
async function whyOvertaken(
  transaction: Store,
  { files }: ImportBatch,
): Promise<'overtaken' | 'unchanged' | null> {
  let [isAsBefore, isAsRead] = [true, true];
  for (const [file, { before, read }] of files) {
    const now = (await findBookmark(transaction, file))?.identity;
    isAsBefore &&= now === before;
    isAsRead &&= now === read;
  }
  if (isAsBefore) return null;
  return isAsRead ? 'unchanged' : 'overtaken';
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
