import type { CategoryName, SessionId } from '../../domain/ids.ts';
import { categoryLockFile, sessionFiles } from '../../domain/layout.ts';
import type { FileLock } from '../../lib/file-lock.ts';
import { Problem } from '../../lib/problem.ts';
import { isSameProcessAlive } from '../../lib/send-signal.ts';
import { takeCategoryLock, type LockHolder } from '../../run/category-lock.ts';
import { readIdentity } from '../../run/start-agent.ts';
import { insertLockEvent } from '../../store/lock-events.ts';
import type { Project } from '../project/project.ts';

/** Between taking a lock and saying so in its file lies less. */
const NOTE_LIMIT_MS = 100;
/** To judge a session takes a moment; where its check takes longer, the category is busy with it. */
const SETTLING_LIMIT_MS = 30_000;

/**
 * Takes the lock of a category for a session that is about to start. After a crash several that start at once settle what
 * was left, each whatever it meets first: nobody's category is busy with that, and whoever finds it taken waits a little.
 *
 * @throws Problem `busy` (75) that names the holder
 */
export async function lockCategory(
  project: Project,
  category: CategoryName,
  sessionId: SessionId,
  cancelled: AbortSignal,
): Promise<FileLock> {
  const file = categoryLockFile(project.layout, category);
  const since = project.clock.now().toISOString();
  const wanted = { sessionId, since, isSettling: false };
  let taken = await takeCategoryLock(file, wanted);
  if ('busy' in taken && !isTakerAlive(taken.busy)) {
    await project.clock.sleep(NOTE_LIMIT_MS, cancelled);
    taken = await takeCategoryLock(file, wanted);
  }
  if ('busy' in taken && taken.busy?.isSettling && isTakerAlive(taken.busy)) {
    taken = await takeCategoryLock(file, wanted, { limitMs: SETTLING_LIMIT_MS, cancelled });
  }
  if ('lock' in taken) return taken.lock;
  const detail = describeHolder(project, taken.busy);
  await insertLockEvent(project.store, {
    at: since,
    lock: category,
    sessionId: null,
    kind: 'refused',
    detail,
  });
  throw busy(category, detail);
}

function isTakerAlive(holder: LockHolder | null): boolean {
  return holder !== null && isSameProcessAlive(holder.taker);
}

export function busy(category: CategoryName, who: string): Problem {
  return new Problem(
    'busy',
    `${category} is busy: ${who} holds its lock.`,
    'Try again when it has ended; `stint status` shows on what it waits.',
    75,
  );
}

/** In words who holds a lock. Whoever is named in the file and lives no more does not. */
function describeHolder(project: Project, holder: LockHolder | null): string {
  if (!holder) return 'another process';
  const { sessionId, taker, since, isSettling } = holder;
  if (isSameProcessAlive(taker))
    return isSettling
      ? `the judging of session ${sessionId}, whose supervisor is gone (pid ${taker.pid}, since ${since})`
      : `session ${sessionId} (pid ${taker.pid}, since ${since})`;
  const shim = readIdentity(sessionFiles(project.layout, sessionId));
  if (!shim || !isSameProcessAlive(shim)) return 'another process';
  return `session ${sessionId} (agent pid ${shim.pid}, since ${since}; its supervisor is gone)`;
}
