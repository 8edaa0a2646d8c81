import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import type { Amendment } from '../../../domain/amendment.ts';
import type { SessionRecord } from '../../../domain/record.ts';
import { isSessionRecord, readSessionRecord } from '../../../harness/reading/session-records.ts';
import { judgeImported } from '../../../judge/judge-imported.ts';
import { JsonLines, type JsonObject, type JsonLine, type LinePlace } from '../../../lib/json-lines.ts';
import type { Redactor } from '../../../lib/redact.ts';
import { recordOfForeign } from '../../../record/compose-record.ts';
import { isExchangeLine, readExchangeLine } from '../../../record/exchange-line.ts';

/** What a file is, told by what stands in it; names and endings lie. */
export type RecordFormat = 'stint' | 'session-records';

/** One line of a record file. */
export type RecordLine =
  | { readonly kind: 'own'; readonly record: SessionRecord; readonly amendments: readonly Amendment[] }
  | { readonly kind: 'amendment'; readonly amendment: Amendment; readonly line: number }
  | { readonly kind: 'foreign'; readonly record: SessionRecord; readonly line: number }
  | { readonly kind: 'subagent' }
  | { readonly kind: 'unreadable'; readonly line: number; readonly reason: string };

/** The format that the first objects of a file show, null when none of them is known. */
function formatOf(lines: readonly JsonLine[]): RecordFormat | null {
  for (const line of lines) {
    if (!('value' in line)) continue;
    if (isExchangeLine(line.value)) return 'stint';
    if (isSessionRecord(line.value)) return 'session-records';
  }
  return null;
}

/** So much of a file is read to tell its format: rows of records stand in its first lines, or nowhere. */
const HEAD = 1 << 16;

/** Whether a file holds records, by its first lines. */
export function holdsRecords(file: string): boolean {
  const lines = new JsonLines(file);
  return formatOf(lines.read(HEAD) ?? lines.rest().found) !== null;
}

/** So much is read at a time: memory stays flat, whatever the size of the file. */
const PART = 1 << 20;

/** One file of records, read part by part. */
export class RecordFile {
  /** Null until the first objects have shown it, and for a file in an unknown format. */
  format: RecordFormat | null;
  /** True when half a record stands at the end; it waits for the other half. */
  isTorn = false;
  readonly #lines: JsonLines;
  readonly #redactor: Redactor;

  /**
   * @param redactor takes secrets out of what is read, so that it compares with what was stored
   * @param from where to go on, and as what the part before it was read
   */
  constructor(
    file: string,
    redactor: Redactor,
    from?: { readonly place: LinePlace; readonly format: RecordFormat },
  ) {
    this.#redactor = redactor;
    this.#lines = new JsonLines(file, from?.place);
    this.format = from?.format ?? null;
  }

  get place(): LinePlace {
    return this.#lines.place;
  }

  /** Its lines; empty for a file in an unknown format. */
  *parts(): Generator<RecordLine[]> {
    for (const part of this.#read()) {
      this.format ??= formatOf(part);
      if (this.format === null) return;
      const read = this.format === 'stint' ? readOwn : readForeign;
      yield part.map((each) =>
        'value' in each ? this.#redactor.value(read(each.value, each.line)) : { kind: 'unreadable', ...each },
      );
    }
  }

  *#read(): Generator<JsonLine[]> {
    for (let part = this.#lines.read(PART); part !== null; part = this.#lines.read(PART)) yield part;
    const { found, isTorn } = this.#lines.rest();
    this.isTorn = isTorn;
    if (found.length > 0) yield found;
  }
}

function readOwn(object: JsonObject, line: number): RecordLine {
  const read = readExchangeLine(object);
  if (read.kind !== 'record') return { ...read, line };
  return { kind: 'own', record: read.exchanged.original, amendments: read.exchanged.amendments };
}

function readForeign(object: JsonObject, line: number): RecordLine {
  const row = readSessionRecord(object);
  if ('reason' in row) return { kind: 'unreadable', line, reason: row.reason };
  if ('isSubagent' in row) return { kind: 'subagent' };
  return { kind: 'foreign', line, record: recordOfForeign(row.session, judgeImported(row.session)) };
}

const TAIL = 4096;

/** A digest of the bytes before `offset`; a file that was written anew in place has others there. */
export function digestBefore(file: string, offset: number): string {
  const start = Math.max(0, offset - TAIL);
  const bytes = Buffer.alloc(offset - start);
  const descriptor = openSync(file, 'r');
  try {
    const size = readSync(descriptor, bytes, 0, bytes.length, start);
    return createHash('sha256').update(bytes.subarray(0, size)).digest('hex');
  } finally {
    closeSync(descriptor);
  }
}
