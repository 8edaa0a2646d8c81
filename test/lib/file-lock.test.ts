import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { tryLock, waitForLock } from '../../src/lib/file-lock.ts';
import { isLocked } from '../../src/lib/lock-table.ts';
import { scratchFolder } from '../support/scratch.ts';

function shellCanLock(file: string): boolean {
  return spawnSync('flock', ['-n', file, 'true']).status === 0;
}

test('it is held until it is released, against everybody, this process too', () => {
  const file = path.join(scratchFolder(), 'a lock');
  const lock = tryLock(file);
  expect(lock).not.toBeNull();
  expect(tryLock(file)).toBeNull();
  expect(shellCanLock(file)).toBe(false);
  expect(isLocked(file)).toBe(true);
  lock?.release();
  lock?.release();
  expect(isLocked(file)).toBe(false);
  expect(shellCanLock(file)).toBe(true);
  expect(() => lock?.descriptor).toThrow(/was released/);
});

test('one that waits gets it as soon as it is free', async () => {
  const file = path.join(scratchFolder(), 'lock');
  const first = tryLock(file);
  const waiting = waitForLock(file, 30_000);
  first?.release();
  const second = await waiting;
  expect(second).not.toBeNull();
  expect(await waitForLock(file, 10)).toBeNull();
  second?.release();
});

test('a lock on a file that somebody removed protects nothing, so a new file is locked', () => {
  const file = path.join(scratchFolder(), 'lock');
  using old = tryLock(file);
  rmSync(file);
  using lock = tryLock(file);
  expect(lock).not.toBeNull();
  expect(old).not.toBeNull();
  expect(shellCanLock(file)).toBe(false);
});
