import { expect, test } from 'vitest';
import { changedLines, lineMark, MOST_MARKS } from '../../src/domain/line-mark.ts';

/** The marks of lines that all have one. */
function marksOf(...lines: readonly string[]): string[] {
  return lines.map((line) => lineMark(line) ?? 'none');
}

test('a line has one short mark, whatever blanks stand around it', () => {
  const mark = lineMark('return total;');
  expect(mark).toMatch(/^[\w-]{8}$/);
  expect(lineMark('\t  return total;  \r')).toBe(mark);
  expect(lineMark('return  total;')).not.toBe(mark);
});

test.each(['', '   ', '});', '// ==', 'ab', 'a = b', '────────────', `x${'y'.repeat(5000)}`])(
  'a line that is not distinctive has no mark: %s',
  (line) => {
    expect(lineMark(line)).toBeNull();
  },
);

test.each(['abc;', 'let a', '変更する', 'naïve', '1234'])(
  'a line with words of any script has one: %s',
  (line) => {
    expect(lineMark(line)).not.toBeNull();
  },
);

test('a line of both texts is neither brought nor taken, wherever it stands', () => {
  const before = 'first line\nmoved line\nold line\nlast line';
  const after = 'first line\nnew line\n  moved line\nlast line\n';
  expect(changedLines(before, after)).toEqual({ added: marksOf('new line'), removed: marksOf('old line') });
});

test('a line counts as often as it stands', () => {
  const twice = changedLines('same line', 'same line\nsame line\nsame line');
  expect(twice).toEqual({ added: marksOf('same line', 'same line'), removed: [] });
  expect(changedLines('one line\none line', 'one line')).toEqual({ added: [], removed: marksOf('one line') });
});

test('a text of very many lines gives no more marks than a session may have', () => {
  const long = Array.from({ length: MOST_MARKS + 500 }, (_, line) => `line number ${line}`).join('\n');
  expect(changedLines('', long).added).toHaveLength(MOST_MARKS + 1);
});
