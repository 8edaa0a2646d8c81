import { readCommitContents, readFilePatchId, type FileContents } from '../git/stash.ts';
import { contentAt, type ForeignEntry, type StashSearch } from './stash-search.ts';

/** A commit of the session, with the time at which its hook saw it made (seconds since boot; null where none did). */
export interface TimedCommit {
  readonly sha: string;
  readonly parent: string | null;
  readonly uptime: number | null;
}

/** A file of a commit whose change comes from another's entry of `git stash`. */
export interface ForeignFile {
  readonly path: string;
  readonly from: ForeignEntry;
  /** Whether the commit changes more in the file than the entry did: then the change is the session's too. */
  readonly isMixed: boolean;
}

/** So many files of a commit are compared by their patch; git is asked for each. */
const MOST_COMPARED = 50;

/**
 * By commit: its files that come from another's entry. A file comes from an entry that the session brought back before
 * where it has the same content, or the same patch. Where no hook saw it brought back, all files of the entry must be in
 * the session's commits as they are: two sessions may write one file alike.
 */
export async function findForeignFiles(
  search: StashSearch,
  commits: readonly TimedCommit[],
): Promise<Map<string, ForeignFile[]>> {
  const found = new Map<string, ForeignFile[]>();
  if (search.foreign.length === 0) return found;
  const contents = await readCommitContents(
    search.folder,
    commits.map(({ sha }) => sha),
  );
  const all = new Set(
    [...contents.values()].flatMap((files) => [...files].map((file) => contentAt(...file))),
  );
  for (const commit of commits) {
    const files = contents.get(commit.sha) ?? new Map<string, string | null>();
    const foreign: ForeignFile[] = [];
    for (const each of search.foreign)
      if (mayHave(each, commit, all)) foreign.push(...(await compare(search, each, commit, files)));
    const whole = new Set(foreign.filter(({ isMixed }) => !isMixed).map(({ path }) => path));
    // Of two entries that touch one file the one that explains it all stands.
    const kept = foreign.filter(({ path, isMixed }) => !isMixed || !whole.has(path));
    if (kept.length > 0) found.set(commit.sha, kept);
  }
  return found;
}

function mayHave({ entry, since }: ForeignEntry, { uptime }: TimedCommit, all: ReadonlySet<string>): boolean {
  if (since !== null) return uptime === null || uptime >= since;
  const files = [...entry.files];
  return files.length > 0 && files.every((file) => all.has(contentAt(...file)));
}

async function compare(
  { folder, ownContents }: StashSearch,
  from: ForeignEntry,
  { sha, parent }: TimedCommit,
  files: FileContents,
): Promise<ForeignFile[]> {
  const shared = [...from.entry.files].filter(([path]) => files.has(path));
  const found: ForeignFile[] = [];
  for (const [path, content] of shared.slice(0, MOST_COMPARED)) {
    const made = files.get(path) ?? null;
    // It may put aside again what it brought back: its own is only what it had put aside before.
    const asideAt = ownContents.get(contentAt(path, made));
    if (asideAt !== undefined && (from.since === null || asideAt < from.since)) continue;
    const isSame =
      made === content || (parent !== null && (await isSamePatch(folder, from, parent, sha, path)));
    if (isSame || from.since !== null) found.push({ path, from, isMixed: !isSame });
  }
  return found;
}

async function isSamePatch(
  folder: string,
  { entry }: ForeignEntry,
  parent: string,
  sha: string,
  path: string,
): Promise<boolean> {
  const patch = await readFilePatchId(folder, parent, sha, path);
  return patch !== null && patch === (await readFilePatchId(folder, entry.base, entry.commit, path));
}
