import type { CategoryName, SessionId } from '../../domain/ids.ts';
import { categoryLockFile, sessionFiles } from '../../domain/layout.ts';
import type { FileLock } from '../../lib/file-lock.ts';
import { Problem } from '../../lib/problem.ts';
import { isSameProcessAlive } from '../../lib/send-signal.ts';
import { takeCategoryLock, type LockHolder } from '../../run/category-lock.ts';
import { readIdentity } from '../../run/start-agent.ts';
import { insertLockEvent } from '../../store/lock-events.ts';
import type { Project } from '../project.ts';

/**
 * Takes the lock of a category for a session that is about to start.
 *
 * @throws Problem `busy` (75) that names the holder
 */
export async function lockCategory(
  project: Project,
  category: CategoryName,
  id: SessionId,
): Promise<FileLock> {
  const at = project.clock.now().toISOString();
  const taken = takeCategoryLock(categoryLockFile(project.layout, category), id, at);
  if ('lock' in taken) return taken.lock;
  const who = describeHolder(project, taken.busy);
  await insertLockEvent(project.store, { at, lock: category, sessionId: null, kind: 'refused', detail: who });
  throw busy(category, who);
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
  const { sessionId, taker, since } = holder;
  if (isSameProcessAlive(taker)) return `session ${sessionId} (pid ${taker.pid}, since ${since})`;
  const shim = readIdentity(sessionFiles(project.layout, sessionId));
  if (!shim || !isSameProcessAlive(shim)) return 'another process';
  return `session ${sessionId} (agent pid ${shim.pid}, since ${since}; its supervisor is gone)`;
}
