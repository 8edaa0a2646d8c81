import type { Plan } from '../../domain/plan.ts';
import type { SessionRecord } from '../../domain/record.ts';
import type { Clock } from '../../lib/clock.ts';
import { LONGEST_TIMER_MS } from '../../lib/duration.ts';
import { Problem } from '../../lib/problem.ts';
import { drawSeed } from '../../lib/random.ts';
import { whyNoRespawn, whyNotAgain } from '../../plan/respawn.ts';
import { gatherChoice } from '../planning/gather-choice.ts';
import { requireCategory } from '../planning/make-plan.ts';
import { planSession } from '../planning/plan-session.ts';
import type { Project } from '../project/project.ts';
import { runSession, type SessionOptions } from '../session/session.ts';

export interface ChainOptions extends SessionOptions {
  /** Starts the category again after a good session; otherwise there is one session. */
  readonly isRespawned?: boolean;
}

export interface Chain {
  /** Oldest first; one at least. */
  readonly records: readonly [SessionRecord, ...SessionRecord[]];
  /** Why nothing more was started; null where nothing should have been. */
  readonly ended: string | null;
}

/**
 * Runs a session, and when it was good the same category again after its cooldown. Nothing is held meanwhile: whoever
 * else starts the category then is not turned away.
 *
 * @throws Problem when the first cannot start; what keeps a further one from starting ends the row
 */
export async function runBackToBack(project: Project, plan: Plan, options: ChainOptions): Promise<Chain> {
  const first = await runSession(project, plan, options);
  const records: [SessionRecord, ...SessionRecord[]] = [first];
  if (!options.isRespawned) return { records, ended: null };
  // Under an id of its own: the first one's was promised to it alone. What it held back is released already.
  const { id: _, release: __, ...further } = options;
  for (let last = first; ;) {
    try {
      const next = await planNext(project, last, options.cancelled);
      if ('ended' in next) return { records, ...next };
      last = await runSession(project, next.plan, further);
    } catch (error) {
      // Its program or its prompt is gone by now, the category is busy, or the database is locked.
      if (!(error instanceof Problem)) throw error;
      return { records, ended: error.message };
    }
    records.push(last);
  }
}

/**
 * The milliseconds until a time of the wall clock, which passes while the machine sleeps; where that clock is set back
 * meanwhile, no more than `mostMs` in all.
 */
function countdown(clock: Clock, until: number, mostMs: number): () => number {
  const endMs = clock.monotonicMs() + mostMs;
  return () => Math.min(until - clock.now().getTime(), endMs - clock.monotonicMs());
}

/** Waits out the cooldown, and asks what `stint plan` asks, at that moment. */
async function planNext(
  project: Project,
  last: SessionRecord,
  cancelled: AbortSignal,
): Promise<{ plan: Plan } | { ended: string }> {
  const { cooldownMs, respawn } = requireCategory(project.settings(), last.category).schedule;
  const no = whyNoRespawn(last, respawn);
  if (no !== null) return { ended: no };
  const until = Date.parse(last.endedAt) + cooldownMs;
  const left = countdown(project.clock, until, cooldownMs);
  project.events.emit({
    name: 'respawn.scheduled',
    record: last,
    until: new Date(until).toISOString(),
  });
  for (let ms = left(); ms > 0 && !cancelled.aborted; ms = left())
    await project.clock.sleep(Math.min(ms, LONGEST_TIMER_MS), cancelled);
  if (cancelled.aborted) return { ended: String(cancelled.reason) };
  const input = await gatherChoice(project, { seed: drawSeed(), top: 1, only: last.category, cancelled });
  const obstacle = whyNotAgain(input);
  if (obstacle !== null) return { ended: obstacle };
  const category = requireCategory(project.settings(), last.category);
  const how = { runType: 'respawn', seed: null, chain: last.chain + 1 } as const;
  return { plan: await planSession(project, category, how) };
}
