import type { Plan } from '../../domain/plan.ts';
import { Problem } from '../../lib/problem.ts';
import { findPressure, type PressureSource } from './find-pressure.ts';
import type { BudgetSource } from './read-budgets.ts';
import { requireBudget } from './require-budget.ts';

/**
 * What has to hold at the moment of a promise, however long ago it was planned: others may have started since, while it
 * waited out its jitter say.
 *
 * @throws Problem `over_budget` (75), or `full` (75)
 */
export async function requireRoom(project: BudgetSource & PressureSource, plan: Plan): Promise<void> {
  await requireBudget(project, plan);
  if (isChosen(plan)) await requirePlace(project, plan);
}

/** Whoever names a category has decided alone. */
function isChosen({ choice, runType }: Plan): boolean {
  return choice !== undefined || runType === 'respawn';
}

async function requirePlace(project: PressureSource, { category }: Plan): Promise<void> {
  const found = await findPressure(project);
  if (found.length === 0) return;
  throw new Problem(
    'full',
    `${category} may not start: ${found.join('; ')}.`,
    'Wait until there is room, or raise the limit.',
    75,
  );
}
