import type { CategorySettings } from '../../config/settings.ts';
import type { Hold } from '../../domain/choice.ts';
import { findHold } from '../../plan/find-hold.ts';
import { insertLift, listLifts } from '../../store/lifted-holds.ts';
import { listPastSessions } from '../../store/past-sessions.ts';
import type { Project } from '../project.ts';

/** Of a category's past: enough for a plateau, and more than the longest row of holds. */
export const PAST_SESSIONS = 40;

/** What keeps a category from starting because it was blocked or had nothing to do; null when nothing does now. */
export async function holdNow(
  project: Pick<Project, 'store' | 'clock'>,
  { name }: Pick<CategorySettings, 'name'>,
): Promise<Hold | null> {
  const past = await listPastSessions(project.store, name, PAST_SESSIONS);
  const hold = findHold(past, (await listLifts(project.store)).get(name) ?? null);
  return hold === null || hold.until <= project.clock.now().toISOString() ? null : hold;
}

/** Lets such a category start again. @returns what held it, null when nothing did */
export async function liftHold(project: Project, category: CategorySettings): Promise<Hold | null> {
  const hold = await holdNow(project, category);
  if (hold !== null) await insertLift(project.store, category.name, project.clock.now().toISOString());
  return hold;
}
