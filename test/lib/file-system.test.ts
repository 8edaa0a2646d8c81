import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { identifyFile, realPath, walkFiles, whyUnreadable } from '../../src/lib/file-system.ts';
import { atOnce } from '../support/at-once.ts';
import { scratchFolder } from '../support/scratch.ts';

const isText = (name: string): boolean => name.endsWith('.txt');

test('a walk gives the wanted files by path, enters no link, and says what it passed by', () => {
  const top = scratchFolder();
  const at = (...parts: string[]): string => path.join(top, ...parts);
  mkdirSync(at('b', 'deep'), { recursive: true });
  mkdirSync(at('left'));
  for (const file of ['z.txt', 'a.md', 'b/deep/1.txt', 'b/new\nline.txt', 'left/x.txt'])
    writeFileSync(at(file), file);
  symlinkSync('..', at('b', 'circle'));
  symlinkSync('a.md', at('other.md'));
  execFileSync('mkfifo', [at('pipe.txt')]);
  const { files, passedBy } = walkFiles(top, isText, (folder) => folder !== at('left'));
  expect(files.map(({ file }) => file)).toEqual([at('b/deep/1.txt'), at('b/new\nline.txt'), at('z.txt')]);
  expect(files.map(({ size }) => size)).toEqual([12, 14, 5]);
  expect(passedBy.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
    { path: at('b', 'circle'), because: 'it is a link' },
    { path: at('pipe.txt'), because: 'it is no file' },
  ]);
});

test('what changes about a file changes its identity', () => {
  const file = path.join(scratchFolder(), 'a.txt');
  const identity = (): string => {
    const found = identifyFile(file);
    return 'file' in found ? found.identity : found.because;
  };
  expect(identity()).toBe('it is gone');
  writeFileSync(file, 'one');
  const before = identity();
  expect(identity()).toBe(before);
  writeFileSync(file, 'three');
  const grown = identity();
  rmSync(file);
  writeFileSync(file, 'three');
  expect(new Set([before, grown, identity()]).size).toBe(3);
});

test('why something cannot be read is a clause, and nobody waits for a pipe', () => {
  const top = scratchFolder();
  const pipe = path.join(top, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const closed = path.join(top, 'closed');
  writeFileSync(closed, '');
  expect(whyUnreadable(closed)).toBeNull();
  expect(whyUnreadable(pipe)).toBe('it is no file');
  expect(whyUnreadable(path.join(top, 'nowhere'))).toBe('it is gone');
  expect(whyUnreadable('/proc/self/mem')).toMatch(/^it cannot be read \(E/);
});

test.skipIf(process.getuid?.() === 0)('a folder that may not be read is passed by', () => {
  const top = scratchFolder();
  const closed = path.join(top, 'closed');
  mkdirSync(closed);
  chmodSync(closed, 0);
  expect(walkFiles(top, isText).passedBy).toEqual([{ path: closed, because: 'it may not be read (EACCES)' }]);
  chmodSync(closed, 0o700);
});

test('a path leads through links, and what is not there stays as it is', () => {
  const top = scratchFolder();
  mkdirSync(path.join(top, 'there'));
  symlinkSync('there', path.join(top, 'link'));
  expect(realPath(path.join(top, 'link'))).toBe(path.join(top, 'there'));
  expect(realPath(path.join(top, 'none'))).toBe(path.join(top, 'none'));
});

test('what goes while it is looked at is no error', async () => {
  expect(await atOnce('name-what-goes.ts', scratchFolder(), 3, 2)).toEqual([]);
});
