import type { CategoryName } from '../domain/ids.ts';
import { categoryLockFile, sessionFiles } from '../domain/layout.ts';
import type { Choice } from '../domain/plan.ts';
import { isLocked } from '../lib/lock-table.ts';
import { foldBeliefs } from '../learn/fold-beliefs.ts';
import { choose } from '../plan/choose.ts';
import type { CategoryState } from '../plan/eligibility.ts';
import { listParked } from '../store/accounts.ts';
import { listFacts, type RecordFacts } from '../store/records.ts';
import { listOpen } from '../store/sessions.ts';
import { harnessState } from './pick-harness.ts';
import type { Project } from './project.ts';

/** What would start now, and why. Starts nothing and stores nothing. */
export async function planNow(project: Project, seed: number, top: number): Promise<Choice> {
  const settings = project.settings();
  const now = project.clock.now();
  const facts = await listFacts(project.store);
  const parked = await listParked(project.host, now.toISOString());
  const running = await findRunning(project);
  const lastEnds = lastEndByCategory(facts);
  const categories = [...settings.categories.values()].map((category): CategoryState => ({
    category: category.name,
    running: runningIn(project, running, category.name),
    lastEndedAt: lastEnds.get(category.name) ?? null,
    cooldownMs: category.cooldownMs,
    harnesses: category.harnesses.map((name) => harnessState(project, settings, name, parked)),
  }));
  const free = settings.schedule.maxConcurrent - running.size;
  return choose({
    seed,
    now,
    top,
    free,
    categories,
    beliefs: foldBeliefs(facts, [...settings.categories.keys()], settings.learn.imported),
  });
}

/** Sessions that a living supervisor or a living agent still holds, by category. */
async function findRunning(project: Project): Promise<Map<CategoryName, string>> {
  const running = new Map<CategoryName, string>();
  for (const session of await listOpen(project.store)) {
    const isHeld =
      isLocked(sessionFiles(project.layout, session.id).supervisorLock) ||
      isLocked(categoryLockFile(project.layout, session.category));
    if (isHeld) running.set(session.category, session.id);
  }
  return running;
}

function runningIn(
  project: Project,
  running: ReadonlyMap<CategoryName, string>,
  category: CategoryName,
): string | null {
  const known = running.get(category);
  if (known !== undefined) return known;
  return isLocked(categoryLockFile(project.layout, category)) ? 'of another process' : null;
}

function lastEndByCategory(facts: readonly RecordFacts[]): Map<CategoryName, string> {
  const ends = new Map<CategoryName, string>();
  for (const { category, endedAt, source } of facts) {
    // Another loop's sessions wear nothing out here.
    if (source !== 'run') continue;
    const before = ends.get(category);
    if (before === undefined || endedAt > before) ends.set(category, endedAt);
  }
  return ends;
}
