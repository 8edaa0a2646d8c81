import type { CheckoutPull, CheckoutState } from '../../domain/pull.ts';
import { gitOutput } from '../git.ts';
import { headOf } from '../names.ts';
import { findAutostash, findUnfinished, noteCheckout, restoreCheckout } from './checkout-state.ts';
import { runPullGit, type PullCall } from './pull-git.ts';
import type { FollowedBranch } from './upstream.ts';

/**
 * Puts a checkout's branch on top of what it follows, which has been fetched, and its uncommitted files on top of that:
 * the second half of `git pull --rebase --autostash`. Whatever does not fit is undone as a whole.
 *
 * @param onBefore told how the checkout stands before it is changed, so that a crash can be repaired
 * @throws Problem when git cannot even look; nothing is changed then
 */
export async function rebaseCheckout(
  call: PullCall,
  { branch, upstream }: FollowedBranch,
  onBefore: (state: CheckoutState) => void,
): Promise<CheckoutPull> {
  const { folder } = call;
  const before = await noteCheckout(folder, branch);
  onBefore(before);
  const env = { GIT_REFLOG_ACTION: 'pull --rebase --autostash' };
  const { trouble } = await runPullGit(call, ['rebase', '--autostash'], env);
  const because = trouble ?? (await whyUnfinished(before));
  if (because !== null) return { kind: 'failed', folder, because: await undo(before, because) };
  const to = await headOf(folder);
  const count = async (range: string): Promise<number> =>
    Number(await gitOutput(folder, ['rev-list', '--count', range]));
  return {
    kind: 'pulled',
    folder,
    branch,
    upstream,
    from: before.head,
    to,
    commits: await count(`${before.head}..${upstream}`),
    ownCommits: await count(`${upstream}..${to}`),
  };
}

/** Puts a checkout back that a pull left half done, because its stint and its git were killed. */
export async function repairCheckout(state: CheckoutState): Promise<void> {
  if ((await whyUnfinished(state)) !== null) await restoreCheckout(state);
}

/** git calls it a success when the branch is moved and the edits did not fit any more. */
async function whyUnfinished(before: CheckoutState): Promise<string | null> {
  if ((await findUnfinished(before.folder)) === 'a rebase') return 'the rebase did not end';
  return (await findAutostash(before)) === null
    ? null
    : 'CONFLICT between files that are not committed and what came';
}

async function undo(before: CheckoutState, because: string): Promise<string> {
  if (await restoreCheckout(before)) return `${because}; the checkout is as before`;
  const kept = before.edits === null ? '' : ', what was not committed is in `git stash list`';
  return `${because}; the checkout is NOT as before: ${before.branch} was at ${before.head.slice(0, 12)}${kept}`;
}
