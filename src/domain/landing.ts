import type { SessionId } from './ids.ts';

/** How delivered work leaves its branch. */
export const LANDING_WAYS = ['rebase', 'push', 'pr', 'command'] as const;

export type LandingWay = (typeof LANDING_WAYS)[number];

/**
 * Why work stays on its branch although it should have landed. Nothing is lost by any of them.
 *
 * - check-failed, check-not-run: what would land was checked, and did not pass
 * - conflict: it changes the same lines as what came before it; `files` names where
 * - foreign-commits: its branch holds commits that the session did not make
 * - merge-commits: its branch holds a merge with changes of its own, which cannot be replayed
 * - no-base-branch, no-remote, no-tool: what it should land with is not there
 * - checkout-dirty: local changes in the checkout of the base branch are in the way
 * - checkout-busy: a session, a rebase or a bisection works in that checkout
 * - base-moved: others were faster every time
 * - push-refused, pr-failed, command-failed, git-failed: the words are in `detail`
 * - cancelled, timed-out, interrupted: it did not get to its end
 */
export const LANDING_REFUSALS = [
  'check-failed',
  'check-not-run',
  'conflict',
  'foreign-commits',
  'merge-commits',
  'no-base-branch',
  'no-remote',
  'no-tool',
  'checkout-dirty',
  'checkout-busy',
  'base-moved',
  'unpushed-submodule',
  'push-refused',
  'pr-failed',
  'command-failed',
  'git-failed',
  'cancelled',
  'timed-out',
  'interrupted',
] as const;

export type LandingRefusal = (typeof LANDING_REFUSALS)[number];

/** The work has left its branch. */
export interface Landed {
  readonly kind: 'landed';
  readonly how: LandingWay;
  /** The branch that has it now, or is asked to take it; null for a command. */
  readonly onto: string | null;
  /** The tip of the session's branch when it landed; null where it has none. */
  readonly head: string | null;
  /** The commits as they stand on `onto`, oldest first; other SHAs than the session's own where they were replayed. */
  readonly commits: readonly string[];
  /** The pull request, null where there is none. */
  readonly url: string | null;
  /** True when the branch holds nothing any more that `onto` lacks, so that it goes. */
  readonly isBranchSpent: boolean;
  /** One sentence. */
  readonly detail: string;
}

/** The work stays where it is. */
export interface LandingRefused {
  readonly kind: 'refused';
  readonly how: LandingWay;
  readonly reason: LandingRefusal;
  /** One sentence. */
  readonly detail: string;
  /** The files in question: conflicts, or local changes. */
  readonly files: readonly string[];
}

/** What became of a session's work after it was judged. A fact, never an error. */
export type LandingResult =
  /** Nobody wanted it to leave its branch, or nothing was delivered. */
  { readonly kind: 'none'; readonly detail: string } | Landed | LandingRefused;

export function refuseLanding(
  how: LandingWay,
  reason: LandingRefusal,
  detail: string,
  files: readonly string[] = [],
): LandingRefused {
  return { kind: 'refused', how, reason, detail, files };
}

/** What a person does next about work that did not land. */
export function nextLandingStep(id: SessionId, branch: string | null, { reason }: LandingRefused): string {
  const again = `stint land ${id}`;
  const name = branch ?? 'its branch';
  if (reason === 'check-failed') return `mend it on ${name}, then ${again}`;
  if (reason === 'conflict' || reason === 'merge-commits') return `rebase ${name} by hand, then ${again}`;
  if (reason === 'foreign-commits') return `look at git log ${name}; with all of it: ${again}`;
  if (reason === 'unpushed-submodule') return `push the commit from the worktree, then ${again}`;
  if (reason === 'checkout-dirty') return `commit or stash what is in the way, then ${again}`;
  return again;
}
