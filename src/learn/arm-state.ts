import type { Arm } from '../domain/belief.ts';
import { lengthen, NEW_STRETCH, type Stretch } from './change-detector.ts';

/** What the fold keeps of one arm: sums, from which its posterior is read. Plain data, so that it can be stored. */
export interface ArmState {
  readonly arm: Arm;
  /** Sessions of any outcome, but none that was turned away. */
  readonly sessions: number;
  /** Latest start and latest end of them, ISO 8601 UTC. */
  readonly lastAt: string | null;
  readonly lastEndedAt: string | null;
  /** Sessions that moved it. */
  readonly updates: number;
  /** How many sessions had moved the arms beside it, and itself, when it was last moved. */
  readonly movedAt: number;
  /** What came since the last change. */
  readonly stretch: Stretch;
  /** What came before it, as far as it still counts. */
  readonly olderUp: number;
  readonly olderDown: number;
  readonly changes: number;
  readonly changedAt: string | null;
}

/**
 * What came before a change counts so much less with each session of the arm's own since then: after three half, after
 * ten a tenth. Nothing is discounted without a change, and nothing by the sessions of others.
 */
const KEPT_PER_SESSION = 0.8;

/** So little evidence is none. Without an end the numbers would become too small to be exact. */
const NOTHING_LEFT = 1e-9;

export function newArm(arm: Arm): ArmState {
  return {
    arm,
    sessions: 0,
    lastAt: null,
    lastEndedAt: null,
    updates: 0,
    movedAt: 0,
    stretch: NEW_STRETCH,
    olderUp: 0,
    olderDown: 0,
    changes: 0,
    changedAt: null,
  };
}

/** A session of the arm, whatever came of it; the fold leaves out those that were turned away. */
export function countSession(state: ArmState, session: { startedAt: string; endedAt: string }): ArmState {
  return {
    ...state,
    sessions: state.sessions + 1,
    lastAt: laterOf(state.lastAt, session.startedAt),
    lastEndedAt: laterOf(state.lastEndedAt, session.endedAt),
  };
}

/**
 * A session that says something about the arm.
 *
 * @param reward its grade
 * @param movedAt how many sessions have moved the arms beside it by now, this one among them
 */
export function rewardArm(state: ArmState, reward: number, movedAt: number, endedAt: string): ArmState {
  const { stretch, before } = lengthen(state.stretch, reward);
  const moved = {
    ...state,
    updates: state.updates + 1,
    movedAt,
    stretch,
    olderUp: discount(state.olderUp, KEPT_PER_SESSION),
    olderDown: discount(state.olderDown, KEPT_PER_SESSION),
  };
  if (before === null) return moved;
  const kept = KEPT_PER_SESSION ** stretch.count;
  return {
    ...moved,
    olderUp: moved.olderUp + discount(before.up, kept),
    olderDown: moved.olderDown + discount(before.down, kept),
    changes: state.changes + 1,
    changedAt: endedAt,
  };
}

function discount(evidence: number, kept: number): number {
  const left = evidence * kept;
  return left < NOTHING_LEFT ? 0 : left;
}

function laterOf(before: string | null, time: string): string {
  return before === null || time > before ? time : before;
}
