/** One move of a ref, as the session's git hook noted it after git had made it. */
export interface RefMove {
  readonly old: string;
  readonly new: string;
  readonly ref: string;
  /** Seconds since boot, to order the moves of several sessions. */
  readonly uptime: number;
  /** False when a ref or a fetch reached the commit before this move. */
  readonly isFresh: boolean;
  /** True when the same transaction also wrote it under refs/remotes. */
  readonly isWithRemote: boolean;
  readonly repository: string;
}

const LINE =
  /^(prepared|committed) (\d+) (\d+(?:\.\d+)?) ([0-9a-f]{40,64}) ([0-9a-f]{40,64}) (\S+) (fresh|known|unsure|-) (.*)$/;

export const NO_COMMIT = /^0+$/;

/** Reads a session's refs log. Lines that are none are left out and counted: an agent can write to the file. */
export function parseRefsLog(text: string): { moves: RefMove[]; unreadable: number } {
  const fresh = new Map<string, boolean>();
  const remotes = new Set<string>();
  const moves: RefMove[] = [];
  let unreadable = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const match = LINE.exec(line);
    if (!match) {
      unreadable++;
      continue;
    }
    const [, state, transaction = '', uptime, old = '', created = '', ref = '', mark, repository = ''] =
      match;
    if (state === 'prepared') {
      if (ref.startsWith('refs/remotes/')) remotes.add(created);
      // Where git could not say (`unsure`), the other rules decide alone.
      fresh.set(`${old} ${created} ${ref}`, mark !== 'known');
    } else {
      const isFresh = fresh.get(`${old} ${created} ${ref}`) ?? false;
      const isWithRemote = remotes.has(created) && transaction !== '';
      moves.push({ old, new: created, ref, uptime: Number(uptime), isFresh, isWithRemote, repository });
    }
  }
  return { moves, unreadable };
}

/** One line of a reflog of HEAD: `old new name <mail> time zone\tmessage`. */
const REFLOG_LINE = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) .*\t(.*)$/;

/** Moves of a worktree's own HEAD that made a commit, by git's own words. */
export function parseReflog(text: string): { old: string; new: string }[] {
  return text.split('\n').flatMap((line) => {
    const match = REFLOG_LINE.exec(line);
    if (!match || !/^(commit|cherry-pick|revert|rebase|am|merge)\b/.test(match[3] ?? '')) return [];
    if (/Fast-forward|\(start\)|\(finish\)|\(abort\)|checkout/.test(match[3] ?? '')) return [];
    return [{ old: match[1] ?? '', new: match[2] ?? '' }];
  });
}
