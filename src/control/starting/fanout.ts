import type { Choice, ChosenCategory } from '../../domain/choice.ts';
import type { Plan } from '../../domain/plan.ts';
import type { SessionRecord } from '../../domain/record.ts';
import { runBackToBack, type ChainOptions } from './back-to-back.ts';
import { makePlan, requireCategory } from '../planning/make-plan.ts';
import type { Project } from '../project.ts';

import { startChosen, type ChosenOptions, type Skipped } from './start-chosen.ts';

export interface FanoutOptions extends Omit<ChainOptions, 'id'>, ChosenOptions {
  /** Changes the plan of the n-th chosen category before it starts; the demo scripts its day with it. */
  readonly adjust?: (plan: Plan, index: number) => Plan;
}

export interface FanoutResult {
  readonly choice: Choice;
  readonly spawned: readonly SessionRecord[];
  readonly skipped: readonly Skipped[];
}

/** Plans, starts all that was chosen, and waits for their records. */
export async function fanout(project: Project, options: FanoutOptions): Promise<FanoutResult> {
  const { choice, spawned, skipped } = await startChosen(project, options, (chosen, index) =>
    runBackToBack(project, planFor(project, chosen, index, options), options),
  );
  return { choice, spawned: spawned.flatMap(({ records }) => records), skipped };
}

function planFor(project: Project, chosen: ChosenCategory, index: number, options: FanoutOptions): Plan {
  const { seed } = options;
  const { category, harness, model, candidates } = chosen;
  const settings = requireCategory(project.settings(), category);
  const arm = { seed, harness, model, candidates };
  const plan = makePlan(project.settings(), settings, { runType: 'timer', seed, arm });
  return options.adjust ? options.adjust(plan, index) : plan;
}
