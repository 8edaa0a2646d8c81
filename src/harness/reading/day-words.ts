import type { Words } from './words.ts';

/** A day as it was told. Months and weekdays count from 0. */
export type Day =
  | {
      readonly kind: 'date';
      readonly year: number | null;
      readonly month: number;
      readonly day: number;
      /** In the digits of a machine (`2026-12-03`): a server wrote it, and not for the zone of its reader. */
      readonly isStamp?: true;
    }
  /** So many days after today. */
  | { readonly kind: 'ahead'; readonly days: number }
  /** Of this month or a later one. */
  | { readonly kind: 'ofMonth'; readonly day: number; readonly isNextMonth: boolean };

export interface Weekday {
  readonly weekday: number;
  /** `next Tuesday`: not today. */
  readonly isNext: boolean;
}

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const MONTH = String.raw`(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?`;
const NUMBER = String.raw`(\d{1,2})(?:st|nd|rd|th)?\b(?!:)`;
const YEAR = String.raw`(?:,? (\d{4})\b(?!:))?`;

const WEEKDAY =
  /(?:(next|this|every|each|coming) )?(sun(?:day)?|mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:rs?|rsday)?|fri(?:day)?|sat(?:urday)?)\b(?:\.(?= ?\d))?/iy;
const ISO = /(\d{4})[-/](\d\d)[-/](\d\d)(?:T(?=\d)|(?![\w/-]))/y;
/** In digits, with the year last; only a day above 12 says which of the first two it is. */
const SLASHES = /(\d{1,2})\/(\d{1,2})\/(\d{4})(?![\w/])/y;
const DOTS = /(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\w)/y;
const MONTH_FIRST = new RegExp(`${MONTH} ${NUMBER}${YEAR}`, 'iy');
const DAY_FIRST = new RegExp(`(?:the )?${NUMBER} (?:of )?${MONTH}${YEAR}`, 'iy');
const RELATIVE = /(?:the )?(today|tomorrow|day after tomorrow)\b/iy;
const DAYS_AHEAD: Readonly<Record<string, number>> = { today: 0, tomorrow: 1, 'day after tomorrow': 2 };
const OF_MONTH =
  /(?:the )?(\d{1,2})(?:st|nd|rd|th) of (?:(?:the )?(next)|the|each|every|this) month\b|the (\d{1,2})(?:st|nd|rd|th)\b/iy;
const FIRST_OF_MONTH =
  /(?:the )?(?:first|start|beginning)(?: day)? of (?:(?:the )?(next)|the|each|every) month\b/iy;
const NEXT_MONTH = /next month\b/iy;

export function takeWeekday(words: Words): Weekday | null {
  const found = words.take(WEEKDAY);
  if (!found) return null;
  return {
    weekday: WEEKDAYS.indexOf(found[2]?.slice(0, 3).toLowerCase() ?? ''),
    isNext: found[1]?.toLowerCase() === 'next',
  };
}

export function takeDay(words: Words): Day | null {
  const iso = words.take(ISO);
  if (iso)
    return {
      kind: 'date',
      year: Number(iso[1]),
      month: Number(iso[2]) - 1,
      day: Number(iso[3]),
      isStamp: true,
    };
  const digits = takeDigits(words);
  if (digits) return digits;
  const monthFirst = words.take(MONTH_FIRST);
  if (monthFirst) return dateOf(monthFirst[1], monthFirst[2], monthFirst[3]);
  const dayFirst = words.take(DAY_FIRST);
  if (dayFirst) return dateOf(dayFirst[2], dayFirst[1], dayFirst[3]);
  const relative = words.take(RELATIVE);
  if (relative) return { kind: 'ahead', days: DAYS_AHEAD[relative[1]?.toLowerCase() ?? ''] ?? 1 };
  return takeDayOfMonth(words);
}

/** `31/12/2026`, `12/31/2026`, `31.12.2026`; null for `3/12/2026`, which is another day in another country. */
function takeDigits(words: Words): Day | null {
  const dots = words.take(DOTS);
  if (dots) return { kind: 'date', year: Number(dots[3]), month: Number(dots[2]) - 1, day: Number(dots[1]) };
  return words.try(() => {
    const [, first, second, year] = (words.take(SLASHES) ?? []).map(Number);
    if (first === undefined || second === undefined || year === undefined) return null;
    if (first !== second && first <= 12 && second <= 12) return null;
    const [day, month] = first > 12 ? [first, second] : [second, first];
    return { kind: 'date', year, month: month - 1, day };
  });
}

/** A month that is named alone begins with its first day: the limit does not end before. */
function takeDayOfMonth(words: Words): Day | null {
  const found = words.take(OF_MONTH);
  if (found)
    return { kind: 'ofMonth', day: Number(found[1] ?? found[3]), isNextMonth: found[2] !== undefined };
  const first = words.take(FIRST_OF_MONTH);
  if (first) return { kind: 'ofMonth', day: 1, isNextMonth: first[1] !== undefined };
  return words.take(NEXT_MONTH) && { kind: 'ofMonth', day: 1, isNextMonth: true };
}

function dateOf(month = '', day = '', year?: string): Day {
  return {
    kind: 'date',
    year: year === undefined ? null : Number(year),
    month: MONTHS.indexOf(month.slice(0, 3).toLowerCase()),
    day: Number(day),
  };
}
