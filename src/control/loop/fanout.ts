import type { ChosenCategory } from '../../domain/choice.ts';
import type { Plan } from '../../domain/plan.ts';
import type { SessionRecord } from '../../domain/record.ts';
import { runBackToBack, type ChainOptions } from './back-to-back.ts';
import { makePlan, requireCategory } from '../planning/make-plan.ts';
import type { Project } from '../project/project.ts';

import { startChosen, type ChosenOptions, type StartedChoice } from './start-chosen.ts';

export interface FanoutOptions extends Omit<ChainOptions, 'id'>, ChosenOptions {
  /** Changes the plan of the n-th chosen category before it starts; the demo scripts its day with it. */
  readonly adjust?: (plan: Plan, index: number) => Plan;
}

/** Plans, starts all that was chosen, and waits for their records. */
export async function fanout(
  project: Project,
  options: FanoutOptions,
): Promise<StartedChoice<SessionRecord>> {
  const started = await startChosen(project, options, (chosen, index, number) => {
    const plan = planFor(project, chosen, number, options.seed);
    return runBackToBack(project, options.adjust ? options.adjust(plan, index) : plan, options);
  });
  return { ...started, spawned: started.spawned.flatMap(({ records }) => records) };
}

function planFor(project: Project, chosen: ChosenCategory, number: number, seed: number): Plan {
  const { category, harness, model, candidates } = chosen;
  const settings = requireCategory(project.settings(), category);
  const arm = { seed, harness, model, candidates };
  return makePlan(project.settings(), settings, { runType: 'timer', seed, choice: number, arm });
}
