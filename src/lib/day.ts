const DAY_MS = 86_400_000;

/** A day somewhere: from its first moment to that of the next one. Where clocks are changed it has 23 or 25 hours. */
export interface Day {
  readonly start: Date;
  readonly end: Date;
}

/** The day that a moment lies in. @param zone of the IANA database; null is the system's */
export function dayOf(now: Date, zone: string | null): Day {
  const dateOf = dateReader(zone);
  const today = dateOf(now.getTime());
  const isOver = (ms: number): boolean => dateOf(ms) > today;
  const isReached = (ms: number): boolean => dateOf(ms) >= today;
  // No day is longer than this anywhere, also where clocks are changed at midnight or midnight is left out.
  return {
    start: firstWhere(isReached, now.getTime() - 2 * DAY_MS, now.getTime()),
    end: firstWhere(isOver, now.getTime(), now.getTime() + 2 * DAY_MS),
  };
}

/** Dates as text that sorts: `2026-03-29`. */
function dateReader(zone: string | null): (ms: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    ...(zone === null ? {} : { timeZone: zone }),
    calendar: 'iso8601',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (ms) => format.format(ms);
}

/** The first whole millisecond in (low, high] at which something is so, that from then on stays so. */
function firstWhere(isSo: (ms: number) => boolean, low: number, high: number): Date {
  let [before, after] = [low, high];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (isSo(middle)) after = middle;
    else before = middle;
  }
  return new Date(after);
}
