import { nextTurn, type Clock } from '../lib/clock.ts';
import type { ProcessTable } from '../lib/process-table.ts';

/** One session to sample. */
export interface Sampled {
  /** Milliseconds between two looks. Sessions with the same interval are looked at together. */
  readonly sampleMs: number;
  /** Each of them asks for a look at once when it aborts. */
  readonly wakers: readonly AbortSignal[];
  /**
   * One look. It must not wait.
   *
   * @param table all processes, at most one interval old and newer than the last look's; read on the first call
   * @returns milliseconds after which it has to look again at the latest, or null when the sampling is over
   */
  readonly look: (table: () => ProcessTable) => number | null;
}

interface Entry {
  readonly sampled: Sampled;
  /** Monotonic. */
  dueMs: number;
  /** The newest table that is too old for the next look. */
  stale: Reading | null;
  readonly wake: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Reading {
  readonly table: ProcessTable;
  readonly atMs: number;
}

/**
 * Looks at all sessions of this process: one timer for all, and one read of the process table for all that are due
 * together. Between two looks the event loop gets its turn, so that many sessions block it no longer than one.
 */
export class Sampler {
  readonly #clock: Clock;
  readonly #readTable: () => ProcessTable;
  readonly #entries = new Set<Entry>();
  #reading: Reading | null = null;
  /** Ends the sleep. */
  #nudge = new AbortController();
  #isRunning = false;

  constructor(clock: Clock, readTable: () => ProcessTable) {
    this.#clock = clock;
    this.#readTable = readTable;
  }

  /**
   * Looks at a session at once, and again until its look says that it is over. What one session's look throws ends the
   * sampling of that session alone.
   *
   * @throws what the look throws
   */
  async sample(sampled: Sampled): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const wake = (): void => {
      entry.dueMs = -Infinity;
      // A woken look must see what happened since the last read.
      entry.stale = this.#reading;
      this.#nudge.abort();
    };
    const entry: Entry = { sampled, dueMs: -Infinity, stale: this.#reading, wake, resolve, reject };
    for (const waker of sampled.wakers) waker.addEventListener('abort', wake);
    this.#entries.add(entry);
    this.#nudge.abort();
    if (!this.#isRunning) void this.#run();
    try {
      await promise;
    } finally {
      for (const waker of sampled.wakers) waker.removeEventListener('abort', wake);
    }
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#entries.size > 0) {
        await nextTurn();
        const next = this.#findNext();
        if (next && next.dueMs <= this.#clock.monotonicMs()) this.#look(next);
        else await this.#sleepUntil(next?.dueMs ?? -Infinity);
      }
    } catch (error) {
      // A clock that fails can wake no session any more.
      for (const entry of this.#entries) entry.reject(error);
      this.#entries.clear();
    } finally {
      this.#isRunning = false;
      this.#reading = null;
    }
  }

  /** The session that has been due for the longest time, so that each gets its turn. */
  #findNext(): Entry | null {
    let next: Entry | null = null;
    for (const entry of this.#entries) if (!next || entry.dueMs < next.dueMs) next = entry;
    return next;
  }

  #look(entry: Entry): void {
    const { sampled } = entry;
    // A wake during the look sets this again, and the next look follows at once.
    entry.dueMs = Infinity;
    try {
      const limitMs = sampled.look(() => this.#tableFor(entry));
      if (limitMs === null) {
        this.#entries.delete(entry);
        entry.resolve();
        return;
      }
      const nowMs = this.#clock.monotonicMs();
      // Multiples of the interval, so that sessions with the same one are due together.
      const alignedMs = (Math.floor(nowMs / sampled.sampleMs) + 1) * sampled.sampleMs;
      entry.dueMs = Math.min(entry.dueMs, alignedMs, nowMs + limitMs);
    } catch (error) {
      this.#entries.delete(entry);
      entry.reject(error);
    }
  }

  #tableFor(entry: Entry): ProcessTable {
    let reading = this.#reading;
    const isOld = (atMs: number): boolean => this.#clock.monotonicMs() - atMs > entry.sampled.sampleMs;
    if (!reading || reading === entry.stale || isOld(reading.atMs)) {
      const atMs = this.#clock.monotonicMs();
      reading = this.#reading = { table: this.#readTable(), atMs };
    }
    entry.stale = reading;
    return reading.table;
  }

  async #sleepUntil(dueMs: number): Promise<void> {
    this.#reading = null;
    this.#nudge = new AbortController();
    const leftMs = dueMs - this.#clock.monotonicMs();
    await this.#clock.sleep(Math.max(Math.ceil(leftMs), 0), this.#nudge.signal);
  }
}
