import { LineReader } from './line-reader.ts';

/** An object that came from outside: any key may hold anything, or be missing. */
export type JsonObject = { readonly [key: string]: unknown };

/** One object of a file, or why there is none; lines count from 1. */
export type JsonLine =
  { readonly line: number; readonly value: JsonObject } | { readonly line: number; readonly reason: string };

/** Where the next line of a file starts. */
export interface LinePlace {
  readonly offset: number;
  /** Lines before it. */
  readonly lines: number;
}

/** Longer lines are counted and not held in memory. */
const LONGEST_LINE = 16 << 20;

/**
 * Reads a growing file of JSON objects, one a line, a part at a time. Two objects that were glued together on one line
 * are both given; a byte order mark, carriage returns and NULs (what a crash leaves in a file) are passed over; what is
 * no object is given with the reason, never dropped.
 */
export class JsonLines {
  readonly #reader: LineReader;
  #lines: number;

  constructor(file: string, from: LinePlace = { offset: 0, lines: 0 }) {
    this.#reader = new LineReader(file, LONGEST_LINE, from.offset);
    this.#lines = from.lines;
  }

  /** All before it has been given. */
  get place(): LinePlace {
    return { offset: this.#reader.completed, lines: this.#lines };
  }

  /** The objects of about the next `maxBytes`; null at the end of what is there. */
  read(maxBytes: number): JsonLine[] | null {
    for (;;) {
      const before = this.#reader.offset;
      const found = this.#reader.read(maxBytes).flatMap((text) => this.#take(text));
      if (found.length > 0) return found;
      if (this.#reader.offset === before) return null;
    }
  }

  /**
   * What stands after the last newline, where it is whole. Half an object is left for the next time: its writer may be
   * at it just now.
   */
  rest(): { readonly found: JsonLine[]; readonly isTorn: boolean } {
    const text = this.#reader.rest();
    if (text === null) return { found: [], isTorn: this.#reader.isRestTooLong };
    const found = parseLine(text, this.#lines + 1);
    return found.every((each) => 'value' in each) ? { found, isTorn: false } : { found: [], isTorn: true };
  }

  #take(text: string | null): JsonLine[] {
    this.#lines++;
    if (text === null) return [{ line: this.#lines, reason: `longer than ${LONGEST_LINE >> 20} MB` }];
    return parseLine(text, this.#lines);
  }
}

function parseLine(raw: string, line: number): JsonLine[] {
  const text = raw.replaceAll('\0', '').replace(/^\ufeff/, '');
  // A line of nothing but NULs is what a crash made of a record; a blank one is none.
  if (text.trim() === '') return raw.includes('\0') ? [{ line, reason: 'nothing but NULs' }] : [];
  const whole = parseJson(text);
  if (whole !== undefined) return [toLine(whole, line)];
  const parts = [...splitObjects(text)].filter((part) => part.trim() !== '');
  return parts.map((part) => toLine(parseJson(part), line));
}

/** The objects of the lines of a text; of any other line none. The last line may be cut off. */
export function objectsIn(text: string): JsonObject[] {
  const objects: JsonObject[] = [];
  for (const line of text.split('\n')) {
    const object = line.trimStart().startsWith('{') ? asObject(parseJson(line)) : null;
    if (object !== null && !isTooDeep(object)) objects.push(object);
  }
  return objects;
}

/** Undefined where the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toLine(parsed: unknown, line: number): JsonLine {
  if (parsed === undefined) return { line, reason: 'no JSON' };
  const value = asObject(parsed);
  if (!value) return { line, reason: 'no JSON object' };
  return isTooDeep(value) ? { line, reason: 'nested too deeply' } : { line, value };
}

export function asObject(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Cuts a line after each object, in one pass; what follows the last one is a part too. */
export function* splitObjects(text: string): Generator<string> {
  let depth = 0;
  let start = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isInString) {
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) isInString = false;
    } else if (code === QUOTE) isInString = true;
    else if (code === OPEN) depth++;
    else if (code === CLOSE && --depth === 0) {
      yield text.slice(start, i + 1);
      start = i + 1;
    }
  }
  yield text.slice(start);
}

/**
 * Deeper values overflow the stack of whoever walks through them, `JSON.stringify` too; what anybody means comes nowhere
 * near.
 */
const DEEPEST = 100;

/** Whether what was parsed may be walked through. */
export function isTooDeep(value: unknown, levels = DEEPEST): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isTooDeep(each, levels - 1));
}
