import type { Choice } from '../../domain/choice.ts';
import type { CategoryName } from '../../domain/ids.ts';
import { makePlan, requireCategory } from './make-plan.ts';
import type { Project } from '../project/project.ts';

export interface ComposedPrompt {
  readonly category: CategoryName;
  readonly prompt: string;
}

/** The whole prompt of each category that a choice would start. @throws Problem when one cannot be read */
export function composePrompts(project: Project, { seed, chosen }: Choice): ComposedPrompt[] {
  const settings = project.settings();
  return chosen.map(({ category, ...arm }) => {
    const wanted = requireCategory(settings, category);
    const plan = makePlan(settings, wanted, { runType: 'timer', seed, arm: { seed, ...arm } });
    return { category, prompt: plan.prompt };
  });
}
