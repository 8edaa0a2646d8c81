import { describe, expect, test } from 'vitest';
import { nearestWord } from '../../src/lib/nearest-word.ts';
import { oneLine, plainText } from '../../src/lib/plain-text.ts';
import { countOf } from '../../src/lib/quantities.ts';
import { fc } from '../support/fixed-seed.ts';

describe('the nearest word', () => {
  const known = ['timeout', 'prompt', 'promptFile', 'permissions', 'check', 'harness'];

  test.each([
    ['timout', 'timeout'],
    ['Timeout', 'timeout'],
    ['promptfile', 'promptFile'],
    ['promt', 'prompt'],
    ['permisions', 'permissions'],
    ['harnes', 'harness'],
    ['chekc', 'check'],
    ['banana', null],
    ['', null],
  ])('%s: %s', (word, nearest) => expect(nearestWord(word, known)).toBe(nearest));

  test('of two it is the nearer, and of none it is none', () => {
    expect(nearestWord('abcd', ['abxx', 'abcx'])).toBe('abcx');
    expect(nearestWord('abcd', [])).toBeNull();
  });

  test('a very long word costs nothing and is near nothing', () => {
    expect(nearestWord('x'.repeat(1_000_000), known)).toBeNull();
  });
});

describe('plain text', () => {
  test.each([
    ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
    ['a moved cursor and a cleared line', 'a\u001b[2K\u001b[1Gb', 'ab'],
    ['a window title', '\u001b]0;owned\u0007x', 'x'],
    ['a link', '\u001b]8;;http://a.example\u001b\\text\u001b]8;;\u001b\\', 'text'],
    ['carriage returns and backspaces', 'safe\rbad\b\b', 'safebad'],
    ['letters that turn the direction', 'a\u202eb\u2066c\u061cd\u200fe', 'abcde'],
    ['one-byte controls', 'a\u009b31mb', 'a31mb'],
    ['what is meant', 'tab\tand\nnewline é 界 😀', 'tab\tand\nnewline é 界 😀'],
  ])('%s', (_, text, plain) => expect(plainText(text)).toBe(plain));

  test('is cut to its length, with a mark', () => {
    expect(plainText('abcdef', 4)).toBe('abc…');
    expect(plainText('abcd', 4)).toBe('abcd');
  });

  test('on one line', () => {
    expect(oneLine('  a\n\n\tb\u001b[31m c  ')).toBe('a b c');
  });

  test('nothing that moves a terminal is ever left', () => {
    const units = [
      '\u001b',
      '[',
      ']',
      '0',
      ';',
      'm',
      '\u0007',
      '\\',
      'P',
      '\u009b',
      '\r',
      '\u202e',
      'a',
      '\n',
    ];
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...units) }), fc.nat(20), (text, length) => {
        // eslint-disable-next-line no-control-regex -- control characters are what must be gone
        expect(plainText(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
        expect(oneLine(text)).not.toMatch(/\n/);
        expect(plainText(text, length).length).toBeLessThanOrEqual(Math.max(1, length));
      }),
      { numRuns: 500 },
    );
  });
});

test('a count is said with its thing', () => {
  expect([0, 1, 2].map((count) => countOf(count, 'commit'))).toEqual(['0 commits', '1 commit', '2 commits']);
  expect([1, 2].map((count) => countOf(count, 'entry', 'entries'))).toEqual(['1 entry', '2 entries']);
});
