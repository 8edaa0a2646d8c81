import { waitForLock } from '../lib/file-lock.ts';
import { Problem } from '../lib/problem.ts';

/**
 * git locks single refs and indexes, not the list of worktrees; two at once can fail. A checkout of a large repository
 * takes its time, and many may stand in line.
 */
const REPOSITORY_LOCK_LIMIT_MS = 600_000;

/**
 * Does what only one process may do in a repository at a time.
 *
 * @param limitMs how long it waits for the others
 * @throws Problem `repository_busy` (75) when they take longer
 */
export async function withRepositoryLock<T>(
  file: string,
  work: () => Promise<T>,
  limitMs = REPOSITORY_LOCK_LIMIT_MS,
): Promise<T> {
  using lock = await waitForLock(file, limitMs);
  if (!lock)
    throw new Problem(
      'repository_busy',
      `${file} has been held for too long.`,
      'See which process holds it.',
      75,
    );
  return await work();
}
