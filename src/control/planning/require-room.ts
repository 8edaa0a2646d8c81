import { isSlotName } from '../../domain/ids.ts';
import type { Plan } from '../../domain/plan.ts';
import { countOf } from '../../lib/count-of.ts';
import { Problem } from '../../lib/problem.ts';
import { findRunning, type RunningSource } from './find-running.ts';
import type { BudgetSource } from './read-budgets.ts';
import { requireBudget } from './require-budget.ts';

/**
 * What has to hold at the moment of a promise, however long ago it was planned: others may have started since, while it
 * waited out its jitter say.
 *
 * @throws Problem `over_budget` (75), or `full` (75)
 */
export async function requireRoom(project: BudgetSource & RunningSource, plan: Plan): Promise<void> {
  await requireBudget(project, plan);
  if (isChosen(plan)) await requirePlace(project, plan);
}

/** Whoever names a category has decided alone. */
function isChosen({ choice, runType }: Plan): boolean {
  return choice !== undefined || runType === 'respawn';
}

async function requirePlace(project: BudgetSource & RunningSource, { category }: Plan): Promise<void> {
  const { maxConcurrent } = project.settings().schedule;
  const running = [...(await findRunning(project)).keys()].filter((name) => !isSlotName(name)).length;
  if (running < maxConcurrent) return;
  throw new Problem(
    'full',
    `${category} may not start: ${countOf(running, 'session')} running (schedule.maxConcurrent is ${maxConcurrent}).`,
    'Wait until one has ended, or raise it.',
    75,
  );
}
