import { statSync } from 'node:fs';
import type { CategoryName } from '../../domain/ids.ts';
import { categoryLockFile, sessionFiles, type SessionFiles } from '../../domain/layout.ts';
import type { Concluded } from '../../domain/record.ts';
import type { StoredSession } from '../../domain/session.ts';
import { lastingOf, type Moment } from '../../domain/session-time.ts';
import { createHarness } from '../../harness/create-harness.ts';
import { waitForLock } from '../../lib/file-lock.ts';
import { makeFolder } from '../../lib/make-folder.ts';
import { messageOf } from '../../lib/problem.ts';
import type { ProcessIdentity } from '../../lib/send-signal.ts';
import { takeCategoryLock } from '../../run/category-lock.ts';
import { endTree } from '../../run/end-tree.ts';
import { findScope, findUnnoted, listScopes } from '../../run/session-scope.ts';
import { SessionTree } from '../../run/session-tree.ts';
import { readExitCode, readExitMs, readIdentity } from '../../run/start-agent.ts';
import { isStoreBusy } from '../../store/dialect/lock-wait.ts';
import { insertLockEvent } from '../../store/lock-events.ts';
import { findRecord } from '../../store/records.ts';
import { listUnsettled } from '../../store/sessions.ts';
import { clearStaleTemporaries } from './clear-temporary.ts';
import { clearStaleWorktrees } from './clear-worktrees.ts';
import { concludeSession } from './conclude-session.ts';
import { busy } from '../custody/lock-category.ts';
import { momentOf, startOf } from '../custody/session-life.ts';
import { tellTrouble } from '../project/event-stream.ts';
import type { Project } from '../project/project.ts';
import { readWholePlan } from '../custody/whole-plan.ts';
import { Outbox } from '../sinks/outbox.ts';

/** The kernel frees a lock shortly before a process that ends is seen to be gone. */
const END_LIMIT_MS = 1000;
/** Whoever asks the lock itself whether a session is supervised (a pull does) holds it for a moment. */
const LOOK_LIMIT_MS = 5000;

/**
 * Records the sessions that nobody supervises any more and whose agent is gone: a supervisor was killed, or the machine
 * went down. Called by every verb that starts something, while it holds the lock of `held`.
 *
 * A session is settled only with its category's lock in our hands: while its agent lives, that has it. So no other
 * starter begins a session of that category before this one is on record.
 *
 * @throws Problem `busy` when a session of `held` lives although its lock is ours: somebody removed the lock file
 */
export async function settleOrphans(
  project: Project,
  held: CategoryName,
  cancelled: AbortSignal,
  outbox: Outbox,
): Promise<void> {
  for (const stored of await listUnsettled(project.store)) {
    const files = sessionFiles(project.layout, stored.id);
    const session = { ...stored, plan: readWholePlan(files, stored.plan, project.redactor) };
    const { id, category } = session;
    const settle = category === held ? settleOne : settleOther;
    const result = await settle(project, session, cancelled).catch((error: unknown) => {
      // What is wrong with one of another category keeps nobody from working in this one.
      if (category === held || cancelled.aborted || isStoreBusy(error)) throw error;
      tellTrouble(project, `session ${id} of ${category} is not on record: ${messageOf(error)}`);
      return 'recorded' as const;
    });
    if (result === 'alive' && category === held) throw busy(held, `session ${id}`);
    if (result !== 'alive' && result !== 'recorded') outbox.deliver(result);
  }
  await clearStaleWorktrees(project);
  await clearStaleTemporaries(project);
  await clearStaleScopes(project);
}

/** The same for one session of any category, when its lock is free; delivers its record. */
export async function settleUnsupervised(
  project: Project,
  session: StoredSession,
  cancelled: AbortSignal,
): Promise<void> {
  const outbox = new Outbox(project);
  const result = await settleOther(project, session, cancelled);
  if (result !== 'alive' && result !== 'recorded') outbox.deliver(result);
  await outbox.finish();
}

type Settled = Concluded | 'alive' | 'recorded';

/** Settles a session of another category, whose lock is taken meanwhile. */
async function settleOther(
  project: Project,
  session: StoredSession,
  cancelled: AbortSignal,
): Promise<Settled> {
  const file = categoryLockFile(project.layout, session.category);
  const since = project.clock.now().toISOString();
  const taken = await takeCategoryLock(file, { sessionId: session.id, since, isSettling: true });
  if ('busy' in taken) return 'alive';
  try {
    return await settleOne(project, session, cancelled);
  } finally {
    taken.lock.release();
  }
}

async function settleOne(project: Project, session: StoredSession, cancelled: AbortSignal): Promise<Settled> {
  const files = sessionFiles(project.layout, session.id);
  // The folder may be gone; the promise in the store still has to be kept.
  makeFolder(files.folder);
  using supervisorLock = await waitForLock(files.supervisorLock, LOOK_LIMIT_MS);
  // It may have been recorded between our list and our locks.
  if (await findRecord(project.store, session.id)) return 'recorded';
  if (!supervisorLock) return 'alive';
  const shim = readIdentity(files);
  const scope = findScope(session.id, files.cgroup) ?? findUnnoted(session.id);
  const tree = new SessionTree(session.id, shim, { scope });
  if (!(await isShimGone(project, tree))) return 'alive';
  const ended = await endTree(tree, shim, session.plan.supervise.graceMs, project.clock);
  const end = endOf(files, shim) ?? momentOf(project.clock);
  const concluded = await concludeSession(project, {
    ...session,
    harness: createHarness(session.plan.harnessSettings),
    ...lastingOf(startOf(session), end),
    seenEndAt: end.at,
    files,
    exitCode: readExitCode(files),
    trouble: null,
    warnings: ['its supervisor was gone; it was recorded afterwards'],
    ended,
    cancelled,
  });
  await insertLockEvent(project.store, {
    at: concluded.record.endedAt,
    lock: session.category,
    sessionId: session.id,
    kind: 'released',
    detail: 'settled',
  });
  return concluded;
}

/** Removes the cgroups of recorded sessions in which nobody is any more. */
async function clearStaleScopes(project: Project): Promise<void> {
  for (const { id, scope } of listScopes()) if (await findRecord(project.store, id)) scope.remove();
}

/** Whether the shim of a session is gone, or goes within a second. */
export async function isShimGone(project: Project, tree: SessionTree): Promise<boolean> {
  const end = project.clock.monotonicMs() + END_LIMIT_MS;
  while (tree.isShimAlive()) {
    if (project.clock.monotonicMs() > end) return false;
    await project.clock.sleep(10);
  }
  return true;
}

/** When the shim wrote the exit code: its file says when a session ended that no supervisor watched. */
function endOf(files: SessionFiles, shim: ProcessIdentity | null): Moment | null {
  const at = statSync(files.exit, { throwIfNoEntry: false })?.mtime.toISOString();
  const ms = readExitMs(files);
  return at === undefined ? null : { at, boot: shim && ms !== null ? { bootId: shim.bootId, ms } : null };
}
