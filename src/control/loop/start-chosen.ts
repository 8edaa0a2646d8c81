import type { Choice, ChosenCategory } from '../../domain/choice.ts';
import type { CategoryName } from '../../domain/ids.ts';
import { Problem } from '../../lib/problem.ts';
import type { Random } from '../../lib/random.ts';
import { decideNow } from '../planning/gather-choice.ts';
import type { Project } from '../project/project.ts';
import { endOverdue } from '../session/stop-session.ts';

export interface ChosenOptions {
  readonly seed: number;
  readonly top: number;
  /** Spreads the starts over `schedule.jitter`. */
  readonly random: Random;
  readonly cancelled: AbortSignal;
}

/** What came of a choice. */
export interface StartedChoice<T> {
  readonly choice: Choice;
  /** Under which it is stored. */
  readonly number: number;
  readonly spawned: readonly T[];
  readonly skipped: readonly { readonly category: CategoryName; readonly reason: string }[];
}

/** Plans, and starts all that was chosen side by side; what cannot start is skipped with its reason. */
export async function startChosen<T>(
  project: Project,
  options: ChosenOptions,
  start: (chosen: ChosenCategory, index: number, number: number) => Promise<T>,
): Promise<StartedChoice<T>> {
  await endOverdue(project, options.cancelled);
  const { choice, number } = await decideNow(project, options);
  const { jitterMs } = project.settings().schedule;
  const delays = choice.chosen.map((_, index) => (index === 0 ? 0 : options.random() * jitterMs));
  const spawned: T[] = [];
  const skipped: StartedChoice<T>['skipped'][number][] = [];
  const starts = choice.chosen.map(async (chosen, index) => {
    try {
      await project.clock.sleep(delays[index] ?? 0, options.cancelled);
      spawned.push(await start(chosen, index, number));
    } catch (error) {
      // One category that cannot start must not end the others; a bug must still be seen.
      if (!(error instanceof Problem)) throw error;
      skipped.push({ category: chosen.category, reason: error.message });
    }
  });
  const results = await Promise.allSettled(starts);
  const bug = results.find((result) => result.status === 'rejected');
  if (bug) throw bug.reason;
  return { choice, number, spawned, skipped };
}
