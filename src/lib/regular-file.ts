import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  writeFileSync,
} from 'node:fs';
import { isShortage } from './problem.ts';

/**
 * Opens a regular file for reading, or nothing. An agent may put anything in the place of a file: opening a pipe would
 * wait for a writer for ever, and a device never ends.
 *
 * @returns its descriptor; null when the file is missing, is not regular or may not be read
 * @throws the system's error in a shortage of the machine's, such as too many open files
 */
export function openRegular(file: string): number | null {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return nothingUnlessShort(error);
  }
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  return null;
}

/**
 * The text of a regular file; null when it is missing, may not be read, or holds more than `mostBytes`.
 *
 * @throws the system's error in a shortage: a file that could not be opened now is not one that is gone
 */
export function readRegular(file: string, mostBytes: number): string | null {
  const descriptor = openRegular(file);
  if (descriptor === null) return null;
  try {
    const size = fstatSync(descriptor).size;
    if (size > mostBytes) return null;
    const content = Buffer.alloc(size);
    let filled = 0;
    for (let more = -1; more !== 0 && filled < size; filled += more)
      more = readSync(descriptor, content, filled, size - filled, filled);
    return content.toString('utf8', 0, filled);
  } catch (error) {
    return nothingUnlessShort(error);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The beginning of a regular file, at most so many bytes of it; null when it is missing or may not be read.
 *
 * @throws the system's error in a shortage, as `readRegular`
 */
export function readBeginning(file: string, mostBytes: number): Buffer | null {
  const descriptor = openRegular(file);
  if (descriptor === null) return null;
  try {
    const bytes = Buffer.alloc(mostBytes);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, mostBytes, 0));
  } catch (error) {
    return nothingUnlessShort(error);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The end of a regular file, at most so many bytes of it; null when it is missing or may not be read.
 *
 * @throws the system's error in a shortage, as `readRegular`
 */
export function readEnd(
  file: string,
  mostBytes: number,
): { readonly text: string; readonly isWhole: boolean } | null {
  const descriptor = openRegular(file);
  if (descriptor === null) return null;
  try {
    const from = Math.max(0, fstatSync(descriptor).size - mostBytes);
    const bytes = Buffer.alloc(mostBytes);
    const size = readSync(descriptor, bytes, 0, mostBytes, from);
    return { text: bytes.toString('utf8', 0, size), isWhole: from === 0 };
  } catch (error) {
    return nothingUnlessShort(error);
  } finally {
    closeSync(descriptor);
  }
}

/** An agent can make a file unreadable, which counts as none. Too few descriptors say nothing of the file. */
export function nothingUnlessShort(error: unknown): null {
  if (isShortage(error)) throw error;
  return null;
}

/**
 * The text of a file that a person named. Only what a shell hands over (`<(…)`, standard input) may be a pipe.
 *
 * @throws the system's error, or one that says that it is no regular file
 */
export function readNamed(file: string): string {
  if (HANDED_OVER.test(file)) return readFileSync(file, 'utf8');
  return atOnce(file, constants.O_RDONLY, (descriptor) => {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() && !stats.isDirectory()) throw new Error('it is no regular file');
    return readFileSync(descriptor, 'utf8');
  });
}

const HANDED_OVER = /^\/dev\/(stdin|fd\/\d+)$|^\/proc\/self\/fd\/\d+$/;

/**
 * Writes to a file of mode 0600, in front of an agent that may have put a pipe there: it never waits for a reader.
 *
 * @throws the system's error
 */
export function writeAtOnce(file: string, text: string, how: 'append' | 'replace'): void {
  const where = how === 'append' ? constants.O_APPEND : constants.O_TRUNC;
  const flags = where | constants.O_CREAT | constants.O_WRONLY;
  atOnce(file, flags, (descriptor) => writeFileSync(descriptor, text));
}

/**
 * Shortens a file to so many bytes; a shorter one stays as it is. It never waits, whatever stands in its place.
 *
 * @throws the system's error
 */
export function shortenAtOnce(file: string, bytes: number): void {
  atOnce(file, constants.O_WRONLY, (descriptor) => {
    if (fstatSync(descriptor).size > bytes) ftruncateSync(descriptor, bytes);
  });
}

/** Opens what stands there without waiting for another side, and closes it behind the work. */
export function atOnce<T>(file: string, flags: number, work: (descriptor: number) => T): T {
  const descriptor = openSync(file, flags | constants.O_NONBLOCK, 0o600);
  try {
    return work(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
