import { SESSION_ID_LENGTH, type SessionId } from '../../domain/ids.ts';
import type { CheckoutPull, CheckoutState, PullReport } from '../../domain/pull.ts';
import { pullLockFile, type PullNote, readPullNote, writePullNote } from '../../git/pull-lock.ts';
import { findUnfinished } from '../../git/pulling/checkout-state.ts';
import { fetchRemote } from '../../git/pulling/fetch-remote.ts';
import type { PullCall } from '../../git/pulling/pull-git.ts';
import { rebaseCheckout, repairCheckout } from '../../git/pulling/rebase-checkout.ts';
import { findUpstream, type FollowedBranch } from '../../git/pulling/upstream.ts';
import { withRepositoryLock } from '../../git/repository-lock.ts';
import { listWorktrees } from '../../git/repository.ts';
import { formatDuration } from '../../lib/duration.ts';
import { type FileLock, waitForLock } from '../../lib/file-lock.ts';
import { isLocked } from '../../lib/lock-table.ts';
import { Problem } from '../../lib/problem.ts';
import { randomWord } from '../../lib/random.ts';
import { findSessionIn } from '../custody/find-sessions.ts';
import type { Project, ProjectPlace } from '../project/project.ts';

/** Longer than any one pull of ours takes. Those who wait share its result, so nobody waits for a whole line of them. */
const WAIT_LIMIT_MS = 120_000;

/** No remote is worth a longer wait. */
const STEP_LIMIT_MS = 60_000;

export interface PullRequest {
  /** The session that wants it, or a word that is drawn for a person's. */
  readonly tag: SessionId;
  /** The remotes to fetch. */
  readonly remotes: readonly string[];
  /** Whether to bring the project's own checkout up to date too. */
  readonly inPlace: boolean;
  readonly logFile: string;
  readonly cancelled: AbortSignal;
}

export interface Pulled extends PullReport {
  /** Somebody else pulled while we waited, and we take what that brought. */
  readonly isShared: boolean;
}

/**
 * Pulls, one at a time in a repository, whoever asks: the lock is a kernel lock that shell scripts can take too. While
 * it is held no session begins to work in the checkout itself.
 *
 * docs/git.md says in which order all locks are taken.
 *
 * @param whileHeld what else must not happen during another pull
 * @throws Problem `pull_busy` (75) when somebody else pulls for too long, `interrupted` (130)
 */
export async function pull<T>(
  project: Project,
  request: PullRequest,
  whileHeld: (pulled: Pulled) => Promise<T>,
): Promise<T> {
  const { pullNote } = project.layout;
  const seen = readPullNote(pullNote)?.id;
  using lock = await takePullLock(project, request.cancelled);
  const note = readPullNote(pullNote);
  if (note?.unfinished) await repair(project, note, note.unfinished);
  if (note && note.id !== seen && covers(note.report, request, project.repository.top))
    return await whileHeld({ ...note.report, isShared: true });
  const report = await pullNow(project, request, lock);
  return await whileHeld({ ...report, isShared: false });
}

async function takePullLock(project: Project, cancelled: AbortSignal): Promise<FileLock> {
  const file = pullLockFile(project.repository.commonDir ?? '');
  const lock = await waitForLock(file, WAIT_LIMIT_MS, cancelled);
  if (lock) return lock;
  refuseWhenCancelled(cancelled);
  throw new Problem(
    'pull_busy',
    `Another pull has held ${file} for ${formatDuration(WAIT_LIMIT_MS)}.`,
    `See who holds it, with \`fuser ${file}\` say.`,
    75,
  );
}

function refuseWhenCancelled(cancelled: AbortSignal): void {
  if (cancelled.aborted)
    throw new Problem('interrupted', `The pull was not finished: ${String(cancelled.reason)}.`, '', 130);
}

function covers(report: PullReport, { remotes, inPlace }: PullRequest, top: string): boolean {
  if (remotes.some((remote) => !Object.hasOwn(report.remotes, remote))) return false;
  return !inPlace || (report.checkout?.folder === top && report.checkout.kind !== 'skipped');
}

const NOTHING: PullReport = { remotes: {}, gone: {}, checkout: null };

async function pullNow(project: Project, request: PullRequest, lock: FileLock): Promise<PullReport> {
  const { remotes, inPlace, cancelled } = request;
  if (remotes.length === 0 && !inPlace) return NOTHING;
  const call = composeCall(project, request, lock);
  const target = inPlace ? await findTarget(project, call.folder) : null;
  const upstream = target && 'remote' in target ? target : null;
  const fetched: Record<string, string | null> = {};
  const gone: Record<string, readonly string[]> = {};
  for (const remote of new Set([...remotes, ...(upstream ? [upstream.remote] : [])])) {
    const result = await fetchRemote(call, remote);
    [fetched[remote], gone[remote]] = [result.trouble, result.gone];
    refuseWhenCancelled(cancelled);
  }
  const checkout = upstream
    ? await pullCheckout(project, call, upstream, fetched[upstream.remote] ?? whyGone(upstream, gone))
    : target && 'kind' in target
      ? target
      : null;
  const report = { remotes: fetched, gone, checkout };
  // What somebody broke off is nobody else's result.
  leaveNote(project, cancelled.aborted ? NOTHING : report, null);
  refuseWhenCancelled(cancelled);
  return report;
}

function composeCall(project: Project, { tag, logFile, cancelled }: PullRequest, lock: FileLock): PullCall {
  const { commands, env, redactor, repository } = project;
  return {
    folder: repository.top,
    env,
    logFile,
    redactor,
    run: (words, more) =>
      commands.run({
        command: { words },
        // All of git's processes carry it, so that stint finds each one that hangs.
        session: { id: tag },
        isOutside: true,
        env: more,
        logFile,
        timeoutMs: STEP_LIMIT_MS,
        cancelled,
        // git holds it too: a pull goes on when its stint is killed.
        held: lock,
      }),
  };
}

/** What the checkout follows, or why it is left alone. True to the end: whoever begins to work there takes our lock first. */
async function findTarget(project: Project, folder: string): Promise<FollowedBranch | CheckoutPull> {
  const busy = await findSessionIn(project, folder);
  if (busy !== null) return { kind: 'skipped', folder, because: `session ${busy} is open in it` };
  const upstream = await findUpstream(folder);
  return 'because' in upstream ? { kind: 'failed', folder, because: upstream.because } : upstream;
}

function whyGone({ remote, upstream }: FollowedBranch, gone: PullReport['gone']): string | null {
  const isGone = gone[remote]?.includes(`refs/remotes/${upstream}`) ?? false;
  return isGone ? `${remote} has no branch ${upstream.slice(remote.length + 1)} any more` : null;
}

async function pullCheckout(
  project: Project,
  call: PullCall,
  upstream: FollowedBranch,
  trouble: string | null,
): Promise<CheckoutPull> {
  const { folder } = call;
  if (trouble !== null) return { kind: 'failed', folder, because: `${trouble}; the checkout is as before` };
  const { repositoryLock } = project.layout;
  try {
    return await withRepositoryLock(repositoryLock, () =>
      rebaseCheckout(call, upstream, (state) => leaveNote(project, NOTHING, state)),
    );
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { kind: 'failed', folder, because: error.message.replace(/\.$/, '') };
  }
}

function leaveNote(project: Project, report: PullReport, unfinished: CheckoutState | null): void {
  writePullNote(project.layout.pullNote, { id: randomWord(12), report, unfinished });
}

/** A pull whose stint was killed, and its git too, is undone by the next. */
async function repair(project: Project, note: PullNote, state: CheckoutState): Promise<void> {
  const known = await listWorktrees(project.repository.top);
  if (known.some(({ folder }) => folder === state.folder))
    await withRepositoryLock(project.layout.repositoryLock, () => repairCheckout(state));
  writePullNote(project.layout.pullNote, { ...note, unfinished: null });
}

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
