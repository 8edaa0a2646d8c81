import type { Plan } from '../../domain/plan.ts';
import { Problem } from '../../lib/problem.ts';
import { whyOverBudget } from '../../plan/budget.ts';
import { readBudgets, type BudgetSource } from './read-budgets.ts';

/**
 * The ceiling of a day holds for whatever starts a session, also for a person who names a category.
 *
 * @throws Problem `over_budget` (75)
 */
export async function requireBudget(
  project: BudgetSource,
  { category, harnessSettings }: Plan,
): Promise<void> {
  // A wrapped script needs no configuration, and none says what it may use.
  if (harnessSettings.type === 'wrap') return;
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
