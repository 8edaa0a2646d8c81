import type { CategorySettings } from '../config/settings.ts';
import type { Hold } from '../domain/choice.ts';
import { findHold } from '../plan/find-hold.ts';
import { insertLift, listLifts } from '../store/lifted-holds.ts';
import { listPastSessions } from '../store/past-sessions.ts';
import type { Project } from './project.ts';

/** Of a category's past: enough for a plateau, and more than the longest row of holds. */
export const PAST_SESSIONS = 40;

/** Lets a category start again that rests because it was blocked or had nothing to do. @returns what held it, null when nothing did */
export async function liftHold(project: Project, { name }: CategorySettings): Promise<Hold | null> {
  const now = project.clock.now().toISOString();
  const past = await listPastSessions(project.store, name, PAST_SESSIONS);
  const hold = findHold(past, (await listLifts(project.store)).get(name) ?? null);
  if (hold === null || hold.until <= now) return null;
  await insertLift(project.store, name, now);
  return hold;
}
