import type { OwnCommit, StashFact } from '../domain/evidence.ts';
import { readChanges, readCommits } from '../git/commit-facts.ts';
import type { RefMove } from '../git/refs-log.ts';
import type { StashPin } from '../git/stash.ts';
import { findForeignFiles, type ForeignFile } from './foreign-files.ts';
import { judgeOwnStashes } from './own-stashes.ts';
import { writtenLines } from './size-of-change.ts';
import { searchStash, type ForeignEntry, type StashQuestion, type StashSearch } from './stash-search.ts';

/** The session's work, in which its entries and those of others may be. */
export interface WorkAtEnd {
  readonly commits: readonly OwnCommit[];
  readonly refMoves: readonly RefMove[];
  /** Paths with uncommitted work in the folder of the session; null where it has none. */
  readonly uncommitted: readonly string[] | null;
  readonly head: string | null;
}

export interface GatheredStashes {
  /** The commits, without the files that come from another's entry. */
  readonly commits: readonly OwnCommit[];
  readonly facts: readonly StashFact[];
  readonly warnings: readonly string[];
  /** Pins that are needed no longer. */
  readonly spent: readonly StashPin[];
  /** Files of entries of others that it brought back. */
  readonly foreignPaths: ReadonlySet<string>;
}

/** What the session did with the list of `git stash`, which all worktrees of a repository share. */
export async function gatherStashes(question: StashQuestion, work: WorkAtEnd): Promise<GatheredStashes> {
  const search = await searchStash(question);
  const foreign = await findForeign(search, work);
  const commits = await withoutForeign(question.folder, work.commits, foreign);
  const own = await judgeOwnStashes(search, { ...work, commits });
  const taken = search.foreign.filter(
    (each) => each.since !== null || [...foreign.values()].flat().some(({ from }) => from === each),
  );
  return {
    commits,
    facts: [...own.facts, ...taken.map(factOf)],
    warnings: [
      ...own.facts.map(warnOfOwn),
      ...[...foreign].flatMap(([sha, files]) => warnOfCommit(sha, files)),
      ...taken
        .filter((each) => ![...foreign.values()].flat().some(({ from }) => from === each))
        .map((each) => `it brought back ${describeEntry(each)}: ${[...each.entry.files.keys()].join(', ')}`),
    ],
    spent: own.spent,
    foreignPaths: new Set(taken.flatMap(({ entry }) => [...entry.files.keys()])),
  };
}

async function findForeign(search: StashSearch, work: WorkAtEnd): Promise<Map<string, ForeignFile[]>> {
  if (search.foreign.length === 0) return new Map();
  const shas = work.commits.filter(({ isMerge }) => !isMerge).map(({ sha }) => sha);
  const facts = await readCommits(search.folder, shas);
  const uptimes = new Map(work.refMoves.toReversed().map((move) => [move.new, move.uptime]));
  return findForeignFiles(
    search,
    shas.map((sha) => ({
      sha,
      parent: facts.get(sha)?.parents[0] ?? null,
      uptime: uptimes.get(sha) ?? null,
    })),
  );
}

/** A commit delivers the files that its session changed; the others are named apart. */
async function withoutForeign(
  folder: string,
  commits: readonly OwnCommit[],
  foreign: ReadonlyMap<string, readonly ForeignFile[]>,
): Promise<OwnCommit[]> {
  const changes = await readChanges(folder, [...foreign.keys()]);
  return commits.map((commit) => {
    const whole = (foreign.get(commit.sha) ?? []).filter(({ isMixed }) => !isMixed);
    if (whole.length === 0) return commit;
    const foreignFiles = [...new Set(whole.map(({ path }) => path))];
    const own = (changes.get(commit.sha) ?? []).filter(({ path }) => !foreignFiles.includes(path));
    return { ...commit, files: own.map(({ path }) => path), foreignFiles, lines: writtenLines(own) };
  });
}

function factOf({ entry, owner }: ForeignEntry): StashFact {
  const { commit, subject, files } = entry;
  return { commit, ref: null, subject, files: [...files.keys()], state: 'foreign', session: owner };
}

function describeEntry({ entry, owner }: ForeignEntry): string {
  const maker = owner === null ? 'from before it, or made by no session' : `of session ${owner}`;
  return `the stash entry "${entry.subject}" ${maker}`;
}

function warnOfCommit(sha: string, files: readonly ForeignFile[]): string[] {
  const commit = `commit ${sha.slice(0, 12)}`;
  return [...Map.groupBy(files, ({ from }) => from)].flatMap(([from, all]) => {
    const named = (isMixed: boolean): string =>
      all
        .filter((file) => file.isMixed === isMixed)
        .map(({ path }) => path)
        .join(', ');
    const [whole, mixed] = [named(false), named(true)];
    const entry = describeEntry(from);
    return [
      ...(whole === ''
        ? []
        : [`changes of ${whole} in ${commit} come from ${entry}; it does not deliver them`]),
      ...(mixed === '' ? [] : [`${mixed} in ${commit} may also hold changes of ${entry}`]),
    ];
  });
}

function warnOfOwn({ subject, ref, state, session, files }: StashFact): string {
  const entry = `its stash entry "${subject}" (${files.join(', ')})`;
  const kept = `${ref ?? 'no ref'} keeps it`;
  if (state === 'left') return `${entry} is still in git stash list; ${kept}`;
  if (state === 'taken') return `session ${session} brought back ${entry}; ${kept}`;
  return session === null
    ? `${entry} is no longer in git stash list, and its content is in none of its work; ${kept}`
    : `session ${session} emptied the list of git stash, and with it ${entry}; ${kept}`;
}
