import { describe, expect, test } from 'vitest';
import { fillLines, textWidth, wrapText } from '../../src/cli/screen.ts';

describe('the width of a text on a terminal', () => {
  test('a wide character takes two columns', () => {
    expect(textWidth('日本語')).toBe(6);
  });

  test('a colour, and an accent that joins the letter before it, take none', () => {
    expect(textWidth('\u001b[31mred\u001b[39m')).toBe(3);
    expect(textWidth('cafe\u0301')).toBe(4);
  });
});

test('a line of wide characters breaks before it leaves the screen', () => {
  expect(wrapText('日本 日本 日本', 10)).toBe('日本 日本\n  日本');
});

test('as many parts stand on a line as fit', () => {
  expect(fillLines(['日本', 'ab', 'c'], ' · ', 9, '', '  ')).toEqual(['日本 · ab', '  c']);
});
