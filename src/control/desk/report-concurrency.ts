import { existsSync } from 'node:fs';
import { sessionFiles, categoryLockFile } from '../../domain/layout.ts';
import { isCategoryName } from '../../domain/ids.ts';
import { isLocked } from '../../lib/lock-table.ts';
import { concurrency, type ConcurrencyReport } from '../../report/concurrency.ts';
import { countRefusals, findFirstLockEvent, listHolds, type LockHold } from '../../store/lock-events.ts';
import type { Project } from '../project/project.ts';

const DAY_MS = 86_400_000;

/** Who held which lock when, over the last `windowMs`; null is a day, or as long as there is something to tell. */
export async function reportConcurrency(
  project: Project,
  windowMs: number | null,
  cells: number,
): Promise<ConcurrencyReport> {
  const until = project.clock.now();
  const since = new Date(windowMs === null ? await usualStart(project, until) : until.getTime() - windowMs);
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

/** In ms. A history of minutes would be a single character of a day. */
async function usualStart(project: Project, until: Date): Promise<number> {
  const first = Date.parse((await findFirstLockEvent(project.store)) ?? '');
  const dayAgo = until.getTime() - DAY_MS;
  return first > dayAgo && first < until.getTime() ? first : dayAgo;
}

/** Asked of the kernel. A lock without a supervisor is its agent's, who can only be the last that took it. */
function isHeldNow(project: Project, hold: LockHold, isLatest: boolean): boolean {
  if (hold.givenAt !== null || hold.endedAt !== null) return false;
  if (isLocked(sessionFiles(project.layout, hold.sessionId).supervisorLock)) return true;
  return isLatest && isCategoryName(hold.lock) && isLocked(categoryLockFile(project.layout, hold.lock));
}
