import type { SessionId } from '../../../domain/ids.ts';
import { randomWord } from '../../../lib/random.ts';
import { addWorktree, removeWorktree } from '../../../git/worktree.ts';
import type { Project } from '../../project/project.ts';

/** Gives a landing a worktree of its own at a commit, and takes it away again. A killed one goes at the next start. */
export async function inLandingWorktree<T>(
  project: Project,
  { id }: { readonly id: SessionId },
  commit: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const { layout, repository } = project;
  const { repositoryLock } = layout;
  const folder = `${layout.worktrees}/land-${id}-${randomWord(4)}`;
  const wanted = { repository, repositoryLock, folder, branch: null };
  await addWorktree({ ...wanted, base: commit, sessionId: id });
  try {
    return await work(folder);
  } finally {
    // What came of the landing is not to be hidden by what could not be tidied up.
    await removeWorktree(repository.top, repositoryLock, folder).catch(() => false);
  }
}
