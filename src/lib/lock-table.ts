import { readFileSync, statSync } from 'node:fs';

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
  const info = statSync(file, { throwIfNoEntry: false, bigint: true });
  if (!info) return false;
  const key = keyOf(info);
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const table = readTable();
    if (isIn(table, key)) return true;
    if (table.length < ONE_READ) return false;
  }
  return false;
}

/** How the table names a file: its device and its number. */
function keyOf({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string {
  const major = (dev >> 8n) & 0xfffn;
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xfff00n);
  const hex = (value: bigint): string => value.toString(16).padStart(2, '0');
  return ` ${hex(major)}:${hex(minor)}:${ino} `;
}

function isIn(table: string, key: string): boolean {
  return table
    .split('\n')
    .some((line) => line.includes(' FLOCK ') && !line.includes(' -> ') && line.includes(key));
}

function readLockTable(): string {
  try {
    return readFileSync('/proc/locks', 'latin1');
  } catch {
    return '';
  }
}
