import { hash } from 'node:crypto';
import type { Effect } from '../domain/evidence.ts';
import type { SessionId } from '../domain/ids.ts';
import { MARK_LENGTH } from '../domain/line-mark.ts';
import type { Store } from './store.ts';

/** What the edits of a session left, by which the commits of a person are searched. */
export interface EditedLines {
  /** The git folder of the repository that it worked in; null where that is not here. */
  readonly repository: string | null;
  /** ISO 8601 UTC. */
  readonly firstAt: string;
  /** Marks of lines by file. */
  readonly files: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What a search found of it. */
export interface FoundWork {
  /** The git folder of the repository that was searched. */
  readonly repository: string;
  /** Null where its work is not known to be committed. */
  readonly effect: Extract<Effect, { kind: 'delivered-by-person' }> | null;
  /** How many of its lines the search saw. */
  readonly lines: number;
  /** For people, as a clause. */
  readonly because: string;
}

/** A session whose edits are kept, without them. */
export interface EditedRow {
  readonly id: SessionId;
  readonly stamp: string;
  /** Nothing that it delivered itself is known. */
  readonly isOpen: boolean;
  readonly found: FoundWork | null;
}

/**
 * Keeps the lines that a session left, in a transaction of the caller's. The result of a search stays.
 *
 * @param lines null where it left nothing, or delivered by itself: then the result of a search is dropped, too
 */
export async function saveEditedLines(
  transaction: Store,
  id: SessionId,
  lines: EditedLines | null,
  hasDelivered: boolean,
): Promise<void> {
  if (lines === null) {
    await transaction.deleteFrom('edited_lines').where('session_id', '=', id).execute();
    return;
  }
  const files = [...lines.files];
  const paths = JSON.stringify(files.map(([file]) => file));
  const marks = JSON.stringify(files.map(([, each]) => [...each].join('')));
  const { repository, firstAt } = lines;
  const stamp = hash('sha1', JSON.stringify([repository, firstAt, paths, marks])).slice(0, 16);
  const values = { repository, first_at: firstAt, paths, marks, stamp };
  await transaction
    .insertInto('edited_lines')
    .values({ session_id: id, ...values, found: null })
    .onConflict((conflict) =>
      conflict.column('session_id').doUpdateSet({ ...values, ...(hasDelivered ? { found: null } : {}) }),
    )
    .execute();
}

/** Whether any imported session left lines in files. */
export async function hasEditedLines(store: Store): Promise<boolean> {
  return (
    (await store.selectFrom('edited_lines').select('session_id').limit(1).executeTakeFirst()) !== undefined
  );
}

/** The git folders in which sessions left lines. */
export async function listEditedRepositories(store: Store): Promise<string[]> {
  const rows = await store.selectFrom('edited_lines').select('repository').distinct().execute();
  return rows.flatMap(({ repository }) => repository ?? []);
}

/** The sessions that left lines, oldest id first. @param repository only those that worked there; null is all */
export async function listEdited(store: Store, repository: string | null): Promise<EditedRow[]> {
  const all = store
    .selectFrom('edited_lines')
    .innerJoin('records', 'records.session_id', 'edited_lines.session_id')
    .select(['edited_lines.session_id as id', 'stamp', 'found', 'deliverables'])
    .orderBy('edited_lines.session_id');
  const rows = await (repository === null ? all : all.where('repository', '=', repository)).execute();
  return rows.map(({ id, stamp, found: text, deliverables }) => {
    const found = toFound(text);
    return { id, stamp, found, isOpen: deliverables === 0 || (found?.effect ?? null) !== null };
  });
}

/** The lines of these sessions, one session at a time: together they may be much. */
export async function readEditedLines(store: Store, id: SessionId): Promise<EditedLines | null> {
  const row = await store
    .selectFrom('edited_lines')
    .selectAll()
    .where('session_id', '=', id)
    .executeTakeFirst();
  if (!row) return null;
  const marks = JSON.parse(row.marks) as string[];
  const files = (JSON.parse(row.paths) as string[]).map(
    (file, index) => [file, split(marks[index] ?? '')] as const,
  );
  return { repository: row.repository, firstAt: row.first_at, files: new Map(files) };
}

function split(marks: string): Set<string> {
  const all = new Set<string>();
  for (let at = 0; at < marks.length; at += MARK_LENGTH) all.add(marks.slice(at, at + MARK_LENGTH));
  return all;
}

/** What the last search found of a session's work; null without a search. */
export async function findFoundWork(store: Store, id: SessionId): Promise<FoundWork | null> {
  const rows = store.selectFrom('edited_lines').select('found').where('session_id', '=', id);
  return toFound((await rows.executeTakeFirst())?.found ?? null);
}

export async function saveFoundWork(transaction: Store, id: SessionId, found: FoundWork): Promise<void> {
  await transaction
    .updateTable('edited_lines')
    .set({ found: JSON.stringify(found) })
    .where('session_id', '=', id)
    .execute();
}

function toFound(text: string | null): FoundWork | null {
  return text === null ? null : (JSON.parse(text) as FoundWork);
}

/** As what a repository was seen when it was searched last; null before. */
export async function findLineSearch(store: Store, repository: string): Promise<string | null> {
  const rows = store.selectFrom('line_searches').select('stamp').where('repository', '=', repository);
  return (await rows.executeTakeFirst())?.stamp ?? null;
}

export async function saveLineSearch(transaction: Store, repository: string, stamp: string): Promise<void> {
  await transaction
    .insertInto('line_searches')
    .values({ repository, stamp })
    .onConflict((conflict) => conflict.column('repository').doUpdateSet({ stamp }))
    .execute();
}

/** The names of all commits that sessions made, in any repository: a clone has them, too. */
export async function listOwnedCommits(store: Store): Promise<Set<string>> {
  const rows = await store.selectFrom('commits').select('sha').execute();
  return new Set(rows.map(({ sha }) => sha));
}

export async function countOwnedCommits(store: Store): Promise<number> {
  const rows = store.selectFrom('commits').select(({ fn }) => fn.count<number>('sha').as('all'));
  return (await rows.executeTakeFirst())?.all ?? 0;
}
