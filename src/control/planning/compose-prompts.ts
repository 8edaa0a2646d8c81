import type { Choice } from '../../domain/choice.ts';
import type { CategoryName } from '../../domain/ids.ts';
import { requireCategory } from './make-plan.ts';
import { planSession } from './plan-session.ts';
import type { Project } from '../project/project.ts';

export interface ComposedPrompt {
  readonly category: CategoryName;
  readonly prompt: string;
}

/** The whole prompt of each category that a choice would start. @throws Problem when one cannot be read */
export function composePrompts(project: Project, { seed, chosen }: Choice): Promise<ComposedPrompt[]> {
  return Promise.all(
    chosen.map(async (each) => {
      const category = requireCategory(project.settings(), each.category);
      const { prompt } = await planSession(project, category, { runType: 'timer', seed, chosen: each });
      return { category: each.category, prompt };
    }),
  );
}
