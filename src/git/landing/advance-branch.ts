import { existsSync } from 'node:fs';
import { tipOf } from '../names.ts';
import { heldBranch, listWorktrees } from '../repository.ts';
import { lastWords, type LandingGit } from './landing-git.ts';

export interface BranchMove {
  readonly repository: string;
  /** Name of a local branch. */
  readonly branch: string;
  readonly from: string;
  /** A descendant of `from`. */
  readonly to: string;
  /** Why nobody may move the files of this checkout now, null when one may. */
  readonly whyBusy: (folder: string) => Promise<string | null>;
}

export type Advance =
  | { readonly kind: 'advanced' }
  /** Somebody else moved the branch meanwhile. */
  | { readonly kind: 'moved' }
  | {
      readonly kind: 'refused';
      readonly reason: 'checkout-dirty' | 'checkout-busy' | 'git-failed';
      readonly detail: string;
      readonly files: readonly string[];
    };

/**
 * Moves a local branch forward, if it still stands where it stood. Where it is checked out, git itself fast-forwards
 * that checkout, and refuses when local changes are in the way. The caller holds the repository's lock.
 */
export async function advanceBranch(git: LandingGit, move: BranchMove): Promise<Advance> {
  const place = await findCheckout(move.repository, move.branch);
  if (place?.isInUse)
    return refuse('checkout-busy', `${move.branch} is being rebased or bisected in ${place.folder}`);
  if (place) return fastForward(git, move, place.folder);
  const because = ['-m', `stint land ${git.sessionId}: fast-forward`];
  const words = ['update-ref', ...because, `refs/heads/${move.branch}`, move.to, move.from];
  const result = await git.inCheckout(move.repository, words);
  if (result.exitCode === 0) return { kind: 'advanced' };
  return (await tipOf(move.repository, move.branch)) === move.from
    ? refuse('git-failed', lastWords(result))
    : { kind: 'moved' };
}

async function fastForward(git: LandingGit, move: BranchMove, folder: string): Promise<Advance> {
  const busy = await move.whyBusy(folder);
  if (busy !== null) return refuse('checkout-busy', busy);
  if ((await tipOf(move.repository, move.branch)) !== move.from) return { kind: 'moved' };
  const words = ['merge', '--quiet', '--ff-only', '--no-autostash', move.to];
  const result = await git.inCheckout(folder, words);
  const tip = await tipOf(move.repository, move.branch);
  if (tip === move.to) return { kind: 'advanced' };
  if (tip !== move.from) return { kind: 'moved' };
  const files = [...result.stderr.matchAll(/^\t(.+)$/gm)].map((match) => match[1] ?? '');
  return refuse('checkout-dirty', `git merge --ff-only in ${folder}: ${firstWords(result.stderr)}`, files);
}

function refuse(
  reason: 'checkout-dirty' | 'checkout-busy' | 'git-failed',
  detail: string,
  files: readonly string[] = [],
): Advance {
  return { kind: 'refused', reason, detail, files };
}

/** Why git refused: the line that says it, without the advice after it. */
function firstWords(stderr: string): string {
  const line = stderr.split('\n').find((each) => /^(error|fatal): /.test(each)) ?? stderr.split('\n')[0];
  return (line ?? '').replace(/^(error|fatal): /, '').replace(/:$/, '');
}

interface Checkout {
  readonly folder: string;
  /** True while git there holds the branch for a rebase or a bisection: it comes back to it. */
  readonly isInUse: boolean;
}

/** The worktree that has the branch checked out, or will have it again. */
async function findCheckout(repository: string, branch: string): Promise<Checkout | null> {
  const ref = `refs/heads/${branch}`;
  for (const { folder, branch: standing } of await listWorktrees(repository)) {
    if (!existsSync(folder)) continue;
    if (standing === ref) return { folder, isInUse: false };
    if (standing === null && (await heldBranch(folder)) === ref) return { folder, isInUse: true };
  }
  return null;
}
