import type { Choice } from '../domain/choice.ts';
import type { CategoryName } from '../domain/ids.ts';
import type { Plan } from '../domain/plan.ts';
import type { SessionRecord } from '../domain/record.ts';
import { Problem } from '../lib/problem.ts';
import { makePlan, requireCategory } from './make-plan.ts';
import { pickHarness } from './pick-harness.ts';
import { decideNow } from './plan-now.ts';
import type { Project } from './project.ts';
import { runSession, type SessionOptions } from './session.ts';

export interface FanoutOptions extends SessionOptions {
  readonly seed: number;
  readonly top: number;
  /** Told what was chosen, before anything starts. */
  readonly onChoice?: (choice: Choice) => void;
  /** Changes the plan of the n-th chosen category before it starts; the demo scripts its day with it. */
  readonly adjust?: (plan: Plan, index: number) => Plan;
  /** Told when a session has its record. */
  readonly onRecord: (record: SessionRecord) => void;
}

export interface FanoutResult {
  readonly choice: Choice;
  readonly spawned: readonly SessionRecord[];
  readonly skipped: readonly { readonly category: CategoryName; readonly reason: string }[];
}

/** Plans, starts all that was chosen at once, and waits for their records. */
export async function fanout(project: Project, options: FanoutOptions): Promise<FanoutResult> {
  const { choice } = await decideNow(project, options);
  options.onChoice?.(choice);
  const spawned: SessionRecord[] = [];
  const skipped: { category: CategoryName; reason: string }[] = [];
  const runs = choice.chosen.map(async ({ category }, index) => {
    try {
      const record = await runSession(project, await planFor(project, category, index, options), options);
      spawned.push(record);
      options.onRecord(record);
    } catch (error) {
      // One category that cannot start must not end the others; a bug must still be seen.
      if (!(error instanceof Problem)) throw error;
      skipped.push({ category, reason: error.message });
    }
  });
  const results = await Promise.allSettled(runs);
  const bug = results.find((result) => result.status === 'rejected');
  if (bug) throw bug.reason;
  return { choice, spawned, skipped };
}

async function planFor(
  project: Project,
  category: CategoryName,
  index: number,
  options: FanoutOptions,
): Promise<Plan> {
  const settings = requireCategory(project.settings(), category);
  const harness = await pickHarness(project, settings);
  const plan = makePlan(project.settings(), settings, { runType: 'timer', seed: options.seed, harness });
  return options.adjust ? options.adjust(plan, index) : plan;
}
