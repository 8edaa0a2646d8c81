import { closeSync, fstatSync, readSync } from 'node:fs';
import { openRegular } from './regular-file.ts';

const CHUNK = 1 << 18;
/** A call that asks for less gets so much: a beginning of a file is read without the rest of a larger chunk. */
const SMALLEST_CHUNK = 1 << 14;

/**
 * Reads a growing file line by line from a remembered offset. A line counts when its newline is there, so a record
 * torn over two reads is whole at the next; `rest` hands out what has no newline once the writer is gone.
 *
 * A line longer than `maxLine` bytes is given as null (memory stays bounded) and counted by the caller as unreadable.
 */
export class LineReader {
  readonly #file: string;
  readonly #maxLine: number;
  #offset: number;
  #completed: number;
  #pending: Buffer[] = [];
  #pendingSize = 0;
  #isSkipping = false;

  /** @param from where a line starts, as `completed` said it of an earlier reader */
  constructor(file: string, maxLine = 100_000_000, from = 0) {
    this.#file = file;
    this.#maxLine = maxLine;
    this.#offset = from;
    this.#completed = from;
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#offset;
  }

  /** Bytes up to the last newline that was read: where the next line starts. */
  get completed(): number {
    return this.#completed;
  }

  /**
   * The lines that have been completed since the last call, up to about `maxBytes` of input.
   *
   * @param upTo a place in the file, in bytes, behind which nothing is read
   */
  read(maxBytes = 16 << 20, upTo = Infinity): (string | null)[] {
    const lines: (string | null)[] = [];
    this.readEach((line) => lines.push(line), maxBytes, upTo);
    return lines;
  }

  /**
   * The same, one line at a time, so that no more than one is held.
   *
   * @param take gets the line, and the byte of the file at which it begins
   * @returns false where there was nothing more to read
   */
  readEach(take: (line: string | null, byte: number) => void, maxBytes = 16 << 20, upTo = Infinity): boolean {
    const descriptor = openRegular(this.#file);
    // Not there yet: missing evidence is not evidence.
    if (descriptor === null) return false;
    try {
      // A file that shrank was truncated by its writer: what follows is new, from its start.
      if (fstatSync(descriptor).size < this.#offset) this.#restart();
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(SMALLEST_CHUNK, maxBytes)));
      let total = 0;
      while (total < maxBytes && this.#offset < upTo) {
        const size = readSync(
          descriptor,
          chunk,
          0,
          Math.min(chunk.length, upTo - this.#offset),
          this.#offset,
        );
        if (size === 0) break;
        const start = this.#offset;
        this.#offset += size;
        total += size;
        this.#take(chunk.subarray(0, size), start, take);
      }
      return total > 0;
    } finally {
      closeSync(descriptor);
    }
  }

  /** True when what stands after the last newline is too long to be given. */
  get isRestTooLong(): boolean {
    return this.#isSkipping;
  }

  /** What stands after the last newline, or null when nothing does. */
  rest(): string | null {
    if (this.#isSkipping || this.#pendingSize === 0) return null;
    const text = this.#pendingText();
    this.#clear();
    return text;
  }

  #restart(): void {
    this.#offset = 0;
    this.#completed = 0;
    this.#clear();
  }

  #clear(): void {
    this.#pending = [];
    this.#pendingSize = 0;
    this.#isSkipping = false;
  }

  #pendingText(): string {
    const [only] = this.#pending;
    return textOf(this.#pending.length === 1 && only ? only : Buffer.concat(this.#pending));
  }

  #take(chunk: Buffer, start: number, take: (line: string | null, byte: number) => void): void {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      this.#hold(chunk.subarray(from, end));
      const line = this.#isSkipping ? null : this.#pendingText();
      const byte = this.#completed;
      this.#clear();
      from = end + 1;
      this.#completed = start + from;
      take(line, byte);
    }
    this.#hold(Buffer.from(chunk.subarray(from)));
  }

  #hold(part: Buffer): void {
    if (part.length === 0 || this.#isSkipping) return;
    this.#pendingSize += part.length;
    if (this.#pendingSize > this.#maxLine) {
      this.#isSkipping = true;
      this.#pending = [];
    } else {
      this.#pending.push(part);
    }
  }
}

const CARRIAGE_RETURN = 13;

function textOf(line: Buffer): string {
  return line.toString('utf8', 0, line.at(-1) === CARRIAGE_RETURN ? line.length - 1 : line.length);
}
