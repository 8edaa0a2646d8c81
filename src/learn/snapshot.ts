import { armName } from '../domain/belief.ts';
import type { ArmState } from './arm-state.ts';
import type { Fold, FoldScope } from './fold-beliefs.ts';

/** Goes up whenever the fold gives other numbers for the same records: older snapshots are not looked at then. */
const FOLD_VERSION = 2;

/** So many records are folded quicker than anybody notices; less would only be more to keep. */
const SPACING = 1024;

/** The name under which snapshots of a fold are kept. */
export function foldName(scope: FoldScope): string {
  return `${FOLD_VERSION} ${scope}`;
}

/**
 * The records after which a fold of so many is worth keeping: closer together towards the end, where most amendments
 * are, and so few that a million records have some twenty.
 */
export function snapshotPlaces(last: number): number[] {
  const places = new Set<number>();
  for (let step = SPACING; step <= last; step *= 2) {
    const newest = last - (last % step);
    places.add(newest);
    if (newest > step) places.add(newest - step);
  }
  return [...places].toSorted((a, b) => a - b);
}

/** JSON gives every finite number back bit for bit. */
export function encodeFold({ sessions, updates, arms }: Fold): string {
  return JSON.stringify({ sessions, updates, arms: [...arms.values()] });
}

interface Stored {
  readonly sessions: number;
  readonly updates: number;
  readonly arms: readonly ArmState[];
}

/** Null where it cannot be read: then there is no snapshot. */
export function decodeFold(text: string, scope: FoldScope): Fold | null {
  try {
    const { sessions, updates, arms } = JSON.parse(text) as Stored;
    return { scope, sessions, updates, arms: new Map(arms.map((state) => [armName(state.arm), state])) };
  } catch {
    return null;
  }
}
