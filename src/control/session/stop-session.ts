import type { SessionId } from '../../domain/ids.ts';
import { sessionFiles } from '../../domain/layout.ts';
import type { SessionRecord, StopReason } from '../../domain/record.ts';
import type { StoredSession } from '../../domain/session.ts';
import { formatDuration } from '../../lib/duration.ts';
import { tryLock } from '../../lib/file-lock.ts';
import { isLocked } from '../../lib/lock-table.ts';
import { oneLine } from '../../lib/plain-text.ts';
import { messageOf, Problem } from '../../lib/problem.ts';
import { readAgeMs, readProcessTable } from '../../lib/process-table.ts';
import { askGroupToEnd, isSameProcessAlive, sendGroupSignal } from '../../lib/send-signal.ts';
import { SessionTree } from '../../run/session-tree.ts';
import { readIdentity } from '../../run/start-agent.ts';
import { isStoreBusy } from '../../store/dialect/lock-wait.ts';
import { findRecord } from '../../store/records.ts';
import { claimStop, findSession, findStop, listOpen, listUnsettled } from '../../store/sessions.ts';
import { requireSession } from '../custody/find-sessions.ts';
import { tellTrouble } from '../project/event-stream.ts';
import type { Project } from '../project/project.ts';
import { isShimGone, settleUnsupervised } from './settle.ts';

export type Stopped =
  /** It had a record before. */
  | { readonly kind: 'ended-before'; readonly record: SessionRecord }
  | { readonly kind: 'stopped'; readonly record: SessionRecord }
  /** Its agent is gone, and its supervisor still judges it. */
  | { readonly kind: 'judging' }
  /** Its workspace is being made; its supervisor ends it before an agent starts. */
  | { readonly kind: 'starting' };

export interface SessionStop {
  readonly id: SessionId;
  /** Kill at once, without the grace. */
  readonly isNow: boolean;
  /** For the record, unless a reason is stored already. */
  readonly reason: StopReason;
  /** Who asked, or why. */
  readonly because: string;
  readonly cancelled: AbortSignal;
}

const POLL_MS = 100;
/** How long its supervisor gets to write the record before it is left alone with that: a check may run for minutes. */
const RECORD_LIMIT_MS = 10_000;

/**
 * Ends one session in order: the reason is stored first, then the agent's group gets TERM, and KILL after its grace.
 * Its supervisor sweeps, judges and records as always; where there is none, that is done here.
 *
 * @throws Problem `unknown_session`
 */
export async function stopSession(project: Project, request: SessionStop): Promise<Stopped> {
  const before = await findRecord(project.store, request.id);
  if (before) return { kind: 'ended-before', record: before.record };
  const session = await findSession(project.store, request.id);
  if (!session)
    throw new Problem('unknown_session', `There is no session ${request.id}.`, 'See `stint sessions`.');
  await claimStop(project.store, session.id, request.reason, request.because);
  await endAgent(project, session, request.isNow);
  const files = sessionFiles(project.layout, session.id);
  const end = project.clock.monotonicMs() + RECORD_LIMIT_MS;
  for (;;) {
    const isSupervised = isLocked(files.supervisorLock);
    if (!isSupervised) await settleUnsupervised(project, session, request.cancelled);
    const recorded = await findRecord(project.store, session.id);
    if (recorded) return { kind: 'stopped', record: recorded.record };
    if (project.clock.monotonicMs() > end)
      return { kind: readIdentity(files) === null ? 'starting' : 'judging' };
    await project.clock.sleep(POLL_MS, request.cancelled);
    if (request.cancelled.aborted) return { kind: 'judging' };
  }
}

/** TERM to the agent's group, its grace, KILL. Each signal follows a check that it is still the one that was meant. */
async function endAgent(project: Project, session: StoredSession, isNow: boolean): Promise<void> {
  const shim = readIdentity(sessionFiles(project.layout, session.id));
  if (!shim) return;
  if (!isNow) {
    askGroupToEnd(shim);
    const end = project.clock.monotonicMs() + session.plan.supervise.graceMs;
    while (isSameProcessAlive(shim) && project.clock.monotonicMs() < end)
      await project.clock.sleep(POLL_MS / 4);
  }
  sendGroupSignal(shim, 'SIGKILL');
}

export interface StopRequest {
  /** The first letters of its id; null is every session that runs in the project. */
  readonly session: string | null;
  /** Kills at once, without the grace. */
  readonly isNow: boolean;
}

export type StoppedSession = { readonly id: SessionId } & Stopped;

/** Ends sessions in order, all at the same time. */
export async function stopSessions(
  project: Project,
  { session, isNow, cancelled }: StopRequest & { readonly cancelled: AbortSignal },
): Promise<StoppedSession[]> {
  const ids =
    session === null
      ? (await listOpen(project.store)).map(({ id }) => id)
      : [await requireSession(project, session)];
  const because = 'it was stopped (stint stop)';
  return Promise.all(
    ids.map(async (id) => ({
      id,
      ...(await stopSession(project, { id, isNow, reason: 'cancelled', because, cancelled })),
    })),
  );
}

/**
 * Ends and records the agents that nobody supervises any more and that should be gone: they are past their time limit,
 * or somebody had said that they end. Asked by every verb that starts something, before it asks what is busy.
 *
 * What goes wrong with one of them keeps nothing from starting: it stays busy, as it was.
 */
export async function endOverdue(project: Project, cancelled: AbortSignal): Promise<void> {
  const endOne = async (session: StoredSession): Promise<void> => {
    try {
      const overdue = await whyOverdue(project, session);
      if (!overdue) return;
      const why = oneLine(overdue.because, 200);
      const { id, category } = session;
      tellTrouble(project, `session ${id} (${category}) has no supervisor; ending it: ${why}`);
      await stopSession(project, { id: session.id, isNow: false, ...overdue, cancelled });
    } catch (error) {
      // Later steps would only wait for the same lock once more.
      if (isStoreBusy(error)) throw error;
      tellTrouble(
        project,
        `session ${session.id} (${session.category}) could not be ended: ${messageOf(error)}`,
      );
    }
  };
  await Promise.all((await listUnsettled(project.store)).map(endOne));
}

/** Null while it is supervised, may go on, or is not provably its own process. */
async function whyOverdue(
  project: Project,
  { id, plan }: StoredSession,
): Promise<{ reason: StopReason; because: string } | null> {
  const files = sessionFiles(project.layout, id);
  const shim = readIdentity(files);
  const tree = new SessionTree(id, shim);
  // Nobody asks for this end, so the process must also carry the session's tag: its file lies where an agent can write.
  if (!shim || !tree.isShimAlive() || !tree.has(shim)) return null;
  using supervisorLock = await tryLock(files.supervisorLock);
  if (!supervisorLock) return null;
  tree.sample(readProcessTable());
  // It holds its category for an agent that is gone; the one that starts next settles it.
  if (tree.continueShim() && (await isShimGone(project, tree))) return null;
  const stop = await findStop(project.store, id);
  if (stop) return stop;
  const ranMs = readAgeMs(shim.startTime);
  if (ranMs < plan.timeoutMs) return null;
  const because = `it ran for ${formatDuration(ranMs)}; its limit is ${formatDuration(plan.timeoutMs)}`;
  return { reason: 'timed-out', because };
}
