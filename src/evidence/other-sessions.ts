import type { SessionId } from '../domain/ids.ts';
import type { SessionFiles } from '../domain/layout.ts';
import { parseRefsLog } from '../git/refs-log.ts';
import { readRegular } from '../lib/regular-file.ts';
import { collectCandidates, type Candidate } from './commit-candidates.ts';
import { isEarlier, type Maker } from './copied-commits.ts';
import type { OtherStash } from './stash-search.ts';

/** The sessions of the project that may have made a commit, too. */
export interface OtherSessions {
  /** Those without a record. */
  listOpen(): Promise<readonly SessionId[]>;
  /** Those with a record that ended after a time, ISO 8601 UTC. */
  listRecordedSince(at: string): Promise<readonly SessionId[]>;
  /** For each commit, the session whose record has it. */
  findOwners(shas: readonly string[]): Promise<ReadonlyMap<string, SessionId>>;
  filesOf(id: SessionId): SessionFiles;
}

/** Nothing that a session leaves comes near; a larger one is read as if it were not there. */
const LARGEST_FILE = 256 << 20;

/** The text of a file that a session left; empty where it is missing. @throws the system's error in a shortage */
export function readSessionText(file: string): string {
  return readRegular(file, LARGEST_FILE) ?? '';
}

/** What the sessions beside this one did with the list of `git stash`. */
export async function findOtherStashes(
  others: OtherSessions,
  { id: self, startedAt }: { readonly id: SessionId; readonly startedAt: string },
): Promise<OtherStash[]> {
  const open = await others.listOpen();
  const beside = new Set([...open, ...(await others.listRecordedSince(startedAt))]);
  return [...beside]
    .filter((each) => each !== self)
    .map((session) => ({
      session,
      moves: parseRefsLog(readSessionText(others.filesOf(session).refsLog)).stash,
    }));
}

/** Output of a session beside this one with git's word for one of these commits makes it doubtful whose it is. */
export async function findRivals(
  others: OtherSessions,
  { id: self, startedAt }: { readonly id: SessionId; readonly startedAt: string },
  shas: readonly string[],
): Promise<Set<string>> {
  const rivals = new Set<string>();
  if (shas.length === 0) return rivals;
  // The open ones first: a session that is recorded in between is then among the others.
  const open = await others.listOpen();
  const beside = [...open, ...(await others.listRecordedSince(startedAt))];
  for (const id of new Set(beside.filter((each) => each !== self))) {
    const output = readSessionText(others.filesOf(id).stdout);
    for (const sha of shas)
      if (new RegExp(`\\[[^\\]\\n]{1,250} ${sha.slice(0, 7)}[0-9a-f]*\\] `).test(output)) rivals.add(sha);
  }
  return rivals;
}

/** Other sessions that made these commits, by the logs of those without a record, and by the records. */
export async function findMakers(
  others: OtherSessions,
  repository: string,
  self: SessionId,
  shas: readonly string[],
): Promise<Map<string, Maker>> {
  const makers = new Map<string, Maker>();
  if (shas.length === 0) return makers;
  // The logs first: a session that is recorded in between is then found in the records.
  for (const session of await others.listOpen()) {
    if (session === self) continue;
    for (const [sha, move] of loggedCommits(others.filesOf(session), repository, shas)) {
      const known = makers.get(sha);
      if (!known || !isEarlier(known, move, session)) makers.set(sha, { session, isRecorded: false, move });
    }
  }
  for (const [sha, session] of await others.findOwners(shas)) {
    if (session === self) continue;
    const move = loggedCommits(others.filesOf(session), repository, [sha]).get(sha) ?? null;
    makers.set(sha, { session, isRecorded: true, move });
  }
  return makers;
}

/** Those of the commits that a session's log shows to be new. */
function loggedCommits(
  files: SessionFiles,
  repository: string,
  shas: readonly string[],
): Map<string, Candidate> {
  const { moves } = parseRefsLog(readSessionText(files.refsLog));
  const logged = collectCandidates(repository, moves);
  return new Map(logged.filter(({ sha }) => shas.includes(sha)).map((each) => [each.sha, each]));
}
