import { SESSION_ID_LENGTH, type SessionId } from '../../domain/ids.ts';
import type { CheckoutPull } from '../../domain/pull.ts';
import { isLocked } from '../../lib/lock-table.ts';
import { Problem } from '../../lib/problem.ts';
import { randomWord } from '../../lib/random.ts';
import { findUnfinished } from '../../git/pulling/checkout-state.ts';
import { pullLockFile } from '../../git/pull-lock.ts';
import { findUpstream } from '../../git/pulling/upstream.ts';
import type { Project, ProjectPlace } from '../project/project.ts';
import { pull } from './pull.ts';

/** The result of a pull. */
export interface PulledCheckout extends Omit<Extract<CheckoutPull, { kind: 'pulled' }>, 'kind' | 'folder'> {
  /** True when another process pulled it meanwhile. */
  readonly isShared: boolean;
}

/**
 * Pulls the project's own checkout now, for a person.
 *
 * @throws Problem `checkout_busy` (75) while a session works in it, `pull_failed` (1) with git's reason
 */
export async function pullCheckoutNow(project: Project, cancelled: AbortSignal): Promise<PulledCheckout> {
  const request = {
    tag: randomWord(SESSION_ID_LENGTH) as SessionId,
    remotes: [],
    inPlace: true,
    logFile: project.layout.pullLog,
    cancelled,
  };
  const { checkout: result, isShared } = await pull(project, request, async (pulled) => pulled);
  if (result?.kind === 'pulled') {
    const { branch, upstream, from, to, commits, ownCommits } = result;
    return { branch, upstream, from, to, commits, ownCommits, isShared };
  }
  if (result?.kind === 'skipped')
    throw new Problem(
      'checkout_busy',
      `Nothing was pulled in ${result.folder}: ${result.because}.`,
      'Try again when it has ended; `stint status` shows on what it waits.',
      75,
    );
  const whose = isShared ? ' (another process tried it meanwhile)' : '';
  throw new Problem(
    'pull_failed',
    `Nothing was pulled${whose}: ${result?.because ?? 'there is no checkout'}.`,
    `See ${project.layout.pullLog}.`,
    1,
  );
}

/**
 * Refuses a checkout that has nothing to pull. While another pull is at it, and after one that was killed, it may look
 * like that for a moment: then the pull itself finds out, behind its lock.
 */
export async function refuseUnpullable({ repository }: ProjectPlace): Promise<void> {
  const { top, commonDir } = repository;
  const isPulled = (): boolean => commonDir !== null && isLocked(pullLockFile(commonDir));
  if (isPulled()) return;
  const found = await findUpstream(top);
  if (!('because' in found) || isPulled() || (await findUnfinished(top)) === 'a rebase') return;
  throw new Problem('cannot_pull', `Nothing can be pulled: ${found.because}.`, found.hint);
}
