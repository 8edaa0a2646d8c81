import { readFileSync, statSync } from 'node:fs';

/**
 * Whether anybody holds a flock on a file, asked of the kernel's own table: looking takes no lock, so nobody who wants
 * it is turned away meanwhile. False where the table cannot be read.
 */
export function isLocked(file: string): boolean {
  const info = statSync(file, { throwIfNoEntry: false, bigint: true });
  if (!info) return false;
  let table: string;
  try {
    table = readFileSync('/proc/locks', 'latin1');
  } catch {
    return false;
  }
  const major = (info.dev >> 8n) & 0xfffn;
  const minor = (info.dev & 0xffn) | ((info.dev >> 12n) & 0xfff00n);
  const hex = (value: bigint): string => value.toString(16).padStart(2, '0');
  const key = ` ${hex(major)}:${hex(minor)}:${info.ino} `;
  return table
    .split('\n')
    .some((line) => line.includes(' FLOCK ') && !line.includes(' -> ') && line.includes(key));
}
