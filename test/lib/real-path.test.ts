import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { realPath } from '../../src/lib/real-path.ts';
import { atOnce } from '../support/at-once.ts';
import { scratchFolder } from '../support/scratch.ts';

test('it leads through links, and what is not there stays as it is', () => {
  const top = scratchFolder();
  mkdirSync(path.join(top, 'there'));
  symlinkSync('there', path.join(top, 'link'));
  expect(realPath(path.join(top, 'link'))).toBe(path.join(top, 'there'));
  expect(realPath(path.join(top, 'none'))).toBe(path.join(top, 'none'));
});

test('what goes while it is looked at is no error', async () => {
  expect(await atOnce('name-what-goes.ts', scratchFolder(), 3, 2)).toEqual([]);
});
