/**
 * A zone's clock on the wall. Wall times are milliseconds as if the wall stood in UTC, so that `Date` can count their days.
 */
export interface Zone {
  readonly wallOf: (instantMs: number) => number;
  readonly instantOf: (wallMs: number) => number;
}

const PARTS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;

/** The zone of an IANA name with its summer time, of this machine without one; null for an unknown name. */
export function namedZone(timeZone?: string): Zone | null {
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      ...(timeZone === undefined ? {} : { timeZone }),
      hourCycle: 'h23',
      ...Object.fromEntries(PARTS.map((part) => [part, 'numeric'])),
    });
    const wallOf = (instantMs: number): number => {
      if (Number.isNaN(new Date(instantMs).getTime())) return Number.NaN;
      const shown = new Map(format.formatToParts(instantMs).map(({ type, value }) => [type, Number(value)]));
      const [year = NaN, month = NaN, ...rest] = PARTS.map((part) => shown.get(part) ?? NaN);
      return Date.UTC(year, month - 1, ...rest);
    };
    // Twice, because the zone's rules may change between the guess and the answer.
    const instantOf = (wallMs: number): number => {
      const guess = wallMs - (wallOf(wallMs) - wallMs);
      return wallMs - (wallOf(guess) - guess);
    };
    return { wallOf, instantOf };
  } catch {
    return null;
  }
}

/** A zone that is always so far ahead of UTC; null for more than there are. */
export function fixedZone(minutesAhead: number): Zone | null {
  if (Math.abs(minutesAhead) > 14 * 60) return null;
  const aheadMs = minutesAhead * 60_000;
  return { wallOf: (ms) => ms + aheadMs, instantOf: (ms) => ms - aheadMs };
}
