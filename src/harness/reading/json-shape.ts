import type { SessionEvent } from '../../domain/session-event.ts';
import { asObject, isTooDeep, parseJson, splitObjects, type JsonObject } from '../../lib/json-lines.ts';
import { oneLine } from '../../lib/plain-text.ts';

export { asObject, type JsonObject };

/** How a message of a CLI is read. */
export interface Reading {
  /** When it was written: a time of day without a date is read by it. */
  readonly at: Date;
  /** Supervision looks for an agent that goes in circles, so calls and answers get fingerprints. */
  readonly isWatched: boolean;
}

/** More objects than chance glues into one line. stint counts the rest and does not read it. */
const MOST_GLUED = 1000;

/**
 * Reads one line of a stream of JSON objects. Two writers that share a file can glue objects together: each of them is
 * read. Any other text on the line is counted once.
 */
export function parseJsonLine(
  line: string,
  parseObject: (object: JsonObject) => SessionEvent[],
): SessionEvent[] {
  const events: SessionEvent[] = [];
  const isWhole = eachObject(line, (object) => {
    for (const event of parseObject(object)) events.push(event);
  });
  return isWhole ? events : [...events, { kind: 'unreadable', reason: 'json' }];
}

/**
 * Hands out the objects of one line; blank lines have none.
 *
 * @returns false where anything else stands on it
 */
export function eachObject(line: string, take: (object: JsonObject) => void): boolean {
  const whole = tryParse(line);
  if (whole) {
    take(whole);
    return true;
  }
  // A blank line in the middle of a file. A crash leaves NULs, whose text is lost.
  if (line.trim() === '') return true;
  let count = 0;
  for (const part of splitObjects(line)) {
    const text = part.replace(BLANKS, '');
    if (text === '') continue;
    const object = count++ < MOST_GLUED ? tryParse(text) : null;
    if (!object) return false;
    take(object);
  }
  return count > 0;
}

/** Blanks, a byte order mark, and the NULs that a crash leaves in a file that was being written. */
// eslint-disable-next-line no-control-regex -- the NUL is meant
const BLANKS = /^[ \t\r\n\0\uFEFF]+/;

/** The object that a text is; null for anything else, and for what is nested too deeply to be looked through. */
export function tryParse(text: string): JsonObject | null {
  const object = asObject(parseJson(text));
  return isTooDeep(object) ? null : object;
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asString(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** A short word of a format's own, such as the name of a service tier; null for any other text. */
export function asToken(value: unknown): string | null {
  return typeof value === 'string' && /^[A-Za-z0-9][\w.-]{0,31}$/.test(value) ? value : null;
}

export function asNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** More of anything than a session can have: the sums of such numbers would not be whole any more. */
const MOST = 1e12;

/** How many: a whole number from 0; null for what cannot be one. */
export function asCount(value: unknown): number | null {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MOST
    ? (value as number)
    : null;
}

/** How much of a currency, from 0. */
export function asAmount(value: unknown): number | null {
  const amount = asNumber(value);
  return amount !== null && amount >= 0 && amount <= MOST ? amount : null;
}

/** The form of nearly all times; a Date for each would be dear. */
const PLAIN_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** A time in ISO 8601, in the one form that can be compared as text; null where the text is not a time. */
export function asTime(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 40) return null;
  if (PLAIN_TIME.test(value)) return value;
  if (!/^\d{4}-\d\d-\d\dT/.test(value)) return null;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

/** The same for a number of units since 1970; a unit has `unitMs` milliseconds. */
export function asEpochTime(value: unknown, unitMs: number): string | null {
  const ms = (asNumber(value) ?? 0) * unitMs;
  return ms > 0 && ms <= 8.64e15 ? new Date(ms).toISOString() : null;
}

/** The keys of an object of unknown shape, for people. */
export function keysOf(object: JsonObject): string {
  const keys = Object.keys(object);
  if (keys.length === 0) return 'an empty object';
  return `an object with ${oneLine(keys.slice(0, 6).join(', '), 120)}${keys.length > 6 ? ', …' : ''}`;
}
