import type { Plan } from '../../domain/plan.ts';
import type { SessionRecord } from '../../domain/record.ts';
import { runBackToBack, type ChainOptions } from './back-to-back.ts';
import { requireCategory } from '../planning/make-plan.ts';
import { planSession } from '../planning/plan-session.ts';
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
  const { seed, adjust } = options;
  const started = await startChosen(project, options, async (chosen, index, choice) => {
    const category = requireCategory(project.settings(), chosen.category);
    const plan = await planSession(project, category, { runType: 'timer', seed, choice, chosen });
    return runBackToBack(project, adjust ? adjust(plan, index) : plan, options);
  });
  return { ...started, spawned: started.spawned.flatMap(({ records }) => records) };
}
