import { existsSync } from 'node:fs';
import { CategoriesTally, type CategoriesReport } from '../../report/categories.ts';
import { lastStarts, visitStartedSince } from '../../store/facts.ts';
import { groupFacts } from '../project/group-facts.ts';
import type { Project } from '../project/project.ts';

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
    configured: existsSync(project.configFile) ? [...project.settings().categories.keys()] : [],
    lastStarts: await lastStarts(project.store),
  });
}
