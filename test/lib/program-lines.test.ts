import { expect, test } from 'vitest';
import { LONGEST_PROGRAM_LINE, readProgramLines } from '../../src/lib/program-lines.ts';

async function linesOf(script: string, input = '', timeoutMs = 60_000) {
  const lines: string[] = [];
  const call = { folder: '/', env: process.env, input, timeoutMs };
  const ended = await readProgramLines(['/bin/sh', '-c', script], call, (line) => lines.push(line));
  return { lines, ...ended };
}

test('each line is given once it is whole, and the rest at the end', async () => {
  expect(await linesOf('printf "one\\ntwo\\n\\nrest"; echo words >&2; exit 3')).toEqual({
    lines: ['one', 'two', '', 'rest'],
    exitCode: 3,
    because: 'unknown',
    isLate: false,
    stderr: 'words\n',
  });
  expect((await linesOf('cat', 'from the\ninput')).lines).toEqual(['from the', 'input']);
});

test('of a line that is too long its beginning is given, and the next line is whole', async () => {
  const { lines } = await linesOf('head -c 1000000 /dev/zero | tr "\\0" x; echo; echo next');
  expect(lines.map(({ length }) => length)).toEqual([LONGEST_PROGRAM_LINE, 4]);
});

test('a character that stands on both sides of two reads is whole', async () => {
  const { lines } = await linesOf('printf "\\303"; sleep 0.2; printf "\\274\\n"');
  expect(lines).toEqual(['ü']);
});

test('a program that does not end is ended, and one that is missing is told', async () => {
  expect(await linesOf('echo early; exec sleep 600', '', 300)).toMatchObject({
    exitCode: null,
    isLate: true,
  });
  const call = { folder: '/', env: process.env, input: '', timeoutMs: 1000 };
  expect(await readProgramLines(['/there/is/none'], call, () => undefined)).toMatchObject({
    exitCode: null,
    because: 'ENOENT',
  });
});
