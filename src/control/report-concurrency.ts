import { existsSync } from 'node:fs';
import { sessionFiles, categoryLockFile } from '../domain/layout.ts';
import { isCategoryName } from '../domain/ids.ts';
import { isLocked } from '../lib/lock-table.ts';
import { concurrency, type ConcurrencyReport } from '../report/concurrency.ts';
import { countRefusals, listHolds, type LockHold } from '../store/lock-events.ts';
import type { Project } from './project.ts';

/** Who held which lock when, over the last `windowMs`. */
export async function reportConcurrency(
  project: Project,
  windowMs: number,
  cells: number,
): Promise<ConcurrencyReport> {
  const until = project.clock.now();
  const since = new Date(until.getTime() - windowMs);
  const noted = await listHolds(project.store, since.toISOString());
  const latest = new Map(noted.map((hold) => [hold.lock, hold.takenSeq]));
  const holds = noted.map((hold) => ({
    ...hold,
    isHeldNow: isHeldNow(project, hold, latest.get(hold.lock) === hold.takenSeq),
  }));
  return concurrency({
    since,
    until,
    holds,
    refusals: await countRefusals(project.store, since.toISOString()),
    locks: existsSync(project.configFile) ? [...project.settings().categories.keys()] : [],
    cells,
  });
}

/** Asked of the kernel. A lock without a supervisor is its agent's, who can only be the last that took it. */
function isHeldNow(project: Project, hold: LockHold, isLatest: boolean): boolean {
  if (hold.givenAt !== null || hold.endedAt !== null) return false;
  if (isLocked(sessionFiles(project.layout, hold.sessionId).supervisorLock)) return true;
  return isLatest && isCategoryName(hold.lock) && isLocked(categoryLockFile(project.layout, hold.lock));
}
