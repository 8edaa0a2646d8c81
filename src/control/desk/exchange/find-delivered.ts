import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Amendment } from '../../../domain/amendment.ts';
import type { SessionId } from '../../../domain/ids.ts';
import { readLineHistory } from '../../../evidence/person-commits.ts';
import { findPersonWork, type EditedSession, type PersonWork } from '../../../evidence/person-work.ts';
import { describeRefs } from '../../../git/added-lines.ts';
import { findHistory, type Repository } from '../../../git/repository.ts';
import { oneLine } from '../../../lib/plain-text.ts';
import { onProblem } from '../../../lib/problem.ts';
import {
  countOwnedCommits,
  type EditedLines,
  type EditedRow,
  findLineSearch,
  type FoundWork,
  listEdited,
  listEditedRepositories,
  listOwnedCommits,
  readEditedLines,
  saveLineSearch,
} from '../../../store/edited-lines.ts';
import type { Store } from '../../../store/store.ts';
import { tellTrouble } from '../../project/event-stream.ts';
import type { Project } from '../../project/project.ts';
import { amendByFound } from './amend-by-found.ts';
import type { ImportRun } from './import-source.ts';

/** Goes up when the rules of the search change: then each repository is searched again. */
const RULES = 1;
const MOST_FILES = 100;
/** No agent CLI is older. A time before it would let whole histories be read, and none of what stood there be known. */
const EARLIEST = Date.UTC(2020);
/** Another import may write while git reads; then the answer is about what has changed. */
const MOST_TRIES = 3;

/** A repository to search, and whose sessions: null is those of all repositories. */
interface Search {
  readonly repository: Repository & { readonly commonDir: string };
  readonly of: string | null;
}

/** A session whose record changed, and whether its work is known to be committed now. */
export interface SearchedSession {
  readonly id: SessionId;
  readonly isDelivered: boolean;
}

/**
 * Looks for the work of imported sessions in commits that no session made, and amends their records: a person committed
 * it. From what is stored, so that commits of a later day are found with no transcript read again. A repository is read
 * only where its branches or the sessions have changed since.
 *
 * @returns the sessions whose records changed
 */
export async function findDelivered(run: ImportRun): Promise<SearchedSession[]> {
  const changed = new Map<SessionId, SearchedSession>();
  for (const search of await listSearches(run)) {
    if (run.cancelled.aborted) break;
    const found = await searchOne(run.project, search).catch(
      onProblem(({ message }) => `${oneLine(search.repository.top, 300)}: ${message}`),
    );
    if (typeof found === 'string')
      tellTrouble(run.project, `not searched for the work of sessions: ${found}`);
    else for (const each of found) changed.set(each.id, each);
  }
  return [...changed.values()];
}

async function listSearches({ project, scope, repositories }: ImportRun): Promise<Search[]> {
  const places = await listEditedRepositories(project.store);
  const named = new Map(repositories.map((each) => [each.commonDir ?? '', each]));
  const searches: Search[] = [];
  for (const [commonDir, repository] of named)
    if (commonDir !== '') searches.push({ repository: { ...repository, commonDir }, of: null });
  // An import of one project looks at the others no more than at their sessions.
  for (const place of scope === null ? places : []) {
    if (named.has(place) || !existsSync(place)) continue;
    const repository = await findHistory(place).catch(onProblem(() => null));
    if (repository?.commonDir === place)
      searches.push({ repository: { ...repository, commonDir: place }, of: place });
  }
  return searches;
}

async function searchOne(project: Project, search: Search): Promise<SearchedSession[]> {
  const { store } = project;
  const { repository, of } = search;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const rows = await listEdited(store, of);
    if (rows.every(({ isOpen }) => !isOpen)) return [];
    const refs = await describeRefs(repository);
    const stamp = stampOf(refs, rows, await countOwnedCommits(store));
    if (refs === '' || (await findLineSearch(store, nameOf(search))) === stamp) return [];
    const work = await readWork(project, repository, rows);
    const changes = await store.transaction().execute(async (transaction) => {
      const now = stampOf(refs, await listEdited(transaction, of), await countOwnedCommits(transaction));
      return now === stamp ? await write(transaction, { project, search, rows, work, stamp }) : null;
    });
    if (changes === null) continue;
    for (const [sessionId, amendments] of changes)
      project.events.emit({ name: 'record.amended', sessionId, amendments });
    return [...changes.keys()].map((id) => ({ id, isDelivered: (work.get(id)?.effect ?? null) !== null }));
  }
  return [];
}

/** The sessions of all repositories, and those of this one, are two searches in it. */
function nameOf({ repository, of }: Search): string {
  return of === null ? repository.commonDir : `${repository.commonDir} of its own`;
}

function stampOf(refs: string, rows: readonly EditedRow[], owned: number): string {
  const sessions = rows.map(({ id, stamp, isOpen }) => [id, stamp, isOpen]);
  return hash('sha1', JSON.stringify([RULES, refs, sessions, owned]));
}

async function readWork(
  { store }: Project,
  repository: Search['repository'],
  rows: readonly EditedRow[],
): Promise<ReadonlyMap<SessionId, FoundWork>> {
  const { commonDir } = repository;
  const sessions: EditedSession[] = [];
  const found = new Map<SessionId, FoundWork>();
  for (const { id, isOpen } of rows) {
    const lines = await readEditedLines(store, id);
    if (lines === null) continue;
    const at = Date.parse(lines.firstAt);
    if (at >= EARLIEST) sessions.push({ id, isOpen, firstAt: Math.floor(at / 1000), files: lines.files });
    else if (isOpen)
      found.set(id, { repository: commonDir, effect: null, lines: 0, because: untimely(lines) });
  }
  if (!sessions.some(({ isOpen }) => isOpen)) return found;
  const owned = await listOwnedCommits(store);
  const history = await readLineHistory(repository, sessions, owned);
  for (const [id, each] of findPersonWork(sessions, history)) found.set(id, foundIn(commonDir, each));
  return found;
}

function untimely({ firstAt }: EditedLines): string {
  return `its first edit cannot have been made at ${firstAt}, so no commit can be known to be later`;
}

function foundIn(repository: string, { commits, lines, files, because }: PersonWork): FoundWork {
  if (commits.length === 0) return { repository, effect: null, lines, because };
  const named = { commits, lines, files: files.slice(0, MOST_FILES) };
  return {
    repository,
    effect: { kind: 'delivered-by-person', source: 'repository', ...named },
    lines,
    because,
  };
}

interface Found {
  readonly project: Project;
  readonly search: Search;
  readonly rows: readonly EditedRow[];
  readonly work: ReadonlyMap<SessionId, FoundWork>;
  readonly stamp: string;
}

/** Writes all of one search at once: nowhere between does a commit belong to two sessions. */
async function write(
  transaction: Store,
  { project, search, rows, work, stamp }: Found,
): Promise<Map<SessionId, readonly Amendment[]>> {
  const changes = new Map<SessionId, readonly Amendment[]>();
  for (const { id, found: before } of rows) {
    const found = work.get(id);
    if (found === undefined || !isNews(before, found)) continue;
    const amendments = await amendByFound(transaction, project, id, found);
    if (amendments.length > 0) changes.set(id, amendments);
  }
  await saveLineSearch(transaction, nameOf(search), stamp);
  return changes;
}

/** What another repository has stands until this one has more. */
function isNews(before: FoundWork | null, found: FoundWork): boolean {
  if (before === null) return true;
  if (before.repository === found.repository) return JSON.stringify(before) !== JSON.stringify(found);
  if (before.effect !== null) return false;
  return found.effect !== null || found.lines > before.lines;
}
