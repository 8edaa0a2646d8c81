import type { Decision } from '../../domain/choice.ts';
import { choose } from '../../plan/choose.ts';
import { insertChoice, type StoredDecision } from '../../store/choices.ts';
import { gatherChoice, type ChoiceRequest } from './gather-choice.ts';
import type { Project } from '../project/project.ts';

/** What would start now, and why. Starts nothing and stores nothing. */
export async function planNow(project: Project, request: ChoiceRequest): Promise<Decision> {
  // Without secrets from the start: what is stored has to lead to the same choice.
  const input = project.redactor.value(await gatherChoice(project, request));
  return { input, choice: choose(input) };
}

/** The same for whoever goes by it: stored before anything starts. */
export async function decideNow(project: Project, request: ChoiceRequest): Promise<StoredDecision> {
  const decision = await planNow(project, request);
  const number = await insertChoice(project.store, decision);
  project.events.emit({ name: 'plan.chosen', choice: decision.choice, number });
  return { ...decision, number };
}
