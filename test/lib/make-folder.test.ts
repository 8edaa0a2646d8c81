import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder, removeEmpty } from '../../src/lib/make-folder.ts';
import { atOnce } from '../support/at-once.ts';
import { scratchFolder } from '../support/scratch.ts';

test('makes what is missing, and says what that was', () => {
  const top = scratchFolder();
  const [one, two] = [path.join(top, 'a'), path.join(top, 'a/b')];
  expect(makeFolder(two)).toEqual([one, two]);
  expect(statSync(two).mode & 0o777).toBe(0o700);
  expect(makeFolder(two)).toEqual([]);
  symlinkSync(one, path.join(top, 'link'));
  expect(makeFolder(path.join(top, 'link/c'))).toEqual([path.join(top, 'link/c')]);
});

test.each([
  ['a place that makes no folders', '/proc/stint/a/b', 'ENOENT'],
  ['a file', '/proc/version', 'EEXIST'],
  ['what is below a file', '/proc/version/a/b', 'ENOTDIR'],
])('%s is an error, and no waiting', (_, folder, code) => {
  expect(() => makeFolder(folder)).toThrow(expect.objectContaining({ code }));
});

test('where the last cannot be made, none is left', () => {
  const top = scratchFolder();
  expect(() => makeFolder(path.join(top, 'a/b', 'x'.repeat(300)))).toThrow(/ENAMETOOLONG/);
  symlinkSync('nowhere/at/all', path.join(top, 'dangling'));
  expect(() => makeFolder(path.join(top, 'dangling'))).toThrow(/EEXIST/);
  expect(readdirSync(top)).toEqual(['dangling']);
});

test('only what is empty is taken away again', () => {
  const top = scratchFolder();
  const made = makeFolder(path.join(top, 'a/b/c'));
  mkdirSync(path.join(top, 'a/other'));
  writeFileSync(path.join(top, 'a/other/file'), '');
  removeEmpty(made);
  expect([existsSync(path.join(top, 'a/b')), existsSync(path.join(top, 'a/other/file'))]).toEqual([
    false,
    true,
  ]);
});

test('several who make the same folders at the same moment all have them', async () => {
  expect(await atOnce('make-new-folder.ts', scratchFolder(), 300)).toEqual([]);
});
