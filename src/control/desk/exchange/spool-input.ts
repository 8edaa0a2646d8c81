import { createHash, type Hash } from 'node:crypto';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { TranscriptSplitter } from '../../../harness/split-transcripts.ts';
import { identifyFile, type WalkedFile } from '../../../lib/file-system.ts';
import { parseJson, splitObjects } from '../../../lib/json-lines.ts';
import { messageOf, Problem } from '../../../lib/problem.ts';
import { isExchangeLine } from '../../../record/exchange-line.ts';
import { makeSpoolFolder } from './spool-folders.ts';

/** What came on standard input, as files: an import reads a file more than once, and starts in its middle. */
export interface Spool {
  readonly files: readonly WalkedFile[];
  /** Removes them. */
  readonly remove: () => void;
}

/** So much text may come before anything in it is known: then it is not written on for ever. */
const LONGEST_UNKNOWN = 128 << 20;
/** As much of a line as is held; a longer one is written and begins no file. */
const LONGEST_LINE = 4 << 20;
/** No more objects than that are taken apart on one line. */
const MOST_GLUED = 100;

/**
 * Writes what comes to disk, for this user alone, each file that begins in it on its own. Memory stays flat.
 *
 * @throws Problem `empty_input`, `input_unreadable`
 */
export async function spoolInput(
  input: Readable,
  cancelled: AbortSignal,
  longestUnknown = LONGEST_UNKNOWN,
): Promise<Spool> {
  const folder = makeSpoolFolder();
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const parts = new Parts(folder, longestUnknown);
  try {
    addAbortSignal(cancelled, input);
    for await (const chunk of input) parts.take(Buffer.from(chunk as Uint8Array));
    return { files: parts.finish(), remove };
  } catch (error) {
    remove();
    if (cancelled.aborted) return { files: [], remove };
    if (error instanceof Problem) throw error;
    throw notRead(messageOf(error));
  } finally {
    parts.close();
  }
}

/** The files that are written so far, and the line that is on its way. */
class Parts {
  readonly #folder: string;
  readonly #longestUnknown: number;
  readonly #splitter = new TranscriptSplitter(isExchangeLine);
  readonly #decoder = new StringDecoder('utf8');
  readonly #written: { readonly file: string; readonly hash: Hash }[] = [];
  #descriptor: number | null = null;
  #line = '';
  /** Lines that belong to the next line's file. */
  #waiting = '';
  #isLong = false;
  #size = 0;
  #isBlank = true;

  constructor(folder: string, longestUnknown: number) {
    this.#folder = folder;
    this.#longestUnknown = longestUnknown;
  }

  take(chunk: Buffer): void {
    if (this.#size === 0) refuseBinary(chunk);
    this.#size += chunk.length;
    const lines = this.#decoder.write(chunk).split('\n');
    for (const [index, text] of lines.entries()) {
      this.#add(text);
      if (index < lines.length - 1) this.#endLine('\n');
    }
    if (!this.#splitter.hasKind && this.#size > this.#longestUnknown)
      throw notRead('nothing at its beginning is a transcript or a record');
  }

  finish(): WalkedFile[] {
    this.#add(this.#decoder.end());
    this.#endLine('');
    this.#write(this.#takeWaiting());
    if (this.#isBlank)
      throw new Problem(
        'empty_input',
        'Standard input is empty: there is nothing to import.',
        'Write a transcript or an export into it, such as stint export | stint import -.',
        1,
      );
    return this.#written.flatMap(({ file, hash }) => {
      const walked = identifyFile(file);
      if (!('file' in walked)) return [];
      return [{ ...walked, shownAs: `standard input ${hash.digest('hex').slice(0, 12)}` }];
    });
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #add(text: string): void {
    this.#line += text;
    if (this.#line.length <= LONGEST_LINE) return;
    this.#write(this.#takeWaiting() + this.#line);
    this.#line = '';
    this.#isLong = true;
  }

  #endLine(end: string): void {
    const parts = this.#isLong ? [this.#line] : separate(this.#line);
    this.#line = '';
    for (const [index, part] of parts.entries()) {
      const placed = this.#isLong ? 'same' : this.#splitter.place(part);
      const text = part + (index < parts.length - 1 ? '\n' : end);
      if (placed === 'start') this.#begin();
      if (placed === 'waits' && this.#waiting.length < LONGEST_LINE) this.#waiting += text;
      else this.#write(this.#takeWaiting() + text);
    }
    this.#isLong = false;
  }

  #takeWaiting(): string {
    const waiting = this.#waiting;
    this.#waiting = '';
    return waiting;
  }

  #write(text: string): void {
    if (text === '') return;
    if (this.#descriptor === null) this.#begin();
    this.#isBlank &&= text.trim() === '';
    this.#written.at(-1)?.hash.update(text);
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length;) done += writeSync(this.#descriptor ?? -1, bytes, done);
  }

  #begin(): void {
    this.close();
    const file = path.join(this.#folder, `part-${this.#written.length + 1}.jsonl`);
    this.#descriptor = openSync(file, 'wx', 0o600);
    this.#written.push({ file, hash: createHash('sha256') });
  }
}

/** A file without a newline at its end glues the first line of the next one to its last: each is a line of its own. */
function separate(line: string): string[] {
  // The end of a document on many lines, and the beginning of one.
  if (line.startsWith('}{')) return ['}', ...separate(line.slice(1))];
  if (line.endsWith('}{')) return [...separate(line.slice(0, -1)), '{'];
  if (!/\}\s*\{/.test(line) || parseJson(line) !== undefined) return [line];
  const parts = [...splitObjects(line)].filter((part) => part.trim() !== '');
  const isWhole = parts.length <= MOST_GLUED && parts.every((part) => parseJson(part) !== undefined);
  return isWhole ? parts : [line];
}

function refuseBinary(chunk: Buffer): void {
  const head = chunk.subarray(0, 4096);
  // A crash leaves NULs in a file, never at its beginning alone.
  if (head.includes(0) || (head[0] === 0x1f && head[1] === 0x8b) || head.subarray(0, 4).equals(ZSTD))
    throw notRead('it is binary, and no text; unpack it first where it is compressed');
}

const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

function notRead(because: string): Problem {
  return new Problem(
    'input_unreadable',
    `Standard input is not imported: ${because}.`,
    'See stint import --help for what it takes.',
    1,
  );
}
