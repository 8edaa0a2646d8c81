import { execFileSync } from 'node:child_process';
import { fc } from '../support/fixed-seed.ts';
import { describe, expect, test } from 'vitest';
import { splitWords } from '../../src/lib/split-words.ts';

/** What a real shell makes of the lines, asked once for all of them. */
function askShell(lines: readonly string[]): string[][] {
  const script = lines.map((line) => `printf '%s\\0' ${line}; printf '\\1\\0'`).join('\n');
  const parts = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
  const answers: string[][] = [[]];
  for (const part of parts) {
    if (part === '\u0001') answers.push([]);
    else answers.at(-1)?.push(part);
  }
  return answers.slice(0, -1);
}

describe('as a shell would', () => {
  test.each([
    ['npm test', ['npm', 'test']],
    ['  npm \t test ', ['npm', 'test']],
    [`say 'a b' "c d" e\\ f`, ['say', 'a b', 'c d', 'e f']],
    [`a"b"'c'd`, ['abcd']],
    [`x '' ""`, ['x', '', '']],
    [
      String.raw`x "a\b" "a\"b" "a\\b" 'a\b'`,
      ['x', String.raw`a\b`, 'a"b', String.raw`a\b`, String.raw`a\b`],
    ],
    ['npm test\n', ['npm', 'test']],
    ['make X=1', ['make', 'X=1']],
    [`'X=1' y`, ['X=1', 'y']],
    ['', []],
  ])('%j', (line, words) => expect(splitWords(line)).toEqual({ words }));

  test('for any safe line a real shell gives the same words', () => {
    const plain = fc.string({
      unit: fc.constantFrom('a', 'B', '7', '-', '_', '.', '/', ':', ',', '+', '%', '@', 'é'),
      minLength: 1,
      maxLength: 5,
    });
    const inside = (mark: string) =>
      fc
        .string({
          unit: fc.constantFrom(
            'a',
            ' ',
            '|',
            '&',
            ';',
            '*',
            '?',
            '#',
            '~',
            '(',
            '\\\\',
            mark === '"' ? "'" : '"',
          ),
          maxLength: 6,
        })
        .map((text) => `${mark}${text}${mark}`);
    const escaped = fc.constantFrom(' ', '|', '$', '"', "'", '\\', '*', 'a').map((char) => `\\${char}`);
    const soft = fc.constantFrom(
      String.raw`"\a"`,
      String.raw`"\""`,
      String.raw`"\$"`,
      String.raw`"\ "`,
      '"\\`"',
    );
    const word = fc.array(fc.oneof(plain, inside("'"), inside('"'), escaped, soft), {
      minLength: 1,
      maxLength: 4,
    });
    const line = fc
      .array(word, { minLength: 1, maxLength: 4 })
      .map((words) => words.map((parts) => parts.join('')).join(' '));
    fc.assert(
      fc.property(fc.array(line, { minLength: 20, maxLength: 60 }), (lines) => {
        expect(lines.map(splitWords)).toEqual(askShell(lines).map((words) => ({ words })));
      }),
      { numRuns: 15 },
    );
  });
});

describe('what only a shell understands is refused by name', () => {
  test.each([
    ['a | b', '"|"'],
    ['a && b', '"&"'],
    ['a; b', '";"'],
    ['a > b', '">"'],
    ['echo $HOME', '"$"'],
    ['echo `id`', '"`"'],
    ['echo "$HOME"', '"$" inside quotes'],
    ['ls *.ts', '"*"'],
    ['(a)', '"("'],
    ['a\nb', 'a line break'],
    ['a \\\n b', 'a line break'],
    ['CI=1 npm test', 'the assignment "CI="'],
    [`say 'x`, "a ' that is never closed"],
    ['say "x', 'a " that is never closed'],
  ])('%j', (line, refused) => expect(splitWords(line)).toEqual({ refused }));
});
