import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const top = path.resolve(import.meta.dirname, '../..');

const lines = readFileSync(path.join(top, 'docs/incidents.md'), 'utf8').split('\n');

/** The cells of every row of docs/incidents.md that says something: heads and rules are none. */
const rows = lines
  .filter((line) => line.startsWith('|') && !line.startsWith('| ---') && !/^\| (#|what it was) /.test(line))
  .map((line) =>
    line
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  );

const NUMBERS = [
  ...Array.from({ length: 30 }, (_, index) => index + 1),
  ...Array.from({ length: 10 }, (_, index) => index + 42),
];

test('docs/incidents.md has each incident of supervision once', () => {
  const numbered = rows.filter((cells) => cells.length === 4).map(([number]) => Number(number));
  expect(numbered).toEqual(NUMBERS);
});

test('each of its tables begins with one head and one rule', () => {
  const heads = lines.flatMap((line, index) => (/^\| (#|what it was) /.test(line) ? [index] : []));
  const starts = lines.flatMap((line, index) =>
    line.startsWith('|') && lines[index - 1] === '' ? [index] : [],
  );
  const rules = lines.flatMap((line, index) => (line.startsWith('| ---') ? [index] : []));
  expect(heads).toEqual(starts);
  expect(rules).toEqual(heads.map((head) => head + 1));
});

test('each of its rows is there once', () => {
  const told = rows.map((cells) => cells.at(-3));
  expect(told.filter((what, index) => told.indexOf(what) !== index)).toEqual([]);
});

test.each(rows)('the test that it names is there: %s', (...cells) => {
  const [named = '', what = ''] = cells.toReversed();
  if (named === '—') return expect(what).toMatch(/^Cannot happen: /);
  const [, file = '', title = ''] = /^(test\/\S+\.test\.ts): (.+)$/.exec(named) ?? [];
  // At the start of a title, in quotes: a comment that mentions it is no test.
  expect(readFileSync(path.join(top, file), 'utf8')).toContain(`'${title}`);
  const number = cells.length === 4 ? cells[0] : undefined;
  if (number !== undefined) expect(title).toMatch(new RegExp(`^incidents? (\\d+ and )?${number}\\b`));
});
