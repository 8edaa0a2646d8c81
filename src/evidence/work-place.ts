import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Workspace } from '../domain/session.ts';
import { resolveCommit, tipOf } from '../git/names.ts';
import { parseReflog, textAfter, type ReflogPair } from '../git/refs-log.ts';
import {
  checkedOutRef,
  findMovedWorktree,
  heldBranch,
  isTop,
  readGitFiles,
  readHeadReflog,
} from '../git/repository.ts';

/** Where a session stands when its agent is gone, as git sees it. */
export interface WorkPlace {
  /** The folder in which git takes HEAD for the session's; null where its worktree is gone. */
  readonly folder: string | null;
  /** True where the agent moved its worktree: stint reads HEAD there, and touches no file. */
  readonly isMoved: boolean;
  /** The commit at HEAD; null where there is none. */
  readonly head: string | null;
  /** The full name of the branch at HEAD, or of that to which a rebase comes back; null where HEAD stands on none. */
  readonly ref: string | null;
  /** The branch that was made for it, and its tip; null where it has none, or has none any more. */
  readonly made: string | null;
  readonly tip: string | null;
  /** The commit that it started from; null in a repository without one. */
  readonly base: string | null;
  /** Moves of HEAD that made a commit, since the session started. */
  readonly reflog: readonly ReflogPair[];
  /** Every commit at which the session's own HEAD stood, by the reflog, and what it fetched last. */
  readonly positions: readonly string[];
  readonly fetched: readonly string[];
}

export const BRANCH = 'refs/heads/';

/**
 * @param sharedUntil the last line of the reflog of a shared checkout when the session started; null where it has none
 * @throws Problem when git cannot read the repository
 */
export async function findWorkPlace(
  top: string,
  { isolation, folder, branch, base }: Workspace,
  sharedUntil: string | null,
): Promise<WorkPlace> {
  const made = branch === null ? null : BRANCH + branch;
  const tip = branch === null ? null : await tipOf(top, branch);
  const nowhere = { head: null, ref: null, reflog: [], positions: [], fetched: [] };
  if (isolation === 'shared') {
    const [head, ref] = [await resolveCommit(folder, 'HEAD'), await checkedOutRef(folder)];
    const text = sharedUntil === null ? '' : textAfter(await readHeadReflog(folder), sharedUntil);
    const moved = { reflog: parseReflog(text), positions: hashesOf(text, REFLOG_NEW) };
    return { ...nowhere, folder, isMoved: false, head, ref, made, tip, base, ...moved };
  }
  const isThere = existsSync(folder) && (await isTop(folder));
  // An agent may have removed the worktree itself; its commits are in the repository all the same.
  const found = isThere ? folder : await findMovedWorktree(top, path.basename(folder));
  if (found === null) return { ...nowhere, folder: null, isMoved: false, made, tip, base };
  const text = await readHeadReflog(found);
  return {
    folder: found,
    isMoved: !isThere,
    head: await resolveCommit(found, 'HEAD'),
    ref: (await checkedOutRef(found)) ?? (await heldBranch(found)),
    made,
    tip,
    base,
    reflog: parseReflog(text),
    positions: hashesOf(text, REFLOG_NEW),
    fetched: hashesOf((await readGitFiles(found, ['FETCH_HEAD'])).join('\n'), /^([0-9a-f]{40,64})\t/gm),
  };
}

/** The commits at which the session stands: at HEAD, and on the branch that was made for it. */
export function headsOf({ head, tip }: WorkPlace): string[] {
  return [...new Set([head, tip].filter((each) => each !== null))];
}

const REFLOG_NEW = /^[0-9a-f]+ ([0-9a-f]{40,64}) /gm;

function hashesOf(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))];
}
