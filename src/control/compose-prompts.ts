import type { Choice } from '../domain/choice.ts';
import type { CategoryName } from '../domain/ids.ts';
import { makePlan, requireCategory } from './make-plan.ts';
import { pickHarness } from './pick-harness.ts';
import type { Project } from './project.ts';

export interface ComposedPrompt {
  readonly category: CategoryName;
  readonly prompt: string;
}

/** The whole prompt of each category that a choice would start. @throws Problem when one cannot be read */
export async function composePrompts(project: Project, { seed, chosen }: Choice): Promise<ComposedPrompt[]> {
  const settings = project.settings();
  return Promise.all(
    chosen.map(async ({ category }) => {
      const wanted = requireCategory(settings, category);
      const harness = await pickHarness(project, wanted);
      return { category, prompt: makePlan(settings, wanted, { runType: 'timer', seed, harness }).prompt };
    }),
  );
}
