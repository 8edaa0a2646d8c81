import { followedBy, readSetting, resolveBranch, splitRemoteRef } from '../names.ts';
import { checkedOutBranch } from '../repository.ts';
import { findUnfinished } from './checkout-state.ts';

/** The branch that a checkout stands on, and what it follows. */
export interface FollowedBranch {
  readonly branch: string;
  /** `origin/main`. */
  readonly upstream: string;
  /** `origin`; `.` is this repository itself. */
  readonly remote: string;
}

/** Why a checkout has nothing to pull, and what there is to do. */
export interface NoUpstream {
  readonly because: string;
  readonly hint: string;
}

/** What a checkout follows. @throws Problem when git says nothing */
export async function findUpstream(folder: string): Promise<FollowedBranch | NoUpstream> {
  const unfinished = await findUnfinished(folder);
  if (unfinished !== null)
    return { because: `${unfinished} in ${folder} is not finished`, hint: 'Finish it, or abort it.' };
  const branch = await checkedOutBranch(folder);
  if (branch === null)
    return { because: `${folder} is on no branch`, hint: 'Check one out, with `git switch main` say.' };
  const upstream = await followedBy(folder);
  const remote = await readSetting(folder, `branch.${branch}.remote`);
  if (upstream !== null && remote !== null) return { branch, upstream, remote };
  return {
    because: `${branch} in ${folder} follows no branch of a remote`,
    hint: `Name one with \`git branch --set-upstream-to=origin/${branch}\`.`,
  };
}

/** A branch of a remote, as it was last seen. */
export interface SeenBranch {
  readonly remote: string;
  /** `refs/remotes/origin/main`. */
  readonly ref: string;
}

/** The branch of a remote that a name stands for (`origin/main`), or null. */
export async function remoteBranchOf(folder: string, name: string): Promise<SeenBranch | null> {
  const ref = await resolveBranch(folder, name);
  if (!ref?.startsWith('refs/remotes/')) return null;
  const found = await splitRemoteRef(folder, ref);
  return found && { remote: found.name, ref };
}
