import path from 'node:path';
import { type ImportRules, NO_RULES } from '../domain/import-rules.ts';
import type { FileFormat, FilePlace, FileReading, TranscriptSession } from '../domain/transcript-session.ts';
import type { SessionEvent } from '../domain/session-event.ts';
import { LineReader } from '../lib/line-reader.ts';
import { readRegular } from '../lib/regular-file.ts';
import { asTime, eachObject, keysOf, tryParse, type JsonObject } from './reading/json-shape.ts';
import { recognise, TRANSCRIPT_FORMATS } from './registry.ts';
import { SessionGatherer } from './reading/session-gatherer.ts';
import type { Entry, EntryReader, TranscriptFormat } from './reading/transcript-format.ts';

// Reads the sessions that agent CLIs keep on disk, and their streams where those were kept:
//
//   readSessions(file)        all that one file gives: its format, its sessions, the places of unreadable lines
//   new SessionFileReader(…)  the same, a part at a time: read(maxBytes) until it says false, then finish()
//
// A file that is one JSON document on many lines is read at once, up to a size.
//
// Its lines decide which CLI wrote a file; its name gives one thing only, the conversation of files whose lines name
// none. A session is a `TranscriptSession`, and the judge reads its `transcript`. Files of helpers give sessions of kind
// `subagent`, which belong to their parent: `withSubagents`. Memory does not grow with the file, but for the token
// counts of each message and, up to a bound, marks of edited lines. A file that grew is read again from its beginning.

/** Longer lines are counted with their place and not held in memory. */
const LONGEST_LINE = 16 << 20;
/** Objects that are kept until one says whose they are. */
const MOST_WAITING = 200;
/** As much of a file without objects as is looked at to name it. */
const LONGEST_HEAD = 4096;
/** Places of unreadable lines that are told; all are counted. */
const MOST_PLACES = 20;

/**
 * Reads a whole file, or only the lines from `since` (ISO 8601 UTC) on, for a conversation that was continued. A file
 * that cannot be opened reads as one without lines; the caller checks it before.
 */
export function readSessions(
  file: string,
  since: string | null = null,
  rules: ImportRules = NO_RULES,
): FileReading {
  const reader = new SessionFileReader(file, since, rules);
  while (reader.read(1 << 20));
  return reader.finish();
}

/** The reading of a file whose format is known. */
interface Known {
  readonly format: TranscriptFormat;
  readonly take: EntryReader;
  readonly gatherer: SessionGatherer;
}

export class SessionFileReader {
  readonly #file: string;
  readonly #lines: LineReader;
  readonly #since: string | null;
  readonly #rules: ImportRules;
  #line = 0;
  #waiting: JsonObject[] = [];
  /** From the first object on whose format is known. */
  #known: Known | null = null;
  #unreadable = 0;
  #places: FilePlace[] = [];
  /** Of lines before the format was known. */
  #waitingTrouble: SessionEvent[] = [];
  #hasStrangeLines = false;
  #byte = 0;
  /** The beginning of the file, where not even an object was found. */
  #head = '';
  /** What else the file is, where nothing of the model is understood. */
  #fork: string | null = null;
  /** Why the file, or the document that it seems to be, is not read; null where it is none, or was. */
  #notRead: Exclude<FileFormat, { readonly kind: 'known' | 'empty' }> | null = null;

  constructor(file: string, since: string | null = null, rules: ImportRules = NO_RULES) {
    this.#file = file;
    this.#since = since;
    this.#rules = rules;
    this.#lines = new LineReader(file, LONGEST_LINE);
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#lines.offset;
  }

  /** Reads about the next `maxBytes`; false at the end of the file. */
  read(maxBytes: number): boolean {
    return this.#lines.readEach((line, byte) => this.#takeLine(line, byte), maxBytes);
  }

  /** The sessions of a file by lines, as far as it has been read. */
  get sessions(): readonly TranscriptSession[] {
    return this.#known?.gatherer.finish() ?? [];
  }

  finish(): FileReading {
    const isTorn = this.#takeRest();
    const isDocument = this.#known === null && this.#takeDocument();
    const found = this.#known?.gatherer.finish() ?? [];
    const isFork = this.#fork !== null && found.every(({ transcript }) => transcript.answers === 0);
    const sessions = isFork ? [] : found;
    const format = isFork && this.#fork !== null ? unread(this.#fork) : this.#describeFormat(sessions);
    // Of a file that is not read by lines, none can be said to be unreadable.
    const isOther = format.kind === 'other' || (format.kind === 'unknown' && format.expected === null);
    return {
      format,
      sessions,
      unreadable: isOther ? { count: 0, places: [] } : { count: this.#unreadable, places: this.#places },
      completed: this.#lines.completed,
      isTorn: isTorn && !isDocument && !isOther,
    };
  }

  /** The text behind the last newline: a whole line is as good as any, half a one waits for the rest. */
  #takeRest(): boolean {
    if (this.#lines.isRestTooLong) return true;
    const rest = this.#lines.rest();
    if (rest === null) return false;
    this.#line++;
    this.#byte = this.#lines.completed;
    const isWhole = eachObject(rest, (object) => this.#takeObject(object));
    if (!isWhole && this.#line === 1) this.#head = rest.slice(0, LONGEST_HEAD);
    return !isWhole;
  }

  /**
   * A file whose lines are parts of one object: none of them is unreadable. @returns false where it seems to be none
   */
  #takeDocument(): boolean {
    const format = TRANSCRIPT_FORMATS.find((each) => each.beginsDocument?.(this.#head));
    if (!format) return false;
    this.#unreadable = 0;
    this.#places = [];
    const { harness, expected } = format;
    const read = readDocument(this.#file, this.#lines.offset);
    if (read === 'too large') {
      const what = `a session of ${harness} in one document of more than ${MOST_DOCUMENT_MEGABYTES} MB`;
      this.#notRead = { kind: 'other', what };
    } else if (read === 'no document') {
      this.#notRead = { kind: 'unknown', expected, found: 'a document that is not whole' };
    } else if (!format.recognises(read.object) || !format.parts?.(read.object)) {
      this.#notRead = { kind: 'unknown', expected, found: keysOf(read.object) };
    } else {
      this.#waiting = [read.object];
      this.#waitingTrouble = [];
      this.#line = 1;
      this.#byte = 0;
      this.#begin(format);
    }
    return true;
  }

  #takeLine(line: string | null, byte: number): void {
    this.#line++;
    this.#byte = byte;
    if (line === null) return this.#takeTrouble('size');
    if (eachObject(line, (object) => this.#takeObject(object))) return;
    if (this.#waiting.length === 0 && this.#head.length < LONGEST_HEAD)
      this.#head += `${line.slice(0, LONGEST_HEAD)}\n`;
    this.#takeTrouble('json');
  }

  #takeTrouble(reason: 'json' | 'size'): void {
    this.#notePlace();
    const event: SessionEvent = { kind: 'unreadable', reason };
    if (this.#known) this.#known.gatherer.takeUnreadable(event);
    else if (this.#waitingTrouble.length < MOST_WAITING) this.#waitingTrouble.push(event);
  }

  #notePlace(): void {
    this.#unreadable++;
    if (this.#places.length < MOST_PLACES) this.#places.push({ line: this.#line, byte: this.#byte });
  }

  #takeObject(object: JsonObject): void {
    if (this.#known) {
      const { format, take } = this.#known;
      for (const part of format.parts?.(object) ?? [object]) {
        this.#fork ??= format.forkOf?.(part) ?? null;
        this.#takeEntry(take(part), this.#known, hasOddTime(part));
      }
      return;
    }
    if (this.#waiting.length >= MOST_WAITING || this.#notRead !== null) return;
    this.#waiting.push(object);
    const known = recognise(object);
    if (known === null) return;
    if ('format' in known) this.#begin(known.format);
    else this.#notRead = known.isKnown ? { kind: 'other', what: known.what } : unread(known.what);
  }

  #takeEntry(entry: Entry, { gatherer }: Known, isOdd: boolean): void {
    if (entry.events[0]?.kind === 'unreadable') {
      this.#hasStrangeLines = true;
      this.#notePlace();
    }
    gatherer.take(entry, isOdd && (entry.at ?? null) === null);
  }

  #begin(format: TranscriptFormat): void {
    const gatherer = new SessionGatherer(
      format.harness,
      threadInName(path.basename(this.#file)),
      this.#since,
      this.#rules,
    );
    this.#known = { format, take: format.open(this.#file), gatherer };
    for (const event of this.#waitingTrouble) gatherer.takeUnreadable(event);
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingTrouble = [];
    for (const object of waiting) this.#takeObject(object);
  }

  #describeFormat(sessions: readonly TranscriptSession[]): FileFormat {
    if (this.#known) {
      const { harness, expected } = this.#known.format;
      // Only where nothing of the model was understood: one odd line is no other format.
      const isChanged = this.#hasStrangeLines && sessions.every(({ transcript }) => transcript.answers === 0);
      return isChanged
        ? { kind: 'unknown', expected, found: 'messages in another shape' }
        : { kind: 'known', harness };
    }
    if (this.#notRead) return this.#notRead;
    const [first] = this.#waiting;
    if (!first && this.#head === '' && this.#unreadable === 0) return { kind: 'empty' };
    return {
      kind: 'unknown',
      expected: EXPECTED,
      found: !first || this.#unreadable > this.#waiting.length ? 'lines that are not JSON' : keysOf(first),
    };
  }
}

function unread(found: string): FileFormat & { readonly kind: 'unknown' } {
  return { kind: 'unknown', expected: null, found };
}

const EXPECTED = TRANSCRIPT_FORMATS.map(({ harness, expected }) => `${harness}: ${expected}`).join('; ');

/** Whether a line tells a time in a form that no CLI writes. */
function hasOddTime({ timestamp }: JsonObject): boolean {
  return timestamp !== undefined && timestamp !== null && asTime(timestamp) === null;
}

/** A document is parsed at once: it takes several times its size in memory. */
const MOST_DOCUMENT_MEGABYTES = 64;

/** The object that a whole file is, on however many lines. */
function readDocument(
  file: string,
  bytes: number,
): { readonly object: JsonObject } | 'too large' | 'no document' {
  const most = MOST_DOCUMENT_MEGABYTES << 20;
  if (bytes > most) return 'too large';
  const object = tryParse((readRegular(file, most) ?? '').replace(/^\uFEFF/, ''));
  return object ? { object } : 'no document';
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/** Both CLIs name their files for the conversation; a date may stand before it. */
function threadInName(name: string): string | null {
  return name.match(UUID)?.at(-1)?.toLowerCase() ?? null;
}
