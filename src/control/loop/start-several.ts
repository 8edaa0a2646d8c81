import type { Choice } from '../../domain/choice.ts';
import type { Plan } from '../../domain/plan.ts';
import type { SessionRecord } from '../../domain/record.ts';
import { oneLine } from '../../lib/plain-text.ts';
import { drawSeed, seededRandom } from '../../lib/random.ts';
import { passedVariables, requireUserManager } from '../../run/systemd-unit.ts';
import { requireCategory } from '../planning/make-plan.ts';
import { planSession } from '../planning/plan-session.ts';
import { tellAdvice } from '../project/event-stream.ts';
import type { Project, ProjectPlace } from '../project/project.ts';
import { drainAfter, drainOutbox } from '../sinks/outbox.ts';
import { type ChainOptions, runBackToBack } from './back-to-back.ts';
import { releaseChosen, type ReleasedSession } from './release-session.ts';
import { type ChosenOptions, startChosen, type StartedChoice } from './start-chosen.ts';

export interface FanoutRequest {
  /** The draw to repeat; one is drawn where it is left out. */
  readonly seed?: number | undefined;
  /** At most so many sessions. Default: `schedule.top`. */
  readonly top?: number | undefined;
  /** Starts a category again after a good session. */
  readonly isRespawned: boolean;
  /** `wait` for their records, or let each go on in a process of its own. */
  readonly way: 'wait' | 'detach' | 'systemd';
}

/** The sessions that a choice started; `choice` is the number under which it is stored. */
export interface FanoutResult
  extends
    Pick<Choice, 'ineligible' | 'rest' | 'seed'>,
    Pick<StartedChoice<SessionRecord | ReleasedSession>, 'spawned' | 'skipped'> {
  readonly choice: number;
}

/** Refuses a way of starting that this machine lacks, before anything is chosen. */
export async function refuseFanout(
  { repository, env }: ProjectPlace,
  { way }: Pick<FanoutRequest, 'way'>,
): Promise<void> {
  if (way === 'systemd') await requireUserManager(repository.top, env);
}

/**
 * Plans, and starts the best categories side by side.
 *
 * @param words options that lead another process to the same project and settings
 */
export async function startSeveral(
  project: Project,
  { seed, top, isRespawned, way }: FanoutRequest,
  words: readonly string[],
  cancelled: AbortSignal,
): Promise<FanoutResult> {
  const options = {
    seed: seed ?? drawSeed(),
    top: top ?? project.settings().schedule.top,
    random: seededRandom(drawSeed()),
    cancelled,
    isRespawned,
  };
  if (way === 'wait')
    return drainAfter(project, cancelled, async () => resultOf(await fanout(project, options)));
  if (way === 'systemd') adviseOnVariables(project);
  const started = await releaseChosen(project, { ...options, way, words });
  // Sessions that go on by themselves drain the outbox too.
  if (started.spawned.length === 0) await drainOutbox(project, { cancelled });
  return resultOf(started);
}

function resultOf({
  choice,
  number,
  spawned,
  skipped,
}: StartedChoice<SessionRecord | ReleasedSession>): FanoutResult {
  const { ineligible, rest, seed } = choice;
  return { spawned, skipped, ineligible, rest, seed, choice: number };
}

function adviseOnVariables(project: Project): void {
  const { refused } = passedVariables(project.env);
  if (refused.length === 0) return;
  const names = oneLine(refused.join(', '), 300);
  tellAdvice(project, `systemd takes no such variables, so the sessions go without: ${names}.`);
}

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
