import { fixedZone, namedZone, type Zone } from '../../lib/zone.ts';
import { type Day, takeDay, takeWeekday, type Weekday } from './day-words.ts';
import type { Words } from './words.ts';
import { takeZone } from './zone-words.ts';

const DAY_MS = 86_400_000;

/**
 * A moment that is just over was meant for today, and is read a little late (a session is read again when it ends): no
 * limit lasts a day less some minutes.
 */
const JUST_OVER_MS = 10 * 60_000;

const HALF_DAY = /(\d{1,2})(?::([0-5]\d)(?::([0-5]\d))?)? ?([ap])(?:m\b|\.m\b\.?)/iy;
const WHOLE_DAY = /([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.\d{1,9})?)?(?![:.]?\d)/y;
const NAMED = /(?:12 )?(noon|midday|midnight)\b/iy;
const BETWEEN = /(?:,|@|,? ?\b(?:at|on|by)\b)/iy;
const EPOCH = /(\d{10})(\d{3})?(?:\.0+)?(?!\d|\.\d)/y;

/** What was told of a moment, in whatever order. */
interface Moment {
  readonly weekday: Weekday | null;
  readonly day: Day | null;
  /** Milliseconds since the day began. */
  readonly clockMs: number | null;
  readonly zone: Zone | null;
}

/** Seconds or milliseconds since 1970. */
export function takeEpoch(words: Words): Date | null {
  const found = words.take(EPOCH);
  return found && new Date(Number(found[1]) * 1000 + Number(found[2] ?? 0));
}

/** `Monday 9am (Europe/Berlin)`, `Dec 3 at 9:30am`, `tomorrow`, `15:00`, `2026-12-03T09:30:00Z`: after `at`, where it can be. */
export function takeMoment(words: Words, at: Date): Date | null {
  return words.try(() => {
    let told: Moment = { weekday: null, day: null, clockMs: null, zone: null };
    for (let more: Moment | null = told; more !== null; more = takePart(words, told)) told = more;
    if (told.day === null && told.clockMs === null && told.weekday === null) return null;
    const ms = resolve(told, at);
    return ms === null || Number.isNaN(new Date(ms).getTime()) ? null : new Date(ms);
  });
}

/** What is known with one more part; null where nothing comes next that is not known yet. */
function takePart(words: Words, told: Moment): Moment | null {
  return words.try(() => {
    words.take(BETWEEN);
    const weekday = told.weekday === null ? takeWeekday(words) : null;
    if (weekday !== null) return { ...told, weekday };
    const day = told.day === null ? takeDay(words) : null;
    if (day !== null) return { ...told, day };
    const clockMs = told.clockMs === null ? takeClock(words) : null;
    if (clockMs !== null) return { ...told, clockMs };
    const zone = told.zone === null ? takeZone(words) : null;
    return zone === null ? null : { ...told, zone };
  });
}

function takeClock(words: Words): number | null {
  return words.try(() => {
    const named = words.take(NAMED)?.[1]?.toLowerCase();
    if (named !== undefined) return named === 'midnight' ? 0 : DAY_MS / 2;
    const half = words.take(HALF_DAY);
    if (half) {
      const [, hours = '', minutes, seconds, letter] = half;
      if (Number(hours) < 1 || Number(hours) > 12) return null;
      return clockMs((Number(hours) % 12) + (letter?.toLowerCase() === 'p' ? 12 : 0), minutes, seconds);
    }
    const whole = words.take(WHOLE_DAY);
    return whole && clockMs(Number(whole[1]), whole[2], whole[3]);
  });
}

function clockMs(hours: number, minutes = '0', seconds = '0'): number {
  return ((hours * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

/**
 * A server's timestamp without a zone is in this machine's, in UTC or in China's, where some providers are. The earliest
 * that is still to come costs no more than a probe too early.
 */
const OF_STAMPS = [namedZone(), fixedZone(0), fixedZone(8 * 60)];

function resolve(told: Moment, at: Date): number | null {
  const isStamp = told.day?.kind === 'date' && told.day.isStamp && told.clockMs !== null;
  if (told.zone !== null || !isStamp) return resolveIn(told.zone ?? namedZone(), told, at);
  const all = OF_STAMPS.map((zone) => resolveIn(zone, told, at)).filter((ms) => ms !== null);
  const toCome = all.filter((ms) => ms > at.getTime());
  return Math.min(...(toCome.length > 0 ? toCome : all));
}

function resolveIn(zone: Zone | null, { weekday, day, clockMs }: Moment, at: Date): number | null {
  if (zone === null || (day?.kind === 'ahead' && day.days === 0 && clockMs === null)) return null;
  const today = Math.floor(zone.wallOf(at.getTime()) / DAY_MS) * DAY_MS;
  const days = day === null ? nextDays(weekday, today) : daysOf(day, today);
  const instantOf = (wallDay: number): number => zone.instantOf(wallDay + (clockMs ?? 0));
  // A day that was told with its year, or as tomorrow, stands, though it may be over.
  const found =
    days.length === 1 ? days[0] : days.find((each) => instantOf(each) > at.getTime() - JUST_OVER_MS);
  if (found === undefined || (weekday !== null && new Date(found).getUTCDay() !== weekday.weekday))
    return null;
  return instantOf(found);
}

/** The days that a time may be on which is told without a date. */
function nextDays(weekday: Weekday | null, today: number): number[] {
  if (weekday === null) return [today, today + DAY_MS];
  const ahead = (weekday.weekday - new Date(today).getUTCDay() + 7) % 7;
  const next = today + (weekday.isNext && ahead === 0 ? 7 : ahead) * DAY_MS;
  return [next, next + 7 * DAY_MS];
}

/** The days that may be meant; a date that there is not in any of these years is none. */
function daysOf(told: Day, today: number): number[] {
  const now = new Date(today);
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  switch (told.kind) {
    case 'ahead':
      return [today + told.days * DAY_MS];
    case 'ofMonth': {
      const months = told.isNextMonth ? [month + 1] : [month, month + 1];
      return months.flatMap((each) => dayIn(year + Math.floor(each / 12), each % 12, told.day));
    }
    case 'date': {
      const years = told.year === null ? [year, year + 1] : [told.year];
      return years.flatMap((each) => dayIn(each, told.month, told.day));
    }
  }
}

function dayIn(year: number, month: number, day: number): number[] {
  const ms = Date.UTC(year, month, day);
  const is = new Date(ms);
  return is.getUTCMonth() === month && is.getUTCDate() === day ? [ms] : [];
}
