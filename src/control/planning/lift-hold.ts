import type { CategorySettings } from '../../config/settings.ts';
import type { Hold, PastSession } from '../../domain/choice.ts';
import type { CategoryName } from '../../domain/ids.ts';
import { findHold, findSetupHold } from '../../plan/find-hold.ts';
import { insertLift, listFailedSetups, listLifts, listPastSessions } from '../../store/past-sessions.ts';
import type { Project } from '../project/project.ts';

/** Of a category's past: enough for a plateau, and more than the longest row of holds. */
export const PAST_SESSIONS = 40;

/** As many failed starts as double a hold to its longest. */
const FAILED_SETUPS = 12;

/** What holds a category longest, over or not: what its sessions said, or a `setup` that fails. */
export async function lastHold(
  { store }: Pick<Project, 'store'>,
  name: CategoryName,
  past: readonly PastSession[],
  liftedAt: string | null,
): Promise<Hold | null> {
  const ofSetup = findSetupHold(await listFailedSetups(store, name, FAILED_SETUPS), liftedAt);
  const ofWork = findHold(past, liftedAt);
  if (ofSetup === null || ofWork === null) return ofSetup ?? ofWork;
  return ofSetup.until > ofWork.until ? ofSetup : ofWork;
}

/** What holds a category now, null when nothing does. */
export async function holdNow(
  project: Pick<Project, 'store' | 'clock'>,
  { name }: Pick<CategorySettings, 'name'>,
): Promise<Hold | null> {
  const past = await listPastSessions(project.store, name, PAST_SESSIONS);
  const hold = await lastHold(project, name, past, (await listLifts(project.store)).get(name) ?? null);
  return hold === null || hold.until <= project.clock.now().toISOString() ? null : hold;
}

/** Lets such a category start again. @returns what held it, null when nothing did */
export async function liftHold(project: Project, category: CategorySettings): Promise<Hold | null> {
  const hold = await holdNow(project, category);
  if (hold !== null) await insertLift(project.store, category.name, project.clock.now().toISOString());
  return hold;
}
