import type { Choice, ChoiceInput, Decision } from '../../domain/choice.ts';
import type { CategoryName } from '../../domain/ids.ts';
import { oneLine } from '../../lib/plain-text.ts';
import { Problem } from '../../lib/problem.ts';
import { drawSeed } from '../../lib/random.ts';
import { explainCategory, type ExplainedCategory } from '../../plan/explain-category.ts';
import { replayChoice, type ReplayedChoice } from '../../plan/replay-choice.ts';
import { findChoice, findChoiceOf, findLastChoice, type StoredDecision } from '../../store/choices.ts';
import { requireSession } from '../custody/find-sessions.ts';
import type { Project } from '../project/project.ts';
import { planNow } from './gather-choice.ts';
import { requireCategory } from './make-plan.ts';
import { planSession } from './plan-session.ts';

export interface PlanQuestion {
  /** The draw to repeat; one is drawn where it is left out. */
  readonly seed?: number | undefined;
  /** At most so many sessions. Default: `schedule.top`. */
  readonly top?: number | undefined;
  /** A category whose score is to be explained. */
  readonly why?: string | undefined;
  readonly hasPrompts?: boolean | undefined;
}

interface ComposedPrompt {
  readonly category: CategoryName;
  readonly prompt: string;
}

/** A choice with all its inputs. */
export interface AskedPlan extends Choice {
  readonly input: ChoiceInput;
  /** Only of a stored choice: the result of making it again. */
  readonly replayed?: ReplayedChoice;
  /** Only of a stored choice: its number. */
  readonly choice?: number;
  readonly why?: ExplainedCategory;
  readonly prompts?: readonly ComposedPrompt[];
}

/** Plans without starting or storing anything. */
export async function askPlan(
  project: Project,
  { seed, top, why, hasPrompts }: PlanQuestion,
  cancelled: AbortSignal,
): Promise<AskedPlan> {
  const most = top ?? project.settings().schedule.top;
  const decision = await planNow(project, { seed: seed ?? drawSeed(), top: most, cancelled });
  return {
    ...decision.choice,
    input: decision.input,
    ...(why === undefined ? {} : { why: explain(project, decision, why) }),
    ...(hasPrompts ? { prompts: await composePrompts(project, decision.choice) } : {}),
  };
}

/**
 * Makes a stored choice again from what is stored of it.
 *
 * @param which its number, a session that came of it, or `last`
 */
export async function replayPlan(
  project: Project,
  which: string,
  why: string | undefined,
): Promise<AskedPlan> {
  const stored = await findDecision(project, which);
  return {
    ...stored.choice,
    input: stored.input,
    replayed: replayChoice(stored),
    choice: stored.number,
    ...(why === undefined ? {} : { why: explain(project, stored, why) }),
  };
}

/** @throws Problem `unknown_choice` */
async function findDecision(project: Project, which: string): Promise<StoredDecision> {
  const { store } = project;
  if (which === 'last') return (await findLastChoice(store)) ?? refuse('No choice is stored yet.');
  if (/^\d{1,12}$/.test(which)) {
    const number = Number(which);
    return (await findChoice(store, number)) ?? refuse(`There is no stored choice ${number}.`);
  }
  const id = await requireSession(project, which);
  const why = 'its category was named, or it ran after a good one';
  return (await findChoiceOf(store, id)) ?? refuse(`Session ${id} came of no stored choice: ${why}.`);
}

function refuse(sentence: string): never {
  throw new Problem(
    'unknown_choice',
    sentence,
    'Choices are stored by `stint fanout`, and by `stint run` without a category.',
  );
}

function explain(project: Project, decision: Decision, category: string): ExplainedCategory {
  const explained = explainCategory(decision, category);
  if (explained) return explained;
  requireCategory(project.settings(), category);
  throw new Problem('unknown_category', `That choice knew no category "${oneLine(category, 80)}".`, '');
}

/** The whole prompt of each category that a choice would start. @throws Problem when one cannot be read */
function composePrompts(project: Project, { seed, chosen }: Choice): Promise<ComposedPrompt[]> {
  return Promise.all(
    chosen.map(async (each) => {
      const category = requireCategory(project.settings(), each.category);
      const { prompt } = await planSession(project, category, { runType: 'timer', seed, chosen: each });
      return { category: each.category, prompt };
    }),
  );
}
