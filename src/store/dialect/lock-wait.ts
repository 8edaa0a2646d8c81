import type { Clock } from '../../lib/clock.ts';
import { findLockHolder, isLockedElsewhere } from '../../lib/lock-table.ts';
import { Problem, systemErrorCode } from '../../lib/problem.ts';
import { drawSeed, seededRandom, type Random } from '../../lib/random.ts';

/** How long a wait for another process's lock may last. */
export interface Patience {
  /** Infinity for a wait without end. */
  readonly limitMs: number;
  /** Ends the wait after `ORDERLY_LIMIT_MS` at the latest; its reason is a sentence. */
  readonly cancelled?: AbortSignal | undefined;
}

/** Longer waits only delay the sentence that something holds the file. */
export const ORDINARY_LIMIT_MS = 15_000;

/**
 * How long a wait lasts once a person wants an end. An orderly end still writes what has happened, and another stint that
 * writes at that moment must not keep it from that.
 */
export const ORDERLY_LIMIT_MS = 2_000;

const FIRST_DELAY_MS = 4;
const LONGEST_DELAY_MS = 50;

/**
 * SQLite's answers that mean "another process has the file now". SQLITE_LOCKED is not among them: it reports a conflict
 * inside this process, and waiting would never resolve it.
 */
const BUSY = /^SQLITE_(BUSY|PROTOCOL)/;

export function isBusy(error: unknown): boolean {
  return BUSY.test(systemErrorCode(error) ?? '');
}

/** Whether an operation gave up because another process held the database. */
export function isStoreBusy(error: unknown): boolean {
  return error instanceof Problem && error.code === STORE_BUSY;
}

const STORE_BUSY = 'store_busy';

/** Waits between two attempts at one database file. It never blocks the event loop. */
export class LockWait {
  readonly file: string;
  readonly clock: Clock;
  readonly #random: Random;
  readonly #onWait: (attempt: number) => void;

  /** @param onWait told the number of each attempt that SQLite refused, from 1 for each wait */
  constructor(file: string, clock: Clock, onWait: (attempt: number) => void = () => undefined) {
    this.file = file;
    this.clock = clock;
    this.#random = seededRandom(drawSeed());
    this.#onWait = onWait;
  }

  /** Whether other processes have the database open: each holds a shared lock on the `-shm` file. */
  hasRivals(): boolean {
    return isLockedElsewhere(`${this.file}-shm`);
  }

  /** Sleeps after the attempt with this number was refused: some milliseconds at first, never more than 50. */
  async pause(attempt: number, cancelled?: AbortSignal): Promise<void> {
    this.#onWait(attempt);
    const longest = Math.min(FIRST_DELAY_MS * 2 ** Math.min(attempt - 1, 10), LONGEST_DELAY_MS);
    // The jitter keeps processes that were refused together from asking together again.
    const ms = longest * (0.5 + this.#random() / 2);
    // A signal that has aborted would end every sleep at once.
    await this.clock.sleep(ms, cancelled?.aborted ? undefined : cancelled);
  }

  /** Why a wait is over, null while it may go on. @param sinceMs when it began, by the monotonic clock */
  whyOver({ limitMs, cancelled }: Patience, sinceMs: number): Problem | null {
    const waitedMs = this.clock.monotonicMs() - sinceMs;
    if (cancelled?.aborted && waitedMs >= Math.min(ORDERLY_LIMIT_MS, limitMs)) {
      const because = `stint stopped waiting for ${this.file}: ${String(cancelled.reason)}.`;
      return new Problem('interrupted', because, '', 130);
    }
    return waitedMs < limitMs ? null : storeBusy(this.file, limitMs);
  }

  /**
   * Repeats work until SQLite does not answer that another process has the file.
   *
   * @throws Problem `store_busy` (75) when the patience ends, and anything else that the work throws
   */
  async retry<T>(patience: Patience, work: () => T | Promise<T>): Promise<T> {
    const sinceMs = this.clock.monotonicMs();
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!isBusy(error)) throw error;
      }
      const over = this.whyOver(patience, sinceMs);
      if (over) throw over;
      await this.pause(attempt, patience.cancelled);
    }
  }
}

function storeBusy(file: string, limitMs: number): Problem {
  // In WAL mode the write lock is in the `-shm` file; an exclusive one is in the database itself.
  const holder = findLockHolder([`${file}-shm`, file]);
  const name = holder === null ? 'another process' : `process ${holder.pid} (${holder.command})`;
  return new Problem(
    STORE_BUSY,
    `${file} is locked by ${name}; stint waited ${Math.round(limitMs / 1000)} seconds for it.`,
    'Try again when it has finished.',
    75,
  );
}
