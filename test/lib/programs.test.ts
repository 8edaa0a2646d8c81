import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isAlive, readProcess } from '../../src/lib/process-table.ts';
import { programVersion } from '../../src/lib/programs.ts';
import { scratchFolder } from '../support/scratch.ts';
import { waitUntil } from '../support/wait-until.ts';

function program(script: string): { file: string; note: string } {
  const file = path.join(scratchFolder(), 'agent');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return { file, note: `${file}.pid` };
}

test.each([
  ['on standard output', 'echo "1.2.3 (Agent)"', '1.2.3'],
  ['on standard error, and failing', 'echo agent 4.5.6-beta.1 >&2; exit 3', '4.5.6-beta.1'],
  ['to somebody who waits for words', 'cat; echo 7.8', '7.8'],
  ['none', 'echo agent', null],
])('a version %s', async (_, script, version) => {
  expect(await programVersion(program(script).file)).toBe(version);
});

test('a program that is none has no version', async () => {
  expect(await programVersion('/proc/version')).toBeNull();
});

/** The limit is reached as soon as the program has written down a number of a process. */
const limitAt = (note: string) => ({ sleep: () => waitUntil('a number', () => numberIn(note) > 0) });
const numberIn = (note: string): number => (existsSync(note) ? Number(readFileSync(note, 'utf8')) : 0);

test('a program that never ends is ended with what it started', async () => {
  const { file, note } = program('sleep 600 & echo $! >"$0.pid"; wait');
  expect(await programVersion(file, limitAt(note))).toBeNull();
  await waitUntil('the end of what it started', () => {
    const info = readProcess(numberIn(note));
    return info === null || !isAlive(info);
  });
});

test('nobody who keeps its pipes open keeps us', async () => {
  // In a session of its own, and nobody's child: it is not found, and its pipe is not waited for.
  const { file, note } = program('(setsid sh -c \'echo $$ >"$0.pid"; exec sleep 600\' "$0" &)');
  try {
    expect(await programVersion(file, limitAt(note))).toBeNull();
  } finally {
    process.kill(numberIn(note), 'SIGKILL');
  }
});
