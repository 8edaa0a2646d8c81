import type { Choice, ChoiceInput, Decision } from '../../domain/choice.ts';
import { oneLine } from '../../lib/plain-text.ts';
import { Problem } from '../../lib/problem.ts';
import { drawSeed } from '../../lib/random.ts';
import { explainCategory, type ExplainedCategory } from '../../plan/explain-category.ts';
import { replayChoice, type ReplayedChoice } from '../../plan/replay-choice.ts';
import type { StoredDecision } from '../../store/choices.ts';
import { requireSession } from '../custody/require-session.ts';
import type { Project } from '../project/project.ts';
import { composePrompts, type ComposedPrompt } from './compose-prompts.ts';
import { findDecision } from './find-decision.ts';
import { requireCategory } from './make-plan.ts';
import { planNow } from './plan-now.ts';

export interface PlanQuestion {
  /** The draw to repeat; one is drawn where it is left out. */
  readonly seed?: number | undefined;
  /** At most so many sessions. Default: `schedule.top`. */
  readonly top?: number | undefined;
  /** A category whose score is to be explained. */
  readonly why?: string | undefined;
  readonly hasPrompts?: boolean | undefined;
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
  const stored = await findStored(project, which);
  return {
    ...stored.choice,
    input: stored.input,
    replayed: replayChoice(stored),
    choice: stored.number,
    ...(why === undefined ? {} : { why: explain(project, stored, why) }),
  };
}

async function findStored(project: Project, which: string): Promise<StoredDecision> {
  if (which === 'last') return findDecision(project, which);
  if (/^\d{1,12}$/.test(which)) return findDecision(project, Number(which));
  return findDecision(project, await requireSession(project, which));
}

function explain(project: Project, decision: Decision, category: string): ExplainedCategory {
  const explained = explainCategory(decision, category);
  if (explained) return explained;
  requireCategory(project.settings(), category);
  throw new Problem('unknown_category', `That choice knew no category "${oneLine(category, 80)}".`, '');
}
