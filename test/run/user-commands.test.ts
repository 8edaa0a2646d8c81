import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { SessionId } from '../../src/domain/ids.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createRedactor } from '../../src/lib/redact.ts';
import { UserCommands, type CommandResult } from '../../src/run/user-commands.ts';
import { scratchEnvironment, scratchFolder } from '../support/scratch.ts';

function commandsIn(folder: string, more: NodeJS.ProcessEnv = {}) {
  const env = { ...scratchEnvironment(folder), ...more };
  const commands = new UserCommands({ folder, env, redactor: createRedactor(), clock: systemClock });
  const call = {
    session: { id: 's0000000c1' as SessionId },
    logFile: path.join(folder, 'log'),
    timeoutMs: 600_000,
    cancelled: new AbortController().signal,
  };
  return { commands, call };
}

const wordsOf = ({ kind, trouble, troubleInFull }: CommandResult) => [kind, trouble, troubleInFull];

test('how a command ended is said in one way', async () => {
  const folder = scratchFolder();
  const { commands, call } = commandsIn(folder);
  const shell = (script: string, more = {}) => commands.run({ ...call, command: { shell: script }, ...more });
  expect(wordsOf(await shell('echo fine'))).toEqual(['exited', null, null]);
  expect(wordsOf(await shell('exit 3', { logFile: path.join(folder, 'empty') }))).toEqual([
    'exited',
    'exited with 3',
    'exited with 3',
  ]);
  const secret = `ghp_${'a1'.repeat(18)}`;
  const [, trouble, inFull] = wordsOf(await shell(`echo one; echo "no ${secret}" >&2; exit 4`));
  expect(trouble).toBe('exited with 4');
  expect(inFull).toMatch(/^exited with 4: no \[redacted/);
  expect(wordsOf(await shell('exec sleep 600', { timeoutMs: 300 }))[1]).toBe(
    'ran longer than 300ms and was ended',
  );
  const cancelled = AbortSignal.abort('a person pressed Ctrl-C');
  expect(wordsOf(await shell('exec sleep 600', { cancelled }))[1]).toBe(
    'was cancelled: a person pressed Ctrl-C',
  );
  const missing = await commands.run({ ...call, command: { words: ['no-such-program'] } });
  expect(wordsOf(missing)[0]).toBe('not-started');
  expect(missing.trouble).toMatch(/^could not start: .*ENOENT/);
});

test('a command that is asked answers on its standard output, and its log has the rest', async () => {
  const folder = scratchFolder();
  const { commands, call } = commandsIn(folder);
  const question = { input: 'to read', longestAnswer: 1000 };
  const command = { shell: 'cat; echo said >&2' };
  const result = await commands.run({ ...call, ...question, command });
  expect([result.answer, readFileSync(call.logFile, 'utf8')]).toEqual(['to read', 'said\n']);
  const flood = await commands.run({ ...call, ...question, command: { words: ['yes'] } });
  expect(wordsOf(flood).slice(0, 2)).toEqual(['too-long', 'printed more than 1KB']);
});

test('one that is asked aside leaves no file, and has a tag of its own', async () => {
  const folder = scratchFolder();
  const { commands } = commandsIn(folder, { STINT_SESSION_ID: 'outer' });
  const command = { shell: 'echo "$STINT_SESSION_ID"; readlink "/proc/$$/fd/2"' };
  const cancelled = new AbortController().signal;
  const asked = { command, timeoutMs: 600_000, cancelled, input: '', longestAnswer: 1000 };
  const { answer, trouble } = await commands.askAside(asked);
  expect(trouble).toBeNull();
  const [tag, log = ''] = answer.split('\n');
  expect(tag).toMatch(/^[a-z0-9]{10}$/);
  expect(path.isAbsolute(log)).toBe(true);
  expect(existsSync(path.dirname(log))).toBe(false);
});

test('no command is bound to the repository of a hook that started stint, and only one outside to no session', async () => {
  const folder = scratchFolder();
  const { commands, call } = commandsIn(folder, { STINT_TOKEN: 'outer', GIT_DIR: '/elsewhere/.git' });
  const command = { shell: 'echo "$STINT_TOKEN,$GIT_DIR,$MORE,$STINT_SESSION_ID"' };
  const ask = (isOutside: boolean) =>
    commands.run({ ...call, command, isOutside, env: { MORE: 'more' }, input: '', longestAnswer: 1000 });
  expect((await ask(true)).answer).toBe(',,more,s0000000c1\n');
  expect((await ask(false)).answer).toBe('outer,,more,s0000000c1\n');
});
