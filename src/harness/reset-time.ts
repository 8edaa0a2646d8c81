const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const DATE = /\b([A-Z][a-z]{2})[a-z]* (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?\b/;
const TIME = /\b(\d{1,2}):(\d{2}) ?([AP]M)\b/i;
const WAIT = /\b(\d{1,4}) (day|hour|minute|second)s?\b/gi;

const UNIT_MS: Readonly<Record<string, number>> = {
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
};

/**
 * When a limit ends, from prose such as `try again at 12:16 PM`, `… at Apr 28th, 2026 10:03 PM` or `… in 3 days 6 hours`.
 * A clock time without a zone is this machine's; without a date it is the next such time after `at`, without a year the
 * next such day. ISO 8601; null when the prose says none.
 */
export function resetInProse(prose: string, at: Date): string | null {
  const words = /\btry again (at|in|on)? ?(.{1,60})/i.exec(prose);
  const rest = words?.[2] ?? '';
  const reset = words?.[1]?.toLowerCase() === 'in' ? afterWait(rest, at) : atClock(rest, at);
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
  const date = DATE.exec(words);
  const month = MONTHS.indexOf(date?.[1]?.toLowerCase() ?? '');
  const time = TIME.exec(words);
  if (time && (Number(time[1]) > 12 || Number(time[2]) > 59)) return null;
  const hour = time ? (Number(time[1]) % 12) + (time[3]?.toUpperCase() === 'PM' ? 12 : 0) : 0;
  const minute = Number(time?.[2] ?? 0);
  if (date && month !== -1) return onDay(month, Number(date[2]), date[3] ?? null, hour, minute, at);
  if (!time) return null;
  const today = new Date(at.getFullYear(), at.getMonth(), at.getDate(), hour, minute);
  if (today > at) return today;
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + 1, hour, minute);
}

function onDay(
  month: number,
  day: number,
  year: string | null,
  hour: number,
  minute: number,
  at: Date,
): Date | null {
  if (day < 1 || day > 31) return null;
  if (year !== null) return new Date(Number(year), month, day, hour, minute);
  const soon = new Date(at.getFullYear(), month, day, hour, minute);
  return soon > at ? soon : new Date(at.getFullYear() + 1, month, day, hour, minute);
}
