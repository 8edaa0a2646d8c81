import { gitTry } from './git.ts';
import { resolve } from './names.ts';
import { readGitFiles } from './repository.ts';

/** Where git notes the branch that it comes back to. */
const NOTES = ['rebase-merge/head-name', 'rebase-apply/head-name', 'BISECT_START'];

/**
 * The full name of the branch on which a checkout stands; while git rebases it, or bisects, HEAD is detached, and this is
 * the branch that git comes back to. Null where it stands on none.
 */
export async function currentBranch(folder: string): Promise<string | null> {
  const standing = (): Promise<string | null> => gitTry(folder, ['symbolic-ref', '--quiet', 'HEAD']);
  // Asked again at the end: the rebase may have ended between the two questions.
  return (await standing()) ?? (await heldBranch(folder)) ?? (await standing());
}

/** The full name of the branch that git holds in a checkout for a rebase or a bisection, or null. */
export async function heldBranch(folder: string): Promise<string | null> {
  for (const note of await readGitFiles(folder, NOTES)) {
    const held = note.trim();
    if (held === '') continue;
    const ref = held.startsWith('refs/') ? held : `refs/heads/${held}`;
    // A rebase of no branch says "detached HEAD", and a bisection may have begun at a commit.
    if ((await resolve(folder, ref)) !== null) return ref;
  }
  return null;
}
