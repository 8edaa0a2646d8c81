import { shellWord } from '../lib/shell-word.ts';
import { hiddenCommits } from './deliverable.ts';
import type { SessionId } from './ids.ts';
import type { SessionRecord } from './record.ts';
import type { LandingWay } from './record-words.ts';

/** What became of a session's work after it was judged. A fact, never an error. */
export type LandingResult = SessionRecord['landing'];

/** The work has left its branch. */
export type Landed = Extract<LandingResult, { kind: 'landed' }>;

/** The work stays where it is. */
export type LandingRefused = Extract<LandingResult, { kind: 'refused' }>;

export type LandingRefusal = LandingRefused['reason'];

export function refuseLanding(
  how: LandingWay,
  reason: LandingRefusal,
  detail: string,
  files: readonly string[] = [],
): LandingRefused {
  return { kind: 'refused', how, reason, detail, files };
}

/**
 * Whether a session has commits that a person may land. What stint cannot judge (a merge alone, a commit that no log
 * shows being made) waits for a person who looks at it.
 */
export function hasWorkToLand(
  work: Pick<SessionRecord, 'outcome' | 'notCounted'> & { readonly commits: readonly unknown[] },
): boolean {
  if (work.outcome === 'productive') return work.commits.length > 0;
  return work.outcome === 'unknown' && (work.commits.length > 0 || hiddenCommits(work).length > 0);
}

/** A branch in a command for people. An agent may have named it: neither a shell nor git takes it for anything else. */
export function typedBranch(branch: string): string {
  return shellWord(branch.startsWith('-') ? `refs/heads/${branch}` : branch);
}

/** What a person does next about work that did not land. */
export function nextLandingStep(id: SessionId, branch: string | null, { reason }: LandingRefused): string {
  const again = `stint land ${id}`;
  const name = branch === null ? 'its branch' : typedBranch(branch);
  if (reason === 'check-failed') return `mend it on ${name}, then ${again}`;
  if (reason === 'conflict' || reason === 'merge-commits') return `rebase ${name} by hand, then ${again}`;
  if (reason === 'foreign-commits') return `look at git log ${name}; with all of it: ${again}`;
  if (reason === 'unpushed-submodule') return `push the commit from the worktree, then ${again}`;
  if (reason === 'checkout-dirty') return `commit or stash what is in the way, then ${again}`;
  return again;
}
