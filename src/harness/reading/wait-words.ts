import type { Words } from './words.ts';

const UNITS: readonly (readonly [RegExp, number])[] = [
  [/(?:weeks?|w)(?![a-z])/iy, 604_800_000],
  [/(?:days?|d)(?![a-z])/iy, 86_400_000],
  [/(?:hours?|hrs?|h)(?![a-z])/iy, 3_600_000],
  [/(?:minutes?|mins?|m)(?![a-z])/iy, 60_000],
  [/(?:seconds?|secs?|s)(?![a-z])/iy, 1000],
  [/(?:milliseconds?|millis|msecs?|ms)(?![a-z])/iy, 1],
];

const COUNTED = [
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];

const BEFORE = /(?:in|after|for|within|another)\b/iy;
const ROUGHLY =
  /(?:about|approximately|approx\.?|around|roughly|less than|under|up to|at most|another)(?= )|[~\u2248]/iy;
const BETWEEN = /(?:,? ?and\b|,(?= ?\d))/iy;
const COUNT = new RegExp(
  String.raw`(\d{1,9}(?:\.\d{1,9})?)(?![.\d])|\b(?:(${COUNTED.join('|')})|an?)\b`,
  'iy',
);
const CLOCK = /(\d{1,3}):([0-5]\d):([0-5]\d)(?![\d:])/y;

/** How long it takes, in milliseconds: `in 3 hours 20 minutes`, `2h13m5s`, `after about an hour`, `in 02:15:33`. */
export function takeWait(words: Words): number | null {
  return words.try(() => {
    const isSaid = words.take(BEFORE) !== null;
    words.take(ROUGHLY);
    return (isSaid ? words.try(takeClock) : null) ?? takeParts(words);
  });
}

function takeClock(words: Words): number | null {
  const found = words.take(CLOCK);
  return found && ((Number(found[1]) * 60 + Number(found[2])) * 60 + Number(found[3])) * 1000;
}

/** Behind an abbreviated unit, where a further amount follows. */
const POINT = /\.(?= ?\d)/y;

/** Amounts of smaller and smaller units. */
function takeParts(words: Words): number | null {
  let [total, next]: [number | null, number] = [null, 0];
  for (;;) {
    const part = words.try(() => {
      if (total !== null) words.take(BETWEEN);
      const count = words.take(COUNT);
      const unit = count ? UNITS.findIndex(([name], index) => index >= next && words.take(name)) : -1;
      words.take(POINT);
      return count && unit !== -1 ? { count: numberOf(count), unit } : null;
    });
    if (part === null) return total;
    total = (total ?? 0) + part.count * (UNITS[part.unit]?.[1] ?? 0);
    next = part.unit + 1;
  }
}

function numberOf([, digits, word]: RegExpExecArray): number {
  if (digits !== undefined) return Number(digits);
  return word === undefined ? 1 : COUNTED.indexOf(word.toLowerCase()) + 1;
}
