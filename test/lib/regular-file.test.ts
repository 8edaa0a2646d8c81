import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readEnd, readRegular } from '../../src/lib/regular-file.ts';
import { PROGRAM_HEAD, startCommand } from '../support/programs.ts';
import { scratchFolder } from '../support/scratch.ts';

test('a missing file, a folder and a file that is too large give null', () => {
  const folder = scratchFolder();
  const large = path.join(folder, 'large');
  writeFileSync(large, 'four');
  mkdirSync(path.join(folder, 'folder'));
  expect(readRegular(path.join(folder, 'missing'), 100)).toBeNull();
  expect(readRegular(path.join(folder, 'large', 'below'), 100)).toBeNull();
  expect(readRegular(path.join(folder, 'folder'), 100)).toBeNull();
  expect(readRegular(large, 3)).toBeNull();
  expect(readRegular(large, 4)).toBe('four');
});

test('the end of a file is read, and said to be less than the whole', () => {
  const folder = scratchFolder();
  const file = path.join(folder, 'log');
  writeFileSync(file, 'first last');
  expect(readEnd(file, 4)).toEqual({ text: 'last', isWhole: false });
  expect(readEnd(file, 10)).toEqual({ text: 'first last', isWhole: true });
  expect(readEnd(path.join(folder, 'missing'), 10)).toBeNull();
  expect(readEnd(folder, 10)).toBeNull();
});

test('without a free descriptor a session is neither one that never started nor one that never ended', async () => {
  const folder = scratchFolder();
  const files = { identity: path.join(folder, 'identity'), exit: path.join(folder, 'exit') };
  writeFileSync(files.identity, JSON.stringify({ pid: 4711, startTime: '17', bootId: 'b' }));
  writeFileSync(files.exit, '0\n');
  const body = `
    const { readExitCode, readIdentity } = await src('run/start-agent.ts');
    const { openSync, closeSync } = await import('node:fs');
    const files = { identity: arg(1), exit: arg(2) };
    const ask = (read) => { try { return read(files); } catch (error) { return error.code; } };
    const opened = [];
    try { for (;;) opened.push(openSync('/dev/null')); } catch {}
    const short = [ask(readIdentity), ask(readExitCode)];
    for (const descriptor of opened) closeSync(descriptor);
    console.log(JSON.stringify([...short, ask(readIdentity), ask(readExitCode)]));`;
  const words = ['-c', 'ulimit -n 64; exec "$@"', 'sh', process.execPath];
  const program = ['--input-type=module', '-e', PROGRAM_HEAD + body, '--', files.identity, files.exit];
  const { stdout, stderr } = await startCommand('sh', [...words, ...program]).done;
  expect(JSON.parse(stdout || '[]'), stderr).toEqual([
    'EMFILE',
    'EMFILE',
    { pid: 4711, startTime: '17', bootId: 'b' },
    0,
  ]);
});
