import type { Waiting } from '../../domain/event.ts';
import { type SessionId, slotName } from '../../domain/ids.ts';
import { categoryLockFile } from '../../domain/layout.ts';
import type { Plan } from '../../domain/plan.ts';
import type { SessionRecord } from '../../domain/record.ts';
import { readStatus } from '../../git/repository.ts';
import { isLocked } from '../../lib/lock-table.ts';
import { Problem } from '../../lib/problem.ts';
import { countOf } from '../../lib/quantities.ts';
import { drawSeed } from '../../lib/random.ts';
import { checkPlan, refuseCategory, refuseSlot } from '../planning/check-plan.ts';
import { decideNow } from '../planning/gather-choice.ts';
import { requireCategory } from '../planning/make-plan.ts';
import { planSession, planSlot, type SlotWork } from '../planning/plan-session.ts';
import { findPressure } from '../planning/require-room.ts';
import { wrapPlan, type WrapRequest } from '../planning/wrap-plan.ts';
import { tellAdvice } from '../project/event-stream.ts';
import type { Project, ProjectPlace } from '../project/project.ts';
import { drawSessionId } from '../session/begin-session.ts';
import { endOverdue } from '../session/stop-session.ts';
import { runSession, type SessionOptions } from '../session/session.ts';
import { drainAfter } from '../sinks/outbox.ts';
import { type Chain, runBackToBack } from './back-to-back.ts';
import { claimKey, findDelivered, requireKey, type ReusedWork } from './claim-key.ts';

/** The work of one session. */
export type Work =
  | {
      readonly kind: 'category';
      /** Null takes the best one now, as a plan would. */
      readonly category: string | null;
      /** The draw to repeat; one is drawn where it is left out. */
      readonly seed?: number | undefined;
      /** `timer` where a fan-out starts it. Default: `manual`. */
      readonly runType?: 'manual' | 'timer';
      /** The number of the stored choice behind it. */
      readonly choice?: number | undefined;
    }
  /** One-off work beside the categories. */
  | ({ readonly kind: 'slot' } & SlotWork)
  /** A command of the caller's own, in place and without any configuration. */
  | ({ readonly kind: 'wrap' } & WrapRequest);

export interface WorkOptions {
  /** The id that the session gets; one is drawn where it is left out. */
  readonly id?: SessionId | undefined;
  /** Called at each look at the first session, with what it waits for. It must not throw. */
  readonly onWaiting?: ((waiting: Waiting) => void) | undefined;
  readonly cancelled: AbortSignal;
}

interface StartOptions extends WorkOptions {
  readonly isRespawned?: boolean;
  /** Gives up the lock of the key. */
  readonly release?: () => void;
}

/** Refuses what is wrong with a call anywhere. @throws Problem `usage` */
export function requireWork(work: Work, key: string | null): void {
  if (key !== null) requireKey(key);
  if (work.kind === 'wrap') wrapPlan(work);
}

/** Refuses work that no state of the project could allow, before any state is made. */
export async function refuseWork(place: ProjectPlace, work: Work): Promise<void> {
  if (work.kind === 'wrap') await checkPlan(place, wrapPlan(work));
  else if (work.kind === 'slot') await refuseSlot(place, work);
  else if (work.category !== null) await refuseCategory(place, work.category);
}

/** Runs one session, or several back to back. @throws Problem when the first cannot start */
export async function runWork(
  project: Project,
  work: Work,
  options: WorkOptions & { readonly isRespawned: boolean },
): Promise<Chain> {
  const { cancelled } = options;
  return drainAfter(project, cancelled, async () =>
    startWork(project, work, await planWork(project, work, cancelled), options),
  );
}

/** Does a named piece of work once: runs a session, or tells which one has delivered it. */
export async function runOnce(
  project: Project,
  work: Work,
  key: string,
  options: WorkOptions,
): Promise<SessionRecord | ReusedWork> {
  const { cancelled } = options;
  return drainAfter(project, cancelled, async () => {
    // The key is looked up before any lock and any plan.
    const done = await findDelivered(project, key);
    if (done) return done;
    const claimed = await claimKey(project, await planWork(project, work, cancelled), key, cancelled);
    if ('reused' in claimed) return claimed;
    for (const sentence of claimed.notes) tellAdvice(project, sentence);
    const { plan, release } = claimed;
    const { records } = await startWork(project, work, plan, { ...options, release });
    return records[0];
  });
}

async function startWork(project: Project, work: Work, plan: Plan, options: StartOptions): Promise<Chain> {
  const { id = drawSessionId(), cancelled, isRespawned = false, release } = options;
  const session = { id, cancelled, ...(release ? { release } : {}) };
  const advice: Promise<void>[] = [];
  const silence = project.events.subscribe((event) => {
    if (event.name === 'supervise.waiting' && event.session.id === id) options.onWaiting?.(event.session);
    else if (event.name === 'session.promised' && event.session.id === id)
      advice.push(adviseOnCheckout(project, plan));
  });
  try {
    // One-off work stands for itself.
    if (work.kind === 'slot') return { records: [await runInSlot(project, plan, session)], ended: null };
    return await runBackToBack(project, plan, { ...session, isRespawned });
  } finally {
    release?.();
    silence();
    await Promise.all(advice);
  }
}

async function planWork(project: Project, work: Work, cancelled: AbortSignal): Promise<Plan> {
  if (work.kind === 'wrap') return wrapPlan(work);
  if (work.kind === 'slot') return planSlot(project, work);
  const { category, seed, runType = 'manual', choice } = work;
  if (category === null) return planBest(project, seed, cancelled);
  if (runType === 'manual') await adviseOnPressure(project);
  const wanted = requireCategory(project.settings(), category);
  return planSession(project, wanted, { runType, seed: seed ?? null, choice });
}

/** Plans the category that a choice puts first. @throws Problem `rest` (75) or `harness_missing` when none may start */
async function planBest(project: Project, seed: number | undefined, cancelled: AbortSignal): Promise<Plan> {
  await endOverdue(project, cancelled);
  const { choice, number } = await decideNow(project, { seed: seed ?? drawSeed(), top: 1, cancelled });
  const best = choice.chosen[0];
  if (best)
    return planSession(project, requireCategory(project.settings(), best.category), {
      runType: 'manual',
      seed: choice.seed,
      choice: number,
      chosen: best,
    });
  const { rest } = choice;
  const until = rest?.until ? ` until ${rest.until}` : '';
  throw new Problem(
    rest?.kind === 'harness' ? 'harness_missing' : 'rest',
    `Nothing may start now: ${rest?.reason ?? 'nothing is eligible'}${until}.`,
    'See `stint plan`.',
    // Waiting does not install a program.
    rest?.kind === 'harness' ? 1 : 75,
  );
}

/** A person who names a category decides alone, and is told what would keep a plan from starting it. */
async function adviseOnPressure(project: Project): Promise<void> {
  const found = await findPressure(project);
  if (found.length > 0) tellAdvice(project, `a plan would start nothing now: ${found.join(', ')}.`);
}

/** Says what a person may not expect of the checkout that a session starts from. */
async function adviseOnCheckout(project: Project, plan: Plan): Promise<void> {
  const { repository } = project;
  if (repository.commonDir === null) return;
  if (repository.branch === null && repository.head && plan.base === null)
    tellAdvice(
      project,
      `HEAD is detached at ${repository.head.slice(0, 12)}; the session starts from that commit.`,
    );
  // Advice must not keep a session from starting.
  const changed = await readStatus(repository.top).then(
    ({ length }) => length,
    () => 0,
  );
  if (changed === 0) return;
  const files = countOf(changed, 'uncommitted file');
  const be = changed === 1 ? 'is' : 'are';
  tellAdvice(
    project,
    plan.isolation === 'worktree'
      ? `${files} in this checkout ${be} not part of the session, which starts from the last commit.`
      : `${files} in this shared checkout ${be} nobody's; only commits of the session count as its work.`,
  );
}

/**
 * Runs one-off work in the first slot that is free; each slot has a lock of its own, as a category has.
 *
 * @throws Problem `busy` (75) when all are taken
 */
async function runInSlot(project: Project, plan: Plan, options: SessionOptions): Promise<SessionRecord> {
  const { slots } = project.settings().schedule;
  for (let number = 1; number <= slots; number++) {
    const category = slotName(number);
    if (isLocked(categoryLockFile(project.layout, category))) continue;
    try {
      return await runSession(project, { ...plan, category }, options);
    } catch (error) {
      // Somebody was faster: the next one may be free.
      if (!(error instanceof Problem) || error.code !== 'busy') throw error;
    }
  }
  throw new Problem(
    'busy',
    `${slots === 1 ? 'The only slot is' : `All ${countOf(slots, 'slot')} are`} taken.`,
    'Try again when one has ended, or raise schedule.slots; `stint status` shows on what they wait.',
    75,
  );
}
