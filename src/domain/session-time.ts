import type { BootTime } from '../lib/process-table.ts';

/** A moment by both clocks. */
export interface Moment {
  /** The wall clock, ISO 8601 UTC: it may be set, ahead and back. */
  readonly at: string;
  /** Null where the machine did not say it, or where it was not written down. */
  readonly boot: BootTime | null;
}

/** How long a session took, and by which clock that was measured. */
export interface Lasting {
  readonly endedAt: string;
  readonly durationMs: number;
  readonly durationClock: 'boot' | 'wall';
}

/**
 * How long something lasted. By the time since boot where both moments are of one boot: then a clock that was set meanwhile
 * changes nothing, and `endedAt` follows from the start. Else by the wall clock, and never less than nothing.
 */
export function lastingOf(start: Moment, end: Moment): Lasting {
  const startMs = Date.parse(start.at);
  const [from, to] = [start.boot, end.boot];
  const isOneBoot = from !== null && to !== null && from.bootId === to.bootId && from.ms <= to.ms;
  const durationMs = isOneBoot ? to.ms - from.ms : Math.max(0, Date.parse(end.at) - startMs);
  const endedAt = new Date(startMs + durationMs).toISOString();
  return { endedAt, durationMs, durationClock: isOneBoot ? 'boot' : 'wall' };
}

/** No agent CLI is older. */
const EARLIEST = '2020-01-01T00:00:00.000Z';

/** Whether something can have happened then. @param until nothing has happened after it, where that is known */
export function isPossible(at: string, until: string | undefined): boolean {
  return at >= EARLIEST && (until === undefined || at <= until);
}
