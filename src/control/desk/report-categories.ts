import { existsSync } from 'node:fs';
import { categories, type CategoriesReport } from '../../report/categories.ts';
import { lastStarts, listStartedSince } from '../../store/category-facts.ts';
import type { Project } from '../project/project.ts';

/** On which categories the last `windowMs` were spent. */
export async function reportCategories(project: Project, windowMs: number): Promise<CategoriesReport> {
  const until = project.clock.now();
  const since = new Date(until.getTime() - windowMs);
  return categories({
    since,
    until,
    sessions: await listStartedSince(project.store, since.toISOString()),
    configured: existsSync(project.configFile) ? [...project.settings().categories.keys()] : [],
    lastStarts: await lastStarts(project.store),
  });
}
