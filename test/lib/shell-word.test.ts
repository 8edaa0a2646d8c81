import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from '../../src/lib/shell-word.ts';

test.each(['stint/code/a1b2', 'a@b:c', ''])('%j is for a shell the word that it was', (word) => {
  expect(printed(word)).toBe(word);
});

test.each([';id', '$(id)', '`id`', '|id', "it's", '"', '$IFS', '#x', '~', '*', 'a b', '\\', 'ü'])(
  '%j stays one word, and runs nothing',
  (word) => {
    expect(printed(word)).toBe(word);
  },
);

test('what moves the cursor or turns a line around is left out', () => {
  expect(shellWord('a\u001B[2J\u202Eb')).toBe("'ab'");
});

/** What a shell makes of the word. */
function printed(word: string): string {
  return execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(word)}`], { encoding: 'utf8' });
}
