import { type MachineUse, readMachineUse } from '../../lib/machine-use.ts';
import { isSlotName } from '../../domain/ids.ts';
import type { Plan } from '../../domain/plan.ts';
import { countOf } from '../../lib/quantities.ts';
import { Problem } from '../../lib/problem.ts';
import { findFull } from '../../plan/admission.ts';
import { whyOverBudget } from '../../plan/budget.ts';
import { readFacts, readOnce } from '../../store/group-records.ts';
import { lastPromise } from '../../store/sessions.ts';
import { findRunning } from '../custody/find-sessions.ts';
import type { Project } from '../project/project.ts';
import { hasBudgets, readBudgets } from './read-budgets.ts';

/**
 * What has to hold at the moment of a promise, however long ago it was planned: others may have started since, while it
 * waited out its jitter say.
 *
 * @returns the newest promise at that moment. A later one may have taken the room
 * @throws Problem `over_budget` (75), or `full` (75)
 */
export async function requireRoom(project: Project, plan: Plan): Promise<number> {
  // A wrapped script has no configuration, and so no budget. Without a budget a start reads no facts and groups no records.
  const isLimited = plan.harnessSettings.type !== 'wrap' && hasBudgets(project.settings());
  const read = isLimited ? readFacts : readOnce;
  return read(project.store, async (store) => {
    if (isLimited) await requireBudget({ ...project, store }, plan);
    if (isChosen(plan)) await requirePlace({ ...project, store }, plan);
    return lastPromise(store);
  });
}

/** Whoever names a category has decided alone. */
function isChosen({ choice, runType }: Plan): boolean {
  return choice !== undefined || runType === 'respawn';
}

async function requirePlace(project: Project, { category }: Plan): Promise<void> {
  const found = await findPressure(project);
  if (found.length === 0) return;
  throw new Problem(
    'full',
    `${category} may not start: ${found.join('; ')}.`,
    'Wait until there is room, or raise the limit.',
    75,
  );
}

/** Why nothing that is chosen may start now, whatever there is to do. Who names a category decides alone, and is told. */
export async function findPressure(project: Project): Promise<string[]> {
  const { admission, schedule } = project.settings();
  const full = findFull({ machine: readMachine(project), admission });
  const running = await findRunning(project);
  const size = [...running.keys()].filter((name) => !isSlotName(name)).length;
  return size < schedule.maxConcurrent
    ? full
    : [...full, `${countOf(size, 'session')} running (schedule.maxConcurrent is ${schedule.maxConcurrent})`];
}

/** How full the machine is, its disks where sessions write. */
export function readMachine({ layout }: Pick<Project, 'layout'>): MachineUse {
  return readMachineUse([layout.folder, layout.worktrees]);
}

/**
 * The ceiling of a day holds for whatever starts a session, also for a person who names a category.
 *
 * @throws Problem `over_budget` (75)
 */
async function requireBudget(project: Project, { category }: Plan): Promise<void> {
  const budgets = await readBudgets(project);
  const expected = budgets.expectedOf(category);
  for (const [budget, key] of [
    [budgets.project, 'budget'],
    [budgets.ofCategory(category), `categories.${category}.budget`],
  ] as const) {
    const why = budget && whyOverBudget(budget, expected);
    if (why)
      throw new Problem(
        'over_budget',
        `${category} may not start: ${why}, until ${budgets.dayEndsAt}.`,
        `Wait, or raise \`${key}\`, for one call with --set ${key}.tokens=… say.`,
        75,
      );
  }
}
