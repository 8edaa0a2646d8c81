import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { atomicWrite } from '../../src/lib/atomic-write.ts';
import { killProgram, startProgram } from '../support/programs.ts';
import { scratchFolder } from '../support/scratch.ts';

describe('writing a whole file or nothing', () => {
  test('replaces the content, keeps it to its owner and leaves nothing beside it', () => {
    const folder = scratchFolder();
    const file = path.join(folder, 'a');
    writeFileSync(file, 'old and longer');
    atomicWrite(file, 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['a']);
  });

  test('when it cannot, the old content stays and nothing is left', () => {
    const folder = scratchFolder();
    // A folder cannot be replaced by a file.
    mkdirSync(path.join(folder, 'a', 'inner'), { recursive: true });
    expect(() => atomicWrite(path.join(folder, 'a'), 'new')).toThrow(
      expect.objectContaining({
        message: `EISDIR: illegal operation on a directory, write '${path.join(folder, 'a')}'`,
        code: 'EISDIR',
      }),
    );
    expect(readdirSync(folder)).toEqual(['a']);
  });

  test('what went wrong is said of the file that was asked for', () => {
    const file = path.join(scratchFolder(), 'nowhere', 'a');
    expect(() => atomicWrite(file, 'new')).toThrow(`ENOENT: no such file or directory, write '${file}'`);
  });

  test('a long text of many bytes a letter is written to its end', () => {
    const file = path.join(scratchFolder(), 'a');
    const text = '界'.repeat(2_000_000);
    atomicWrite(file, text);
    expect(readFileSync(file, 'utf8') === text).toBe(true);
  });

  test('a writer that is killed at any moment leaves the old content or the new', async () => {
    const file = path.join(scratchFolder(), 'a');
    const SIZE = 3_000_000;
    for (let round = 0; round < 4; round++) {
      const writer = startProgram(
        `const { atomicWrite } = await src('lib/atomic-write.ts');
         console.log('writing');
         for (let i = 0; ; i++) atomicWrite(arg(1), String(i % 10).repeat(${SIZE}));`,
        [file],
      );
      await writer.said('writing');
      // Not luck: whatever the moment is, the content must be whole.
      for (let look = 0; look <= round * 3; look++) expectWhole(file, SIZE);
      await killProgram(writer);
      expectWhole(file, SIZE);
    }
  });
});

function expectWhole(file: string, size: number): void {
  const text = readText(file);
  if (text === null) return;
  expect(text.length).toBe(size);
  expect(text === text.charAt(0).repeat(size)).toBe(true);
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return null; // Nothing was written yet.
  }
}
