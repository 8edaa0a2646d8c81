import { gitTry, linesOf } from '../git.ts';
import { resolve } from '../names.ts';
import { lastWords, type LandingGit } from './landing-git.ts';

export type Replay =
  | { readonly kind: 'replayed'; readonly head: string; readonly commits: readonly string[] }
  | { readonly kind: 'conflict'; readonly commit: string; readonly files: readonly string[] }
  | { readonly kind: 'failed'; readonly detail: string };

/**
 * Puts commits onto another one, in a worktree of stint's own: no branch and no checkout of anybody changes. A commit
 * whose change is there already is left out.
 */
export async function replayCommits(
  git: LandingGit,
  folder: string,
  onto: string,
  commits: readonly string[],
): Promise<Replay> {
  const start = await git.inScratch(folder, ['checkout', '--quiet', '--force', '--detach', onto]);
  if (start.exitCode !== 0) return { kind: 'failed', detail: lastWords(start) };
  for (const commit of commits) {
    const picked = await git.inScratch(folder, ['cherry-pick', '--allow-empty', commit]);
    if (picked.exitCode === 0) continue;
    const files = await unmergedFiles(folder);
    if (files.length > 0) return { kind: 'conflict', commit, files };
    if (!(await isRedundant(folder))) return { kind: 'failed', detail: lastWords(picked) };
    await git.inScratch(folder, ['cherry-pick', '--skip']);
  }
  const head = await resolve(folder, 'HEAD');
  if (head === null) return { kind: 'failed', detail: `${folder} has no HEAD any more` };
  const made = await gitTry(folder, ['rev-list', '--reverse', `${onto}..${head}`]);
  return { kind: 'replayed', head, commits: linesOf(made) };
}

async function unmergedFiles(folder: string): Promise<string[]> {
  const names = await gitTry(folder, ['diff', '--name-only', '--diff-filter=U', '-z']);
  return (names ?? '').split('\0').filter((name) => name !== '');
}

/** Whether a pick stopped only because nothing of it is left to do. */
async function isRedundant(folder: string): Promise<boolean> {
  const isPicking = (await resolve(folder, 'CHERRY_PICK_HEAD')) !== null;
  return isPicking && (await gitTry(folder, ['diff', '--quiet', 'HEAD'])) !== null;
}
