import type { CategoryName } from './ids.ts';
import type { RunType } from './record.ts';

/** What is believed about one category: a Beta posterior over its grade. */
export interface Belief {
  readonly category: CategoryName;
  readonly alpha: number;
  readonly beta: number;
  /** Sessions that moved it. */
  readonly updates: number;
  /** Sessions of any outcome, but none that its provider turned away before it got to work. */
  readonly sessions: number;
  /** Start of the last one of these, ISO 8601 UTC; null when there was none. */
  readonly lastAt: string | null;
  /** Sessions of other categories that started after its last one had ended. */
  readonly othersSince: number;
}

export type Beliefs = ReadonlyMap<CategoryName, Belief>;

/** One of several ways to go, whose reward is learned. */
export type Arm = CategoryArm | HarnessArm | RunTypeArm;

export interface CategoryArm {
  readonly kind: 'category';
  readonly category: CategoryName;
}

/** A harness with a model, in one category: what does well at one kind of work may not at another. */
export interface HarnessArm {
  readonly kind: 'harness';
  readonly category: CategoryName;
  readonly harness: string;
  /** The model that is asked for; null is the CLI's own default. */
  readonly model: string | null;
}

/** Why sessions were started. Nothing is chosen by it: it tells whether going on back to back pays. */
export interface RunTypeArm {
  readonly kind: 'run-type';
  readonly runType: RunType;
}

/** What is believed about one arm: a Beta posterior over the grade of its sessions. */
export interface ArmBelief<A extends Arm = Arm> {
  readonly arm: A;
  readonly alpha: number;
  readonly beta: number;
  /** alpha / (alpha + beta). */
  readonly mean: number;
  /** Sessions that moved it. */
  readonly updates: number;
  /** Sessions of any outcome, but none that its provider turned away before it got to work. */
  readonly sessions: number;
  /** Start of the last one of these, ISO 8601 UTC; null when there was none. */
  readonly lastAt: string | null;
  /** What it starts from and goes back to: its parent's mean, weighing as much as so many sessions. */
  readonly borrows: { readonly from: Arm | null; readonly mean: number; readonly sessions: number };
  /** How much of its own evidence counts, (0, 1]: less the longer others were played instead. */
  readonly weight: number;
  /** Its own evidence in sessions, after all discounts; less than `updates` after a change. */
  readonly evidence: number;
  readonly changes: number;
  /** End of the session at which the last change was detected, ISO 8601 UTC; null while nothing changed. */
  readonly changedAt: string | null;
}

/** A name that no other arm has. */
export function armName(arm: Arm): string {
  switch (arm.kind) {
    case 'category':
      return arm.category;
    case 'harness':
      // With its length, for a harness of another system may be called anything.
      return `${arm.category} ${arm.harness.length} ${arm.harness} ${arm.model ?? ''}`;
    case 'run-type':
      return ` ${arm.runType}`;
  }
}
