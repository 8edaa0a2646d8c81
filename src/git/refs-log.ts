/** One move of a ref, as the session's git hook noted it after git had made it. */
export interface RefMove {
  readonly old: string;
  readonly new: string;
  readonly ref: string;
  /** Seconds since boot, to order the moves of several sessions. */
  readonly uptime: number;
  /** False when a ref, a reflog or a fetch had the commit before this move. */
  readonly isFresh: boolean;
  /** The commit that this session was picking at that moment, null when it picked none. */
  readonly pickedFrom: string | null;
  /** True when git was putting an existing change here: `am`, a rebase through patches, a pick that another began. */
  readonly isApplied: boolean;
  /** True when this transaction or an earlier one wrote it under refs/remotes. */
  readonly isWithRemote: boolean;
  readonly repository: string;
}

const LINE =
  /^(prepared|committed|cleared|applied) (\d+) (\d+(?:\.\d+)?) ([0-9a-f]{40,64}) ([0-9a-f]{40,64}) (\S+) (fresh|known|unsure|applied|picked:([0-9a-f]{40,64})|-) (.*)$/;

/** What a session did with the list of `git stash`: it made an entry, brought one back, or emptied the list. */
export interface StashMove {
  readonly kind: 'made' | 'applied' | 'cleared';
  /** The entry; of a list that was emptied, the newest one. */
  readonly entry: string;
  readonly uptime: number;
  readonly repository: string;
}

/** A session's refs log as it was read. */
export interface RefsLog {
  readonly moves: readonly RefMove[];
  readonly stash: readonly StashMove[];
  readonly unreadable: number;
}

export const NO_COMMIT = /^0+$/;

/** What the hook said of a commit before the ref moved to it. */
type Mark = Pick<RefMove, 'isFresh' | 'pickedFrom' | 'isApplied'>;

const UNMARKED: Mark = { isFresh: false, pickedFrom: null, isApplied: false };

/**
 * Reads a session's refs log. Lines that are none are left out and counted: an agent can write to the file.
 *
 * A transaction that a hook refused has only `prepared` lines, and moved nothing.
 */
export function parseRefsLog(text: string): RefsLog {
  const marks = new Map<string, Mark>();
  const remotes = new Set<string>();
  const picks = new Picks();
  const moves: RefMove[] = [];
  const stash: StashMove[] = [];
  let unreadable = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const match = LINE.exec(line);
    if (!match) {
      unreadable++;
      continue;
    }
    const [, state, git = '', uptime, old = '', created = '', ref = '', mark, picked, repository = ''] =
      match;
    if (ref === 'refs/stash') {
      const kind = state === 'committed' && mark === 'fresh' ? 'made' : state;
      const entry = kind === 'cleared' ? old : created;
      if (kind === 'made' || kind === 'applied' || kind === 'cleared')
        stash.push({ kind, entry, uptime: Number(uptime), repository });
      continue;
    }
    const name = `${old} ${created} ${ref} ${repository}`;
    if (state === 'prepared') {
      if (ref.startsWith('refs/remotes/')) remotes.add(created);
      if (ref === 'CHERRY_PICK_HEAD') picks.note(git, created);
      const pickedFrom = picks.find(git, picked);
      marks.set(name, {
        // Where git could not say (`unsure`), the other rules decide alone.
        isFresh: mark !== 'known' && mark !== '-',
        pickedFrom,
        isApplied: mark === 'applied' || (picked !== undefined && pickedFrom === null),
      });
    } else {
      const isWithRemote = remotes.has(created);
      const known = marks.get(name) ?? UNMARKED;
      moves.push({ old, new: created, ref, uptime: Number(uptime), ...known, isWithRemote, repository });
    }
  }
  return { moves, stash, unreadable };
}

/**
 * What the session itself picks. In a shared checkout CHERRY_PICK_HEAD alone proves nothing: a neighbour may have left
 * it there, or its commit may have removed the session's.
 */
class Picks {
  readonly #begun = new Set<string>();
  #now: { readonly git: string; readonly sha: string } | null = null;

  note(git: string, sha: string): void {
    this.#now = NO_COMMIT.test(sha) ? null : { git, sha };
    if (this.#now) this.#begun.add(sha);
  }

  /** The commit that one git was picking: by its own word in the log, or by what it found there (after a conflict). */
  find(git: string, found: string | undefined): string | null {
    if (this.#now?.git === git) return this.#now.sha;
    return found !== undefined && this.#begun.has(found) ? found : null;
  }
}

/** A move of a worktree's own HEAD that made a commit, by git's own words. */
export interface ReflogPair {
  readonly old: string;
  readonly new: string;
  /** True for picks, rebases and `am`: what they bring may be somebody else's change. */
  readonly isApplied: boolean;
}

/** One line of a reflog of HEAD: `old new name <mail> time zone\tmessage`. */
const REFLOG_LINE = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) [^\t]*\t(.*)$/;

/** What git calls the making of a commit, before the colon; what follows it is the commit's own subject. */
const MAKING = /^(commit|revert|cherry-pick|am|rebase|merge|pull)\b/;
const COPYING = /^(cherry-pick|am|rebase|pull)\b/;
/** Steps of a rebase that only move HEAD to a commit that is there. */
const MOVING = /\((start|finish|abort|skip)\)$/;

/** What a reflog says after a line; nothing where the line is gone, because then nobody can say what is new. */
export function textAfter(text: string, line: string): string {
  if (line === '') return text;
  const at = `\n${text}`.lastIndexOf(`\n${line}\n`);
  return at < 0 ? '' : text.slice(at + line.length + 1);
}

/** The moves of a reflog that made a commit. */
export function parseReflog(text: string): ReflogPair[] {
  return text.split('\n').flatMap((line) => {
    const [, old, created, message = ''] = REFLOG_LINE.exec(line) ?? [];
    if (old === undefined || created === undefined) return [];
    const colon = message.indexOf(': ');
    const action = colon < 0 ? message : message.slice(0, colon);
    const rest = colon < 0 ? '' : message.slice(colon + 2);
    if (!MAKING.test(action) || MOVING.test(action)) return [];
    const isJoining = /^(merge|pull)\b/.test(action);
    const isMerge = isJoining && rest.startsWith('Merge made by');
    // `pull --rebase (pick)` makes one; `merge x: Fast-forward` and `rebase: fast-forward` only move.
    if (isJoining && !isMerge && !action.endsWith(')')) return [];
    if (!isJoining && rest === 'fast-forward' && !action.startsWith('commit')) return [];
    return [{ old, new: created, isApplied: COPYING.test(action) && !isMerge }];
  });
}
