import { armName, type Arm, type ArmBelief, type CategoryArm } from '../domain/belief.ts';
import type { CategoryName } from '../domain/ids.ts';
import { newArm, type ArmState } from './arm-state.ts';
import type { Fold } from './fold-beliefs.ts';

/** How much what is believed beforehand weighs, in sessions (`learn.prior`, `learn.borrow`). */
export interface PriorWeights {
  /** Of a category or a run type: that any grade is as likely, with a mean of a half. */
  readonly prior: number;
  /** Of a harness and model: that they do as the category does. */
  readonly borrow: number;
}

const PRIOR_MEAN = 0.5;

/** After so many sessions of others its own evidence counts half, and after twice as many a third. */
const HALVED_AFTER = 500;

/** What is believed about an arm, also about one without a session. Pure: what a fold and two settings say. */
export function believe<A extends Arm>(fold: Fold, arm: A, weights: PriorWeights): ArmBelief<A> {
  const state = stateOf(fold, arm);
  if (arm.kind !== 'harness') {
    const borrows = { from: null, mean: PRIOR_MEAN, sessions: weights.prior };
    return read(arm, state, fold.updates, borrows);
  }
  const parent: CategoryArm = { kind: 'category', category: arm.category };
  const borrows = { from: parent, mean: believe(fold, parent, weights).mean, sessions: weights.borrow };
  return read(arm, state, stateOf(fold, parent).updates, borrows);
}

/** The same about every arm that has had a session, in the order of the first. */
export function believeAll(fold: Fold, weights: PriorWeights): ArmBelief[] {
  return [...fold.arms.values()].map(({ arm }) => believe(fold, arm, weights));
}

/** Latest end of a category's sessions, ISO 8601 UTC; null without one. */
export function lastEndOf(fold: Fold, category: CategoryName): string | null {
  return stateOf(fold, { kind: 'category', category }).lastEndedAt;
}

function stateOf(fold: Fold, arm: Arm): ArmState {
  return fold.arms.get(armName(arm)) ?? newArm(arm);
}

/** The mean of a Beta distribution. */
export function meanOf({ alpha, beta }: { alpha: number; beta: number }): number {
  return alpha / (alpha + beta);
}

/** @param movedNow how many sessions have moved the arms beside it, and itself, by now */
function read<A extends Arm>(
  arm: A,
  state: ArmState,
  movedNow: number,
  borrows: ArmBelief['borrows'],
): ArmBelief<A> {
  const weight = HALVED_AFTER / (HALVED_AFTER + movedNow - state.movedAt);
  const up = weight * (state.olderUp + state.stretch.up);
  const down = weight * (state.olderDown + state.stretch.down);
  const alpha = borrows.sessions * borrows.mean + up;
  const beta = borrows.sessions * (1 - borrows.mean) + down;
  const { updates, sessions, lastAt, changes, changedAt } = state;
  return {
    arm,
    alpha,
    beta,
    mean: meanOf({ alpha, beta }),
    updates,
    sessions,
    lastAt,
    borrows,
    weight,
    evidence: up + down,
    changes,
    changedAt,
  };
}
