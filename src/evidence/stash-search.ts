import { isSessionId, type SessionId } from '../domain/ids.ts';
import type { StashMove } from '../git/refs-log.ts';
import { listPins, listStash, readStashEntries, type StashEntry, type StashPin } from '../git/stash.ts';

/** Another session, with what it did with the list of `git stash`. */
export interface OtherStash {
  readonly session: SessionId;
  readonly moves: readonly StashMove[];
}

/** What is asked when the entries of a session are looked for. */
export interface StashQuestion {
  /** A folder of the repository, for git. */
  readonly folder: string;
  /** The git folder that all worktrees share; moves of other repositories do not count here. */
  readonly repository: string;
  readonly session: SessionId;
  /** The sessions that it goes on from: what they put aside is its own. */
  readonly earlier: readonly string[];
  /** The branch that was made for it; null in a shared checkout. */
  readonly branch: string | null;
  readonly moves: readonly StashMove[];
  /** What the sessions beside it did. */
  readonly findOthers: () => Promise<readonly OtherStash[]>;
  /** The entries of the list when the session started. */
  readonly atStart: readonly string[];
}

/** An entry that another made, and whose content this session may have. */
export interface ForeignEntry {
  readonly entry: StashEntry;
  /** Null where no session made it. */
  readonly owner: SessionId | null;
  /** Since when this session has it, in seconds since boot; null where no hook saw it brought back. */
  readonly since: number | null;
}

/** The entries that matter to one session. */
export interface StashSearch {
  readonly folder: string;
  readonly moves: readonly StashMove[];
  readonly others: readonly OtherStash[];
  /** Its own entries, with their pins. */
  readonly own: readonly { readonly pin: StashPin; readonly entry: StashEntry }[];
  /** When the session itself first put a content aside, by `path NUL content`: seconds since boot, 0 where that is not known. */
  readonly ownContents: ReadonlyMap<string, number>;
  readonly foreign: readonly ForeignEntry[];
  /** The entries that `git stash list` shows now. */
  readonly listed: ReadonlySet<string>;
}

/** How a content at a path is named in sets. */
export function contentAt(path: string, content: string | null): string {
  return `${path}\0${content ?? ''}`;
}

/** The entries that this session made, and those of others whose content it may have. */
export async function searchStash(question: StashQuestion): Promise<StashSearch> {
  const { folder, session, earlier, atStart } = question;
  const isHere = ({ repository }: StashMove): boolean => repository === question.repository;
  const moves = question.moves.filter(isHere);
  const pins = await listPins(folder);
  const listed = new Set(await listStash(folder));
  const mine = pins.filter((pin) => [session, ...earlier].some((id) => id === pin.session));
  const isMine = new Set([...mine.map(({ commit }) => commit), ...entriesOf(moves, 'made')]);
  const applied = entriesOf(moves, 'applied');
  const beside = pins.length + applied.length === 0 ? [] : await question.findOthers();
  const others = beside.map((each) => ({ ...each, moves: each.moves.filter(isHere) }));
  const owners = new Set<string>(others.map((each) => each.session));
  // An entry that left the list before this session started was taken by another.
  const recent = pins.filter((pin) => owners.has(pin.session)).map(({ commit }) => commit);
  const vanished = [...recent, ...atStart].filter((entry) => entry !== '' && !listed.has(entry));
  const strange = [...new Set([...applied, ...vanished])].filter((entry) => !isMine.has(entry));
  const entries = await readStashEntries(folder, [...isMine, ...strange]);
  const ownerOf = new Map(pins.map((pin) => [pin.commit, pin.session]));
  return {
    folder,
    moves,
    others,
    listed,
    own: mine.flatMap((pin) => {
      const entry = entries.get(pin.commit);
      return entry && pin.session === session ? [{ pin, entry }] : [];
    }),
    ownContents: firstAside(moves, isMine, entries),
    foreign: strange.flatMap((commit) => {
      const entry = entries.get(commit);
      // A pin that is needed no longer has gone; the log of its maker stays.
      const maker = others.find((each) => entriesOf(each.moves, 'made').includes(commit))?.session;
      const pinned = ownerOf.get(commit) ?? maker ?? null;
      const owner = pinned !== null && isSessionId(pinned) ? pinned : null;
      if (!entry || !isForeign(question, entry, owner)) return [];
      const since = appliedAt(moves, commit);
      // No hook saw this session bring it back: where another did, it was that one.
      return since === null && takersOf(others, commit).length > 0 ? [] : [{ entry, owner, since }];
    }),
  };
}

function entriesOf(moves: readonly StashMove[], kind: StashMove['kind']): string[] {
  return moves.filter((move) => move.kind === kind).map(({ entry }) => entry);
}

function firstAside(
  moves: readonly StashMove[],
  mine: ReadonlySet<string>,
  entries: ReadonlyMap<string, StashEntry>,
): Map<string, number> {
  const first = new Map<string, number>();
  for (const commit of mine) {
    const made = moves.find((move) => move.kind === 'made' && move.entry === commit)?.uptime ?? 0;
    for (const content of contentsOf(entries.get(commit)))
      first.set(content, Math.min(made, first.get(content) ?? made));
  }
  return first;
}

function contentsOf(entry: StashEntry | undefined): string[] {
  return [...(entry?.files ?? [])].map(([path, content]) => contentAt(path, content));
}

/** git writes the branch into the subject of an entry. */
const SUBJECT = /^(?:WIP on|On) ([^:]+): /;

/** Whether an entry is another's: that of a session, one from before, or one that names another branch. */
function isForeign({ atStart, branch }: StashQuestion, entry: StashEntry, owner: SessionId | null): boolean {
  if (owner !== null || atStart.includes(entry.commit)) return true;
  // Made meanwhile past every hook: by a person, or by this session itself.
  const named = SUBJECT.exec(entry.subject)?.[1] ?? '(no branch)';
  return branch !== null && named !== '(no branch)' && named !== branch;
}

/** The other sessions that brought an entry back. */
export function takersOf(others: readonly OtherStash[], entry: string): SessionId[] {
  return others
    .filter(({ moves }) => moves.some((move) => move.kind === 'applied' && move.entry === entry))
    .map(({ session }) => session);
}

/** When a session first brought an entry back, in seconds since boot; null where it did not. */
export function appliedAt(moves: readonly StashMove[], entry: string): number | null {
  const times = moves.filter((move) => move.kind === 'applied' && move.entry === entry);
  return times.length === 0 ? null : Math.min(...times.map(({ uptime }) => uptime));
}
