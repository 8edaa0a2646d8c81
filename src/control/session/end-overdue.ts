import { sessionFiles } from '../../domain/layout.ts';
import type { StopReason } from '../../domain/record.ts';
import type { StoredSession } from '../../domain/session.ts';
import { formatDuration } from '../../lib/duration.ts';
import { tryLock } from '../../lib/file-lock.ts';
import { oneLine } from '../../lib/plain-text.ts';
import { messageOf } from '../../lib/problem.ts';
import { readAgeMs } from '../../lib/process-table.ts';
import { readIdentity } from '../../run/start-agent.ts';
import { SessionTree } from '../../run/session-tree.ts';
import { isStoreBusy } from '../../store/dialect/lock-wait.ts';
import { findStop, listUnsettled } from '../../store/sessions.ts';
import { tellTrouble } from '../project/event-stream.ts';
import type { Project } from '../project/project.ts';
import { stopSession } from './stop-session.ts';

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
  const stop = await findStop(project.store, id);
  if (stop) return stop;
  const ranMs = readAgeMs(shim.startTime);
  if (ranMs < plan.timeoutMs) return null;
  const because = `it ran for ${formatDuration(ranMs)}; its limit is ${formatDuration(plan.timeoutMs)}`;
  return { reason: 'timed-out', because };
}
