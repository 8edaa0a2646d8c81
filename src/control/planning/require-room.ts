import type { Plan } from '../../domain/plan.ts';
import { Problem } from '../../lib/problem.ts';
import { readFacts, readOnce } from '../../store/group-records.ts';
import { lastPromise } from '../../store/sessions.ts';
import { findPressure, type PressureSource } from './find-pressure.ts';
import { hasBudgets, type BudgetSource } from './read-budgets.ts';
import { requireBudget } from './require-budget.ts';

/**
 * What has to hold at the moment of a promise, however long ago it was planned: others may have started since, while it
 * waited out its jitter say.
 *
 * @returns the newest promise at that moment. A later one may have taken the room
 * @throws Problem `over_budget` (75), or `full` (75)
 */
export async function requireRoom(project: BudgetSource & PressureSource, plan: Plan): Promise<number> {
  // A wrapped script needs no configuration. Without a budget a start needs no facts, so it groups no records.
  const isLimited = plan.harnessSettings.type !== 'wrap' && hasBudgets(project.settings());
  const read = isLimited ? readFacts : readOnce;
  return read(project.store, async (store) => {
    await requireBudget({ ...project, store }, plan);
    if (isChosen(plan)) await requirePlace({ ...project, store }, plan);
    return lastPromise(store);
  });
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
