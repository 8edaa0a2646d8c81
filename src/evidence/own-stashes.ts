import type { StashFact } from '../domain/evidence.ts';
import type { SessionId } from '../domain/ids.ts';
import { readCommitContents, readTree, type StashEntry, type StashPin } from '../git/stash.ts';
import { appliedAt, contentAt, takersOf, type StashSearch } from './stash-search.ts';

/** The session's work, where the content of its entries may be. */
export interface StashWork {
  /** Its own commits. */
  readonly commits: readonly { readonly sha: string; readonly files: readonly string[] }[];
  /** Paths with uncommitted work; null in a shared checkout. */
  readonly uncommitted: readonly string[] | null;
  /** The commit that the work stands on at the end; null where there is none. */
  readonly head: string | null;
}

export interface OwnStashes {
  /** Entries with content that is nowhere in the session's work, or left in the list. */
  readonly facts: readonly StashFact[];
  /** Pins of entries whose content is in the work: they are needed no longer. */
  readonly spent: readonly StashPin[];
}

/** What became of the entries that the session made. */
export async function judgeOwnStashes(search: StashSearch, work: StashWork): Promise<OwnStashes> {
  const facts: StashFact[] = [];
  const spent: StashPin[] = [];
  if (search.own.length === 0) return { facts, spent };
  const shas = work.commits.map(({ sha }) => sha);
  const contents = [...(await readCommitContents(search.folder, shas)).values()];
  const committed = new Set(contents.flatMap((files) => [...files].map((file) => contentAt(...file))));
  const changed = new Set([...work.commits.flatMap(({ files }) => files), ...(work.uncommitted ?? [])]);
  for (const { pin, entry } of search.own) {
    const stands =
      work.head === null ? new Map() : await readTree(search.folder, work.head, [...entry.files.keys()]);
    const isThere = ([path, content]: [string, string | null]): boolean =>
      content === null || committed.has(contentAt(path, content)) || stands.get(path) === content;
    const isListed = search.listed.has(entry.commit);
    const isSafe = [...entry.files].every((file) => isThere(file) || (!isListed && changed.has(file[0])));
    const taker = takerOf(search, entry.commit);
    // The session brought it back itself, so it alone decided what became of the content.
    const isBack = !isListed && appliedAt(search.moves, entry.commit) !== null;
    // What another brought back may stand here by its doing.
    if ((isSafe || isBack) && taker === null) spent.push(pin);
    else facts.push(describeEntry(search, pin, entry, taker, isListed));
  }
  return { facts, spent };
}

/** Another session that brought an entry back where this one did not. */
function takerOf({ moves, others }: StashSearch, entry: string): SessionId | null {
  return appliedAt(moves, entry) === null ? (takersOf(others, entry)[0] ?? null) : null;
}

function describeEntry(
  { moves, others }: StashSearch,
  { ref, commit }: StashPin,
  { subject, files }: StashEntry,
  taker: SessionId | null,
  isListed: boolean,
): StashFact {
  const fact = { commit, ref, subject, files: [...files.keys()] };
  if (taker !== null) return { ...fact, state: 'taken', session: taker };
  if (isListed) return { ...fact, state: 'left', session: null };
  const made = moves.find((move) => move.kind === 'made' && move.entry === commit);
  const clearer = others.find((other) =>
    other.moves.some(({ kind, uptime }) => kind === 'cleared' && uptime >= (made?.uptime ?? 0)),
  );
  return { ...fact, state: 'dropped', session: clearer?.session ?? null };
}
