import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isBeginningOf } from '../../src/lib/same-beginning.ts';
import { scratchFolder } from '../support/scratch.ts';

const LINES = 'one\ntwo\nthree\n';
/** Longer than what is compared at once. */
const LONG = `${'x'.repeat(700_000)}\n`;

test.each<[string, string, string, boolean]>([
  ['the same lines', LINES, LINES, true],
  ['its first lines', 'one\ntwo\n', LINES, true],
  ['its first lines, without the last newline', 'one\ntwo', LINES, true],
  ['all of its lines, without the last newline', 'one\ntwo\nthree', LINES, true],
  ['the beginning of one of its lines', 'one\ntw', LINES, false],
  ['more lines', `${LINES}four\n`, LINES, false],
  ['another first line', 'onE\ntwo\n', LINES, false],
  ['another last line', 'one\ntwO\n', LINES, false],
  ['nothing', '', LINES, false],
  ['a long beginning', LONG, `${LONG}${LINES}`, true],
  ['a long one that differs at its start', `y${LONG.slice(1)}`, `${LONG}${LINES}`, false],
  [
    'a long one that differs where what is compared at once meets',
    change(LONG, 700_001 - (1 << 18)),
    LONG,
    false,
  ],
])('a file with %s', (_what, text, longer, expected) => {
  const folder = scratchFolder();
  writeFileSync(path.join(folder, 'a'), text);
  writeFileSync(path.join(folder, 'b'), longer);
  expect(isBeginningOf(path.join(folder, 'a'), path.join(folder, 'b'))).toBe(expected);
});

test('what is no file is the beginning of none', () => {
  const folder = scratchFolder();
  writeFileSync(path.join(folder, 'b'), LINES);
  mkdirSync(path.join(folder, 'folder'));
  for (const name of ['gone', 'folder'])
    expect(isBeginningOf(path.join(folder, name), path.join(folder, 'b'))).toBe(false);
});

function change(text: string, place: number): string {
  return `${text.slice(0, place)}?${text.slice(place + 1)}`;
}
