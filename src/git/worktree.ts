import { cpSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { SessionId } from '../domain/ids.ts';
import { waitForLock } from '../lib/file-lock.ts';
import { git } from './git.ts';
import { makeFolder } from '../lib/make-folder.ts';
import { messageOf, Problem } from '../lib/problem.ts';
import { isOccupied } from '../lib/process-table.ts';
import type { Repository } from './repository.ts';
import { pullLockFile } from './pull-lock.ts';
import { withRepositoryLock } from './repository-lock.ts';

/**
 * While git makes a worktree, that has no commit yet for some milliseconds, and a fetch of somebody else fails over it. So
 * nobody should pull meanwhile; but a pull that hangs keeps no session from beginning.
 */
const PULL_LIMIT_MS = 10_000;

export interface NewWorktree {
  readonly repository: Repository;
  readonly repositoryLock: string;
  readonly folder: string;
  /** Null makes a detached worktree, for checks. */
  readonly branch: string | null;
  readonly base: string;
  /** Whose worktree it is; its tag finds a git that is still at it when the supervisor has been killed. */
  readonly sessionId: SessionId;
  /** Whether the caller holds the pull lock already, and so keeps everybody else from pulling. */
  readonly isPullLocked?: boolean;
}

/** Makes a worktree. @throws Problem `worktree_failed` with the system's words, or git's */
export async function addWorktree(wanted: NewWorktree): Promise<void> {
  try {
    makeFolder(path.dirname(wanted.folder));
  } catch (error) {
    throw cannotMake(messageOf(error));
  }
  const how = wanted.branch === null ? ['--detach'] : ['-b', wanted.branch, '--no-track'];
  const { top, commonDir } = wanted.repository;
  const add = ['worktree', 'add', '--quiet', ...how, wanted.folder, wanted.base];
  const result = await withoutPull(wanted.isPullLocked ? null : commonDir, () =>
    withRepositoryLock(wanted.repositoryLock, () =>
      git(top, add, { env: { STINT_SESSION_ID: wanted.sessionId } }),
    ),
  );
  if (result.exitCode === 0) return;
  await removeWorktree(top, wanted.repositoryLock, wanted.folder);
  throw cannotMake(result.stderr.trim().split('\n').at(-1) ?? '');
}

function cannotMake(words: string): Problem {
  return new Problem(
    'worktree_failed',
    `A worktree for the session cannot be made: ${words}`,
    'Is the disk full, or the folder taken?',
    1,
  );
}

async function withoutPull<T>(commonDir: string | null, work: () => Promise<T>): Promise<T> {
  const lock = commonDir === null ? null : await waitForLock(pullLockFile(commonDir), PULL_LIMIT_MS);
  try {
    return await work();
  } finally {
    lock?.release();
  }
}

/** Copies files that git does not carry (`.env`) from the checkout into a worktree. Returns those that are missing. */
export function copyIntoWorktree(from: string, to: string, files: readonly string[]): string[] {
  const missing: string[] = [];
  for (const file of files) {
    const source = path.join(from, file);
    if (!existsSync(source)) missing.push(file);
    else
      cpSync(source, path.join(to, file), { recursive: true, errorOnExist: false, verbatimSymlinks: true });
  }
  return missing;
}

/**
 * Removes a worktree and what git knows of it. The caller has saved its work.
 *
 * @param isTheirs asked when nobody else can make or remove one: whether it is still that of whose work was saved
 * @returns false when it is still there, because somebody stands in it, it is not theirs, or git says no
 */
export async function removeWorktree(
  repository: string,
  lock: string,
  folder: string,
  isTheirs: () => Promise<boolean> = async () => true,
): Promise<boolean> {
  // A worktree in which a living process stands is never removed.
  if (isOccupied(folder)) return false;
  await withRepositoryLock(lock, async () => {
    if (!(await isTheirs())) return;
    // Twice: git locks a worktree while it makes it, and may have been killed then.
    await git(repository, ['worktree', 'remove', '--force', '--force', folder]);
    // A half-made worktree is unknown to git, and its folder would stay.
    rmSync(folder, { recursive: true, force: true });
    await git(repository, ['worktree', 'unlock', folder]);
    await git(repository, ['worktree', 'prune', '--expire', 'now']);
  });
  return !existsSync(folder);
}
