import { statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findLockHolder, isLockedElsewhere } from '../../src/lib/lock-table.ts';
import { startCommand } from '../support/programs.ts';
import { scratchFolder } from '../support/scratch.ts';

function scratchFile(): string {
  const file = path.join(scratchFolder(), 'a file');
  writeFileSync(file, '');
  return file;
}

/** How the kernel's table names a file of this device. */
function keyOf(file: string): string {
  const { dev, ino } = statSync(file);
  const hex = (value: number): string => value.toString(16).padStart(2, '0');
  return `${hex((dev >> 8) & 0xfff)}:${hex(dev & 0xff)}:${ino}`;
}

describe('the holder of a POSIX lock', () => {
  test('is another process with a write lock, named by its program', async () => {
    const file = scratchFile();
    const program = startCommand('sh', ['-c', 'echo started; read _']);
    await program.said('started');
    const key = keyOf(file);
    const table = [
      `1: FLOCK  ADVISORY  WRITE 11 ${key} 0 EOF`,
      `2: POSIX  ADVISORY  READ 12 ${key} 128 128`,
      `3: POSIX  ADVISORY  WRITE ${process.pid} ${key} 121 121`,
      `4: -> POSIX  ADVISORY  WRITE 13 ${key} 120 120`,
      `5: POSIX  ADVISORY  WRITE 0 ${key} 120 120`,
      `6: POSIX  ADVISORY  WRITE ${program.child.pid} ${key} 120 120`,
    ].join('\n');
    expect(findLockHolder([file], () => table)).toEqual({ pid: program.child.pid, command: 'sh' });
  });

  test('is not known where the table cannot be read or names other files', () => {
    const file = scratchFile();
    for (const table of ['', 'no table at all', '1: POSIX  ADVISORY  WRITE 1 00:00:1 0 EOF'])
      expect(findLockHolder([file, `${file}-missing`], () => table)).toBeNull();
  });
});

test('a file is locked elsewhere when another process is in the table, or when nothing can be told', () => {
  const file = scratchFile();
  const line = (pid: number): string => `1: POSIX  ADVISORY  READ ${pid} ${keyOf(file)} 128 128`;
  expect(isLockedElsewhere(file, () => line(process.pid))).toBe(false);
  expect(isLockedElsewhere(file, () => `${line(process.pid)}\n${line(1)}`)).toBe(true);
  expect(isLockedElsewhere(file, () => '')).toBe(true);
  expect(isLockedElsewhere(`${file}-missing`, () => '')).toBe(false);
});
