import { readdirSync } from 'node:fs';
import { randomFor, type Random } from '../../src/lib/random.ts';

/** What a test in this folder plays with: see `run.mjs`, which says the seed and the budget. */
export interface Chaos {
  /** Draws of this test's own; the same again with the same seed. */
  readonly random: Random;
  /** An integer for programs that draw by themselves. */
  readonly seed: number;
  /** Until when rounds may begin, as epoch ms; null where all `rounds` are played. */
  readonly until: number | null;
  /** The largest number of rounds. */
  readonly rounds: number;
}

/** Time for the build of stint and the start of each test file, taken off the budget. */
const OVERHEAD_MS = 30_000;

/**
 * The chaos of one test: all of `rounds` in the long soak; in the short one those that fit into its share of the budget,
 * which is the same for each file of this folder. One round is played in any case.
 */
export function chaosOf(name: string, rounds: number): Chaos {
  const seed = Number(process.env['STINT_SOAK_SEED'] ?? 0);
  const budgetMs = process.env['STINT_SOAK_BUDGET_MS'];
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.test.ts'));
  const shareMs = Math.max(0, Number(budgetMs) - OVERHEAD_MS) / files.length;
  const random = randomFor(seed, name);
  return {
    random,
    seed: Math.floor(random() * 2 ** 31),
    until: budgetMs === undefined ? null : Date.now() + shareMs,
    rounds,
  };
}

/** Plays rounds one after the other, as many as the chaos has; none begins that would end past its share. @returns how many */
export async function playRounds(chaos: Chaos, play: (round: number) => Promise<void>): Promise<number> {
  let longestMs = 0;
  for (let round = 0; round < chaos.rounds; round++) {
    const began = Date.now();
    if (round > 0 && chaos.until !== null && began + longestMs > chaos.until) return round;
    await play(round);
    longestMs = Math.max(longestMs, Date.now() - began);
  }
  return chaos.rounds;
}
