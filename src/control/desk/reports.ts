import { isCategoryName } from '../../domain/ids.ts';
import { categoryLockFile, sessionFiles } from '../../domain/layout.ts';
import { isLocked } from '../../lib/lock-table.ts';
import { type CategoriesReport, CategoriesTally } from '../../report/categories.ts';
import { concurrency, type ConcurrencyReport } from '../../report/concurrency.ts';
import { leftByAttention, leftOfTime } from '../../report/left-out.ts';
import { type ReliabilityReport, ReliabilityTally } from '../../report/reliability.ts';
import { countByGroup, lastStarts, visitRecent, visitStartedSince } from '../../store/facts.ts';
import { countRefusals, findFirstLockEvent, listHolds, type LockHold } from '../../store/lock-events.ts';
import { groupFacts } from '../project/group-facts.ts';
import { type Project, settingsIfAny } from '../project/project.ts';

export interface ReliabilityRequest {
  /** Number of newest sessions to include. Default: 100. */
  readonly last?: number | undefined;
  /** Number of these to compare with those before. Default: 30. */
  readonly recent?: number | undefined;
  /** Sessions that a person steered, or may have, instead of the unattended ones. */
  readonly isAttended?: boolean | undefined;
}

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
  await groupFacts(project);
  const { imported } = leftOfTime(await countByGroup(project.store, since.toISOString()));
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
    locks: [...(settingsIfAny(project)?.categories.keys() ?? [])],
    cells,
    leftOut: { imported },
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

/**
 * The reliability report over the newest sessions that are unattended or never got to work; or over those that a person
 * steered, or may have.
 */
export async function reportReliability(
  project: Project,
  { last = 100, recent = 30, isAttended = false }: ReliabilityRequest,
): Promise<ReliabilityReport> {
  await groupFacts(project);
  const tally = new ReliabilityTally(recent);
  const all = await visitRecent(project.store, last, isAttended, (group, own) => tally.add(group, own));
  return tally.report(leftByAttention(all, tally.sessions, isAttended));
}

/** On which categories the last `windowMs` were spent. */
export async function reportCategories(project: Project, windowMs: number): Promise<CategoriesReport> {
  const until = project.clock.now();
  const since = new Date(until.getTime() - windowMs);
  await groupFacts(project);
  const tally = new CategoriesTally();
  await visitStartedSince(project.store, since.toISOString(), (group, own) => tally.add(group, own));
  return tally.report({
    since,
    until,
    configured: [...(settingsIfAny(project)?.categories.keys() ?? [])],
    lastStarts: await lastStarts(project.store),
    leftOut: leftOfTime(await countByGroup(project.store, since.toISOString())),
  });
}
