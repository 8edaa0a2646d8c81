import { hash } from 'node:crypto';
import type { CheckEvidence, CommitCheck } from '../domain/evidence.ts';
import type { StateLayout } from '../domain/layout.ts';
import { describeCommand, type UserCommand } from '../domain/settings/user-command.ts';
import { treeOf } from '../git/names.ts';
import { messageOf } from '../lib/problem.ts';
import { hasRedaction } from '../lib/redact.ts';
import { randomWord } from '../lib/random.ts';
import type { UserCommands } from '../run/user-commands.ts';
import type { Repository } from '../git/repository.ts';
import { addWorktree, copyIntoWorktree, removeWorktree } from '../git/worktree.ts';
import type { GatheredSession } from './gathered-session.ts';

/** Where commits are checked. */
export interface CheckPlace {
  readonly repository: Repository;
  readonly layout: Pick<StateLayout, 'worktrees' | 'repositoryLock'>;
  readonly commands: UserCommands;
  /** Earlier results of a command, by tree: the same files are checked once. */
  readonly memory: {
    find(tree: string, command: string): Promise<CommitCheck | null>;
    save(tree: string, command: string, check: CommitCheck): Promise<void>;
  };
}

/** The session for which a commit is checked. `isPullLocked`: the caller holds the pull lock. */
export type CheckedSession = Pick<GatheredSession, 'id' | 'plan' | 'files' | 'cancelled'> & {
  readonly isPullLocked?: boolean;
};

/**
 * Checks the session's head on a clean checkout, and the commit before its work when that fails: what was red before
 * is nobody's fault here.
 *
 * @param head the last commit of the session, null when it made none
 * @param base the commit before its first one, null for a root commit
 */
export async function checkWork(
  place: CheckPlace,
  session: CheckedSession,
  head: string | null,
  base: string | null,
): Promise<CheckEvidence> {
  const { check } = session.plan;
  if (!check) return { result: 'none', detail: 'no check is configured' };
  if (head === null) return { result: 'not-run', detail: 'there was nothing to check' };
  if (hasRedaction(JSON.stringify([check, session.plan.setup])))
    return { result: 'not-run', detail: 'its command held a secret, and the file that kept that is gone' };
  const name = describeCommand(check);
  const { result, detail } = await checkCommit(place, session, check, head);
  if (result === 'not-run') return { result, detail };
  const before = base === null ? null : await checkCommit(place, session, check, base);
  const wasRed = before?.result === 'failed';
  if (result === 'passed' && wasRed)
    return { result, wasRed, detail: `${name} passed, and failed before this work` };
  if (result === 'passed') return { result, detail: `${name} passed` };
  if (wasRed) return { result: 'failed-before', detail: `${name} failed before this work too` };
  if (before?.result === 'passed')
    return { result, detail: `${name} passed before and failed after: ${detail}` };
  const why = before
    ? `could not run on the commit before: ${before.detail}`
    : 'there is nothing before to compare with';
  return { result: 'not-run', detail: `${name} failed (${detail}), and ${why}` };
}

/** What the check says of one commit; the same tree is asked once. */
export async function checkCommit(
  place: CheckPlace,
  session: CheckedSession,
  check: UserCommand,
  commit: string,
): Promise<CommitCheck> {
  const tree = await treeOf(place.repository.top, commit);
  if (tree === null) return { result: 'not-run', detail: `git has no commit ${commit.slice(0, 12)}` };
  // A digest: a command can hold a token, and it is not needed to be known again.
  const key = hash('sha256', JSON.stringify([check, session.plan.setup]));
  const known = await place.memory.find(tree, key);
  if (known) return known;
  const fresh = await checkInWorktree(place, session, check, commit);
  // What could not run may run next time.
  if (fresh.result !== 'not-run') await place.memory.save(tree, key, fresh);
  return fresh;
}

async function checkInWorktree(
  place: CheckPlace,
  session: CheckedSession,
  check: UserCommand,
  commit: string,
): Promise<CommitCheck> {
  const { repository, layout } = place;
  const { worktrees, repositoryLock } = layout;
  const folder = `${worktrees}/check-${session.id}-${randomWord(4)}`;
  try {
    await addWorktree({
      repository,
      repositoryLock,
      folder,
      branch: null,
      base: commit,
      sessionId: session.id,
      isPullLocked: session.isPullLocked ?? false,
    });
    copyIntoWorktree(repository.top, folder, session.plan.copy);
    const { setup } = session.plan;
    if (setup) {
      const prepared = await runIn(place, session, setup, folder, session.plan.setupTimeoutMs);
      if (prepared.result !== 'passed')
        return { result: 'not-run', detail: `setup for the check failed: ${prepared.detail}` };
    }
    return await runIn(place, session, check, folder, session.plan.checkTimeoutMs);
  } catch (error) {
    return { result: 'not-run', detail: messageOf(error) };
  } finally {
    await removeWorktree(repository.top, repositoryLock, folder);
  }
}

async function runIn(
  place: CheckPlace,
  session: CheckedSession,
  command: UserCommand,
  folder: string,
  timeoutMs: number,
): Promise<CommitCheck> {
  const { kind, trouble, troubleInFull } = await place.commands.run({
    command,
    session,
    folder,
    logFile: session.files.checkLog,
    timeoutMs,
    cancelled: session.cancelled,
  });
  if (trouble === null) return { result: 'passed', detail: 'exit 0' };
  const hasRun = kind === 'exited' || kind === 'timed-out';
  return { result: hasRun ? 'failed' : 'not-run', detail: `it ${troubleInFull}` };
}
