import type { CategorySettings, ConfiguredHarness, Settings } from '../config/settings.ts';
import type { CategoryName } from '../domain/ids.ts';
import { categoryLockFile, sessionFiles } from '../domain/layout.ts';
import type { Choice } from '../domain/plan.ts';
import type { Beliefs } from '../domain/belief.ts';
import { isLocked } from '../lib/lock-table.ts';
import { foldBeliefs } from '../learn/fold-beliefs.ts';
import { choose } from '../plan/choose.ts';
import type { CategoryState, HarnessState } from '../plan/eligibility.ts';
import { listParked, type ParkedAccount } from '../store/accounts.ts';
import { listFacts, type RecordFacts } from '../store/records.ts';
import { listOpen } from '../store/sessions.ts';
import { Problem } from '../lib/problem.ts';
import { harnessTrouble, missingHarness, requireHarness } from './make-plan.ts';
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

export async function readBeliefs(project: Project): Promise<Beliefs> {
  const { categories, learn } = project.settings();
  return foldBeliefs(await listFacts(project.store), [...categories.keys()], learn.imported);
}

/**
 * The first harness of a category that can start.
 *
 * @throws Problem `parked` (75) when only usage limits are in the way, `harness_missing` when programs are
 */
export async function pickHarness(project: Project, category: CategorySettings): Promise<ConfiguredHarness> {
  const settings = project.settings();
  const parked = await listParked(project.host, project.clock.now().toISOString());
  const states = category.harnesses.map((name) => harnessState(project, settings, name, parked));
  const usable = states.find(({ trouble }) => trouble === null);
  if (usable) return requireHarness(settings, usable.name);
  const waiting = states.find(({ until }) => until !== null);
  if (!waiting) throw missingHarness(states[0]?.trouble ?? 'there is no harness');
  throw new Problem(
    'parked',
    `${category.name} may not start: ${waiting.trouble}, until ${waiting.until}.`,
    'Wait, or give the category another harness.',
    75,
  );
}

function harnessState(
  project: Project,
  settings: Settings,
  name: string,
  parked: readonly ParkedAccount[],
): HarnessState {
  const harness = requireHarness(settings, name);
  const account = parked.find((each) => each.name === harness.account);
  if (account)
    return { name, trouble: `account ${account.name} is parked: ${account.reason}`, until: account.until };
  return {
    name,
    trouble: harnessTrouble(harness.settings, name, project.repository.top, project.env),
    until: null,
  };
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
