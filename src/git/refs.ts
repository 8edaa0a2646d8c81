import { git } from './git.ts';
import { resolve, tipOf } from './names.ts';

/** Deletes a branch of which nothing is lost, as long as it still stands at that commit. */
export async function deleteBranchAt(repository: string, branch: string, commit: string): Promise<boolean> {
  if ((await tipOf(repository, branch)) !== commit) return false;
  // The old value guards against a commit that came in between.
  return (await git(repository, ['update-ref', '-d', `refs/heads/${branch}`, commit])).exitCode === 0;
}

/** Moves a branch to a commit, or makes it there. @returns false when git refuses */
export async function putBranchAt(repository: string, branch: string, commit: string): Promise<boolean> {
  const tip = await tipOf(repository, branch);
  if (tip === commit) return true;
  const because = ['-m', 'stint: the work of its session'];
  // The old value guards here, too; an empty one stands for a branch that is not there.
  const words = ['update-ref', ...because, `refs/heads/${branch}`, commit, tip ?? ''];
  return (await git(repository, words)).exitCode === 0;
}

/** Makes a ref of stint's own, or moves it. Where git refuses, only a hint is missing. */
export async function putRefAt(repository: string, ref: string, commit: string): Promise<void> {
  await git(repository, ['update-ref', ref, commit]);
}

/** Removes a ref of stint's own, where it is there. */
export async function dropRef(repository: string, ref: string): Promise<void> {
  if ((await resolve(repository, ref)) !== null) await git(repository, ['update-ref', '-d', ref]);
}
