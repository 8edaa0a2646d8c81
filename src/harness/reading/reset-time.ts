const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const WORDS = /\b(?:try again|resets?):? ?(at|in|on)? ?(.{1,60})/i;
const DATE = /\b([A-Z][a-z]{2})[a-z]* (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?\b/;
const TIME = /\b(\d{1,2})(?::(\d{2}))? ?([AP]M)\b/i;
const ZONE = /\(([A-Za-z][\w+-]*(?:\/[\w+-]+)*)\)/;
const WAIT = /\b(\d{1,5}) (day|hour|minute|min|second)s?\b/gi;

/**
 * A clock time that is just over was meant for today, and is read a little late (a session is read again when it ends):
 * no limit lasts a day less some minutes.
 */
const JUST_OVER_MS = 10 * 60_000;

const UNIT_MS: Readonly<Record<string, number>> = {
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  min: 60_000,
  second: 1000,
};

/**
 * When a limit ends, from prose such as `try again at 12:16 PM`, `… at Apr 28th, 2026 10:03 PM`, `… in 3 days 6 hours`
 * or `resets Feb 16, 11am (Europe/Berlin)`. A clock time is that of the zone which stands beside it, with its summer
 * time; without one it is this machine's. Without a date it is the next such time after `at`, without a year the next
 * such day. ISO 8601; null when the prose says none.
 */
export function resetInProse(prose: string, at: Date): string | null {
  const words = WORDS.exec(prose);
  if (!words || Number.isNaN(at.getTime())) return null;
  const rest = words[2] ?? '';
  const reset = words[1]?.toLowerCase() === 'in' ? afterWait(rest, at) : atClock(rest, at);
  return reset === null || Number.isNaN(reset.getTime()) ? null : reset.toISOString();
}

function afterWait(words: string, at: Date): Date | null {
  const parts = [...words.matchAll(WAIT)];
  if (parts.length === 0) return null;
  const ms = parts.reduce(
    (total, [, count, unit]) => total + Number(count) * (UNIT_MS[unit?.toLowerCase() ?? ''] ?? 0),
    0,
  );
  return new Date(at.getTime() + ms);
}

function atClock(words: string, at: Date): Date | null {
  const clock = zoneClock(ZONE.exec(words)?.[1]);
  if (!clock) return null;
  const date = DATE.exec(words);
  const month = MONTHS.indexOf(date?.[1]?.toLowerCase() ?? '');
  const time = TIME.exec(words);
  if (time && (Number(time[1]) > 12 || Number(time[2] ?? 0) > 59)) return null;
  const hour = time ? (Number(time[1]) % 12) + (time[3]?.toUpperCase() === 'PM' ? 12 : 0) : 0;
  const minute = Number(time?.[2] ?? 0);
  const now = new Date(clock(at.getTime()));
  const instant = (year: number, inMonth: number, day: number): Date =>
    instantAt(Date.UTC(year, inMonth, day, hour, minute), clock);
  if (date && month !== -1) {
    const day = Number(date[2]);
    if (day < 1 || day > 31) return null;
    if (date[3] !== undefined) return instant(Number(date[3]), month, day);
    const soon = instant(now.getUTCFullYear(), month, day);
    return soon > at ? soon : instant(now.getUTCFullYear() + 1, month, day);
  }
  if (!time) return null;
  const today = instant(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  if (today.getTime() > at.getTime() - JUST_OVER_MS) return today;
  return instant(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1);
}

/** The time that a clock on the wall shows at an instant, both in milliseconds, as if the wall stood in UTC. */
type Clock = (instantMs: number) => number;

const PARTS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;

/** The clock of a zone, of this machine without a name; null for an unknown zone. */
function zoneClock(timeZone: string | undefined): Clock | null {
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      ...(timeZone === undefined ? {} : { timeZone }),
      hourCycle: 'h23',
      ...Object.fromEntries(PARTS.map((part) => [part, 'numeric'])),
    });
    return (instantMs) => {
      const shown = new Map(format.formatToParts(instantMs).map(({ type, value }) => [type, Number(value)]));
      const [year = NaN, month = NaN, ...rest] = PARTS.map((part) => shown.get(part) ?? NaN);
      return Date.UTC(year, month - 1, ...rest);
    };
  } catch {
    return null;
  }
}

/** When the clock shows that. Twice, because the zone's rules may change between the guess and the answer. */
function instantAt(shownMs: number, clock: Clock): Date {
  if (Number.isNaN(new Date(shownMs).getTime())) return new Date(Number.NaN);
  const guess = shownMs - (clock(shownMs) - shownMs);
  return new Date(shownMs - (clock(guess) - guess));
}
