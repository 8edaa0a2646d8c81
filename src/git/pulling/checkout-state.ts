import { existsSync } from 'node:fs';
import type { CheckoutState } from '../../domain/pull.ts';
import { git, gitOutput, gitTry } from '../git.ts';
import { headOf, resolve, tipOf, treeOf } from '../names.ts';
import { checkedOutBranch, gitPaths } from '../repository.ts';
import { Problem } from '../../lib/problem.ts';

/** What git leaves in its folder while it waits for a person to go on. */
const UNFINISHED: Readonly<Record<string, string>> = {
  'rebase-merge': 'a rebase',
  'rebase-apply': 'a rebase',
  MERGE_HEAD: 'a merge',
  CHERRY_PICK_HEAD: 'a cherry-pick',
  REVERT_HEAD: 'a revert',
};

/** What is unfinished in a checkout, in words, or null. */
export async function findUnfinished(folder: string): Promise<string | null> {
  const names = Object.keys(UNFINISHED);
  const at = (await gitPaths(folder, names)).findIndex((file) => existsSync(file));
  return UNFINISHED[names[at] ?? ''] ?? null;
}

/** Notes how a checkout stands; its uncommitted files become a commit that no branch has. @throws Problem when git says no */
export async function noteCheckout(folder: string, branch: string): Promise<CheckoutState> {
  const head = await headOf(folder);
  const [lock = ''] = await gitPaths(folder, ['index.lock']);
  if (existsSync(lock))
    throw new Problem(
      'checkout_locked',
      `${lock} is there: another git works in the checkout, or was killed in it.`,
      'When none does, remove it.',
      75,
    );
  const edits = await gitOutput(folder, ['stash', 'create', 'before a pull']);
  const stash = await resolve(folder, 'refs/stash');
  return { folder, branch, head, edits: edits === '' ? null : edits, stash };
}

/** Whether branch, commit and the content of every file are what they were. */
export async function isAsBefore(state: CheckoutState): Promise<boolean> {
  const { folder } = state;
  if ((await findUnfinished(folder)) !== null) return false;
  if ((await checkedOutBranch(folder)) !== state.branch) return false;
  if ((await resolve(folder, 'HEAD')) !== state.head) return false;
  // Fails while there are conflicts.
  const edits = await gitTry(folder, ['stash', 'create']);
  if (edits === null) return false;
  return (
    (await treeOf(folder, edits === '' ? state.head : edits)) ===
    (await treeOf(folder, state.edits ?? state.head))
  );
}

/**
 * Puts a checkout back after a rebase that did not get to its end.
 *
 * @returns false when it is not as before; its files are then kept in the stash list
 */
export async function restoreCheckout(state: CheckoutState): Promise<boolean> {
  const { folder } = state;
  if ((await findUnfinished(folder)) === 'a rebase') {
    const aborted = await git(folder, ['rebase', '--abort']);
    // A rebase that was killed as it began knows too little to abort, and has changed no commit.
    if (aborted.exitCode !== 0) await git(folder, ['rebase', '--quit']);
  }
  if (!(await isAsBefore(state))) await resetTo(state);
  if (await isAsBefore(state)) {
    await dropAutostash(state);
    return true;
  }
  if (state.edits !== null && (await findAutostash(state)) === null)
    await git(folder, ['stash', 'store', '--message', 'stint: before a pull', state.edits]);
  return false;
}

/** Only where git itself says that it has put the edits aside, or that there were none: no other edit may go. */
async function resetTo(state: CheckoutState): Promise<void> {
  const { folder, branch, head, edits } = state;
  if (edits !== null && (await findAutostash(state)) === null) return;
  const isThere = (await checkedOutBranch(folder)) === branch;
  const tip = await tipOf(folder, branch);
  const hasConflicts = (await gitTry(folder, ['ls-files', '--unmerged'])) !== '';
  // The edits did not fit, or the rebase was left where it was: else the difference is somebody else's.
  if (!hasConflicts && (isThere || tip !== head)) return;
  if ((await gitTry(folder, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`])) === null) return;
  if ((await git(folder, ['reset', '--quiet', '--hard', head])).exitCode !== 0) return;
  if (edits !== null) await git(folder, ['stash', 'apply', '--quiet', '--index', edits]);
}

/** The entry that git made of the edits when they did not fit, as its number and its commit. */
export async function findAutostash(state: CheckoutState): Promise<{ entry: string; commit: string } | null> {
  const { folder, edits, stash } = state;
  if (edits === null) return null;
  const tree = await treeOf(folder, edits);
  const list = (await gitTry(folder, ['stash', 'list', '--format=%H %T %gs'])) ?? '';
  for (const [index, line] of list.split('\n').entries()) {
    const [commit = '', itsTree, ...words] = line.split(' ');
    if (commit === stash) return null;
    if (itsTree === tree && words.join(' ') === 'autostash') return { entry: `stash@{${index}}`, commit };
  }
  return null;
}

/** The edits are in the files again. */
async function dropAutostash(state: CheckoutState): Promise<void> {
  const found = await findAutostash(state);
  if (!found) return;
  const said = (await gitTry(state.folder, ['stash', 'drop', found.entry])) ?? '';
  const dropped = /\(([0-9a-f]{40,64})\)/.exec(said)?.[1];
  // All worktrees share one list, and a neighbour's entry may have moved to this place just now.
  if (dropped !== undefined && dropped !== found.commit)
    await git(state.folder, ['stash', 'store', '--message', 'put back by stint', dropped]);
}
