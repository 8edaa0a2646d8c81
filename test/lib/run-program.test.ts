import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { PROGRAM_HEAD } from '../support/programs.ts';

const PROGRAM = `
  const { openSync } = await import('node:fs');
  const { runProgram } = await src('lib/run-program.ts');
  try {
    for (;;) openSync('/dev/null', 'r');
  } catch {
    const ended = await runProgram(['true'], { folder: '/', env: process.env, input: '', timeoutMs: 5000 });
    process.stdout.write(JSON.stringify(ended));
  }`;

test('a process without a free descriptor hears why a program did not start', () => {
  const words = ['--input-type=module', '-e', `${PROGRAM_HEAD}${PROGRAM}`];
  const stdout = execFileSync('sh', ['-c', 'ulimit -n 80; exec "$@"', 'sh', process.execPath, ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  expect(JSON.parse(stdout)).toMatchObject({ exitCode: null, because: 'EMFILE', isLate: false });
});
