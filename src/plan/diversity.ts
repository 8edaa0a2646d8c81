import type { Belief } from '../domain/belief.ts';
import type { CategoryState, ChoiceInput, Spread } from '../domain/choice.ts';
import { effectiveNumber } from '../lib/statistics.ts';
import { findObstacles, type Surroundings } from './obstacles.ts';

const HOUR_MS = 3_600_000;
const LARGEST_BONUS = 0.2;
/** After so long, or so many sessions of others, half of the bonus is there. */
const NEGLECT_HOURS = 24;
const NEGLECT_SESSIONS = 6;

const LEAST_FLOOR = 3;
/** So near to the floor is on it: no draw is perfectly even. */
const NEAR_FLOOR = 0.9;
/** With fewer starts chance alone makes them look narrow. */
const FEWEST_STARTS = 10;
const LARGEST_FACTOR = 5;

/** Every category gets its turn after so long, … */
const TURN_HOURS = 36;
/** … where that takes no more than this share of all starts; else later. */
const TURN_SHARE = 0.5;
/** More than any other score can differ by. */
const TURN_BONUS = 1.25;
/** It rises over the last third of the wait, and no further than this: two that wait for ever are alike. */
const MOST_TURNS = 3;

/** How widely the starts of the last seven days were spread over the categories, and what follows from it. */
export function measureSpread(input: ChoiceInput): Spread {
  // What was not started and may not be is not neglected: it is dry, say, or held.
  const counted = input.categories.filter((state) => state.starts > 0 || mayRunSoon(state, input));
  const starts = counted.reduce((sum, each) => sum + each.starts, 0);
  const floor = Math.min(counted.length, Math.max(LEAST_FLOOR, counted.length / 2));
  const hours = Math.max(1, (Date.parse(input.at) - Date.parse(input.startsSince)) / HOUR_MS);
  const isEnough = starts >= Math.max(FEWEST_STARTS, 2 * floor);
  const effective = isEnough ? effectiveNumber(counted.map((each) => each.starts)) : null;
  const isNarrow = effective !== null && effective < NEAR_FLOOR * floor;
  return {
    effective,
    floor,
    factor: isNarrow ? Math.min(LARGEST_FACTOR, (floor / effective) ** 2) : 1,
    starts,
    turnAfterHours: isEnough
      ? Math.max(TURN_HOURS, (counted.length * hours) / (TURN_SHARE * starts))
      : TURN_HOURS,
  };
}

/** Whether nothing but its own session or a short pause is in its way. */
function mayRunSoon(state: CategoryState, around: Surroundings): boolean {
  return findObstacles(state, around).every(({ kind }) => kind === 'running' || kind === 'cooling');
}

/** Grows with the time and with the sessions of others since the category's last one; whole for one never tried. */
export function diversityBonus(belief: Belief, spread: Spread, now: Date): number {
  const bonus = LARGEST_BONUS * spread.factor;
  if (belief.lastAt === null) return bonus;
  const hours = Math.max(0, now.getTime() - Date.parse(belief.lastAt)) / HOUR_MS;
  const byTime = hours / (hours + NEGLECT_HOURS);
  const byCount = belief.othersSince / (belief.othersSince + NEGLECT_SESSIONS);
  const late = (3 * hours) / spread.turnAfterHours - 2;
  return (bonus * (byTime + byCount)) / 2 + TURN_BONUS * Math.min(MOST_TURNS, Math.max(0, late));
}
