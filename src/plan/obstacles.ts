import type {
  CategoryState,
  ChoiceInput,
  IneligibleCategory,
  Obstacle,
  PullRequests,
} from '../domain/choice.ts';
import { WHY_HELD } from '../domain/choice-words.ts';
import { whyOverBudget } from './budget.ts';
import { oneLine } from '../lib/plain-text.ts';

/** What is the same for all categories. */
export type Surroundings = Pick<ChoiceInput, 'at' | 'pullRequests' | 'budget' | 'dayEndsAt'>;

/** Why a category may not start now, with all that is in its way; null when nothing is. */
export function whyIneligible(state: CategoryState, around: Surroundings): IneligibleCategory | null {
  const obstacles = findObstacles(state, around);
  if (obstacles.length === 0) return null;
  return {
    category: state.category,
    reason: obstacles.map(({ reason }) => reason).join('; '),
    until: latest(obstacles),
    obstacles,
    owner: obstacles.some(({ kind }) => kind === 'held') ? state.owner : null,
  };
}

/** Everything that is in its way. */
export function findObstacles(state: CategoryState, around: Surroundings): Obstacle[] {
  const now = new Date(around.at);
  const obstacles = [
    running(state),
    coolingDown(state, now),
    harnessTrouble(state),
    held(state, now),
    dry(state),
    underReview(state, around.pullRequests),
    overBudget(state, around),
  ];
  return obstacles.filter((obstacle) => obstacle !== null);
}

/** It may start when the last of them is over. */
function latest(obstacles: readonly Obstacle[]): string | null {
  const untils = obstacles.flatMap(({ until }) => (until === null ? [] : [until])).toSorted();
  return untils.length === obstacles.length ? (untils.at(-1) ?? null) : null;
}

function running({ running: session, isLocked }: CategoryState): Obstacle | null {
  if (session !== null)
    return { kind: 'running', reason: `session ${session} is running in it`, until: null };
  return isLocked ? { kind: 'running', reason: 'another process holds its lock', until: null } : null;
}

function coolingDown({ lastEndedAt, cooldownMs }: CategoryState, now: Date): Obstacle | null {
  if (lastEndedAt === null) return null;
  const readyAt = Date.parse(lastEndedAt) + cooldownMs;
  if (!isResting(Date.parse(lastEndedAt), readyAt, now)) return null;
  return { kind: 'cooling', reason: 'it is cooling down', until: new Date(readyAt).toISOString() };
}

/**
 * Whether a rest is not over. One that begins further ahead than it lasts was noted before the clock was set back: how
 * much of it is left is not known, and it must not last until the clock is there again.
 */
function isResting(fromMs: number, untilMs: number, now: Date): boolean {
  const nowMs = now.getTime();
  return untilMs > nowMs && fromMs - nowMs <= untilMs - fromMs;
}

/** One harness that can start is enough; where time helps one of them, that is when to try again. */
function harnessTrouble({ harnesses }: CategoryState): Obstacle | null {
  if (harnesses.some(({ trouble }) => trouble === null)) return null;
  const untils = harnesses.flatMap(({ until }) => (until === null ? [] : [until])).toSorted();
  return {
    kind: harnesses.some(({ isParked }) => isParked) ? 'parked' : 'harness',
    reason: harnesses.map(({ trouble }) => trouble).join('; '),
    until: untils[0] ?? null,
  };
}

/** As much of a blocker's text as a line of a plan takes. */
const LONGEST_TEXT = 120;

function held(state: CategoryState, now: Date): Obstacle | null {
  const { hold, owner } = state;
  if (hold === null || hasNewSupply(state)) return null;
  if (!isResting(Date.parse(hold.since), Date.parse(hold.until), now)) return null;
  const often = hold.repeats === 1 ? '' : ` (${hold.repeats} times in a row)`;
  const what = WHY_HELD[hold.outcome];
  const said = hold.text === '' ? '' : `: ${oneLine(hold.text, LONGEST_TEXT)}`;
  const whom = owner === null ? '' : ` (${oneLine(owner, 60)})`;
  const reason = `held, because session ${hold.sessionId} ${what}${often}${said}${whom}`;
  return { kind: 'held', reason, until: hold.until };
}

/** More to do than when the session started that could do nothing: what it said may not be so any more. */
export function hasNewSupply({ supply, supplyBefore }: CategoryState): boolean {
  return supply?.kind === 'known' && supplyBefore !== null && supply.count > supplyBefore;
}

function dry({ supply }: CategoryState): Obstacle | null {
  if (supply?.kind !== 'known' || supply.count > 0) return null;
  return { kind: 'dry', reason: 'it is dry: its supply lists nothing to do', until: null };
}

/** Where the forge cannot be asked, nobody knows of a queue, and work goes on. */
function underReview({ makesPullRequests }: CategoryState, queue: PullRequests | null): Obstacle | null {
  if (!makesPullRequests || queue === null || queue.open === null || queue.open < queue.most) return null;
  const are = queue.open === 1 ? 'pull request waits' : 'pull requests wait';
  return {
    kind: 'review',
    reason: `${queue.open} ${are} for review, and schedule.maxOpenPrs is ${queue.most}`,
    until: null,
  };
}

/** Its own budget or the project's; both begin anew with the day. */
function overBudget(
  { budget: own, expected }: CategoryState,
  { budget, dayEndsAt }: Surroundings,
): Obstacle | null {
  const whole = budget && whyOverBudget(budget, expected);
  const mine = own && whyOverBudget(own, expected);
  if (!whole && !mine) return null;
  const reason = [whole && `budget: ${whole}`, mine && `budget of this category: ${mine}`];
  return { kind: 'budget', reason: reason.filter(Boolean).join('; '), until: dayEndsAt };
}
