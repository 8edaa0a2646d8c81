import { isBusy, type LockWait, type Patience } from './lock-wait.ts';

/** Each refused attempt lengthens the time for which the lock is left free afterwards by so many times the hold. */
const SHARE_PER_REFUSAL = 8;
/** A slow disk must not keep a process from its next write for longer, unless the hold itself was longer. */
const LONGEST_SHARE_MS = 1000;

/** Turns at one connection, first come, first served. A transaction keeps its turn from its BEGIN to its end. */
export class ConnectionTurns {
  #isTaken = false;
  readonly #waiting: (() => void)[] = [];

  async take(): Promise<void> {
    if (this.#isTaken) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#isTaken = true;
  }

  /** Passes the turn on to the next in line. */
  give(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#isTaken = false;
  }
}

/** A write that SQLite has let in. */
export interface Entry<T> {
  readonly result: T;
  /** Ends the write's turn. Called once, when its transaction is over. */
  readonly leave: () => void;
}

interface Waiter {
  readonly sinceMs: number;
  readonly patience: Patience;
  readonly enter: () => void;
  readonly refuse: (error: Error) => void;
}

/**
 * The writes of one connection, in the order in which they were asked for. Only the first of them asks SQLite for the
 * write lock. Between its attempts it gives the connection back, so that reads of this process go on.
 *
 * SQLite has no queue between processes: the next to ask gets a free lock. A process that writes in a loop would ask
 * again at once and win nearly always. So after a write this process leaves the lock free for as long as it held it,
 * and longer the more attempts it needed itself: then the processes together ask for less time than there is, and an
 * attempt of any of them finds the lock free more often than not. A process that has the file to itself leaves no time.
 */
export class WriteLine {
  readonly #turns: ConnectionTurns;
  readonly #wait: LockWait;
  readonly #waiting: Waiter[] = [];
  #isTaken = false;
  /** Since when every attempt of this process was refused; null after one that was not. */
  #refusedSinceMs: number | null = null;
  #freeUntilMs = -Infinity;

  constructor(turns: ConnectionTurns, wait: LockWait) {
    this.#turns = turns;
    this.#wait = wait;
  }

  /**
   * Repeats an attempt that takes SQLite's write lock until it succeeds; then the connection is this write's alone.
   *
   * @throws Problem `store_busy` (75) when the patience ends, and anything else that the attempt throws
   */
  async enter<T>(attempt: () => T, patience: Patience): Promise<Entry<T>> {
    const sinceMs = this.#now();
    await this.#queue(sinceMs, patience);
    try {
      await this.#leaveFree();
      for (let refused = 0; ;) {
        const entry = await this.#try(attempt, refused);
        if (entry) return entry;
        refused++;
        this.#expire();
        const over = this.#whyOver(patience, sinceMs);
        if (over) throw over;
        await this.#wait.pause(refused, patience.cancelled);
      }
    } catch (error) {
      this.#next();
      throw error;
    }
  }

  async #try<T>(attempt: () => T, refused: number): Promise<Entry<T> | null> {
    await this.#turns.take();
    const fromMs = this.#now();
    try {
      const result = attempt();
      this.#refusedSinceMs = null;
      return { result, leave: () => this.#leave(fromMs, refused) };
    } catch (error) {
      this.#turns.give();
      if (!isBusy(error)) throw error;
      this.#refusedSinceMs ??= fromMs;
      return null;
    }
  }

  #leave(fromMs: number, refused: number): void {
    const now = this.#now();
    const heldMs = now - fromMs;
    const share = Math.min(heldMs * (1 + SHARE_PER_REFUSAL * refused), Math.max(heldMs, LONGEST_SHARE_MS));
    this.#freeUntilMs = now + share;
    this.#turns.give();
    this.#next();
  }

  async #leaveFree(): Promise<void> {
    const restMs = this.#freeUntilMs - this.#now();
    if (restMs > 0 && this.#wait.hasRivals()) await this.#wait.clock.sleep(restMs);
  }

  async #queue(sinceMs: number, patience: Patience): Promise<void> {
    if (!this.#isTaken) {
      this.#isTaken = true;
      return;
    }
    await new Promise<void>((enter, refuse) => this.#waiting.push({ sinceMs, patience, enter, refuse }));
  }

  #next(): void {
    const next = this.#waiting.shift();
    if (next) next.enter();
    else this.#isTaken = false;
  }

  /** The first in line may wait without end; those behind it have a patience of their own. */
  #expire(): void {
    for (const waiter of this.#waiting.slice()) {
      const over = this.#whyOver(waiter.patience, waiter.sinceMs);
      if (!over) continue;
      this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
      waiter.refuse(over);
    }
  }

  /** Only the time counts in which another process held the lock, not a wait for writes of this process. */
  #whyOver(patience: Patience, sinceMs: number): Error | null {
    return this.#wait.whyOver(patience, Math.max(sinceMs, this.#refusedSinceMs ?? this.#now()));
  }

  #now(): number {
    return this.#wait.clock.monotonicMs();
  }
}
