import { setImmediate as immediate, setTimeout as delay } from 'node:timers/promises';
import { unlessShort } from './problem.ts';
import { readBootTime, type BootTime } from './process-table.ts';

/** Time, passed in so that tests own it. */
export interface Clock {
  /** Wall time. */
  now(): Date;
  /** Milliseconds that never jump; only differences mean something. */
  monotonicMs(): number;
  /** Two processes of one boot can compare it; null where the machine does not say it. */
  sinceBoot(): BootTime | null;
  /** Resolves after `ms` milliseconds, or at once when `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sinceBoot: () => unlessShort(readBootTime),
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, signal ? { signal } : {});
    } catch {
      // Only an abort rejects here, and waking early is what the caller asked for.
    }
  },
};

/** Resolves after timers that are due and finished I/O have had their turn. */
export function nextTurn(): Promise<void> {
  return immediate();
}
