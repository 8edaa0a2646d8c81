import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { readProcess } from './process-table.ts';

/** The kernel gives no more of it at once than a page, of which the smallest has so many bytes; a line is shorter than 96. */
const ONE_READ = 4096 - 96;
/** One look in a thousand misses a lock where others take and free thousands a second. */
const MOST_LOOKS = 4;

/**
 * Whether anybody holds a flock on a file, asked of the kernel's own table: looking takes no lock, so nobody who wants
 * it is turned away meanwhile. False where the table cannot be read.
 *
 * A table that comes in parts is of no one moment: between two of them locks before the second are freed, the rest moves
 * up, and one is in neither.
 */
export function isLocked(file: string, readTable = readLockTable): boolean {
  const key = keyOf(file);
  if (key === null) return false;
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const table = readTable();
    if (linesWith(key, table).some((line) => line.includes(' FLOCK ') && !line.includes(' -> '))) return true;
    if (table.length < ONE_READ) return false;
  }
  return false;
}

/** How the table names a file: its device and its number. Null where there is no file. */
function keyOf(file: string): string | null {
  const info = statSync(file, { throwIfNoEntry: false, bigint: true });
  if (!info) return null;
  const { dev, ino } = info;
  const major = (dev >> 8n) & 0xfffn;
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xfff00n);
  const hex = (value: bigint): string => value.toString(16).padStart(2, '0');
  return ` ${hex(major)}:${hex(minor)}:${ino} `;
}

function linesWith(key: string | null, table: string): string[] {
  return key === null ? [] : table.split('\n').filter((line) => line.includes(key));
}

/** A process, with the name of its program. */
export interface LockHolderProcess {
  readonly pid: number;
  readonly command: string;
}

/**
 * Another process that holds a POSIX write lock on one of the files, as SQLite takes them; the first file counts most.
 * Null where the kernel's table shows none: some file systems number their files otherwise there.
 */
export function findLockHolder(
  files: readonly string[],
  readTable = readLockTable,
): LockHolderProcess | null {
  const table = readTable();
  for (const line of files.flatMap((file) => linesWith(keyOf(file), table))) {
    const [, kind, , mode, pidWord] = line.split(/ +/);
    const pid = Number(pidWord);
    // A waiting process has an arrow where the others have the kind; one of another container has no number here.
    if (kind === 'POSIX' && mode === 'WRITE' && pid > 0 && pid !== process.pid)
      return { pid, command: commandOf(pid) };
  }
  return null;
}

/**
 * Whether another process has a POSIX lock of any kind on a file. True where the table does not even show the
 * locks that this process has: then the answer is unknown.
 */
export function isLockedElsewhere(file: string, readTable = readLockTable): boolean {
  const key = keyOf(file);
  if (key === null) return false;
  const lines = linesWith(key, readTable()).filter((line) => line.includes(' POSIX '));
  return lines.length === 0 || lines.some((line) => Number(line.split(/ +/)[4]) !== process.pid);
}

/** The program's own name: threads of Node carry another one in the process table. */
function commandOf(pid: number): string {
  try {
    const [program = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    if (program !== '') return path.basename(program);
  } catch {
    // The process is gone, or its user hides it.
  }
  return readProcess(pid)?.command ?? 'gone by now';
}

function readLockTable(): string {
  try {
    return readFileSync('/proc/locks', 'latin1');
  } catch {
    return '';
  }
}
