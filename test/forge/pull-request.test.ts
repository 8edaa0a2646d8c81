import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startProgram } from '../support/programs.ts';
import { scratchFolder } from '../support/scratch.ts';

const BODY = `
  const { openPullRequest } = await src('forge/pull-request.ts');
  const { UserCommands } = await src('run/user-commands.ts');
  const { systemClock } = await src('lib/clock.ts');
  const { createRedactor } = await src('lib/redact.ts');
  process.once('SIGINT', () => console.log('asked'));
  const env = { ...process.env, PATH: arg(1) + ':/usr/bin:/bin', GROUP: String(process.pid) };
  const place = { folder: '/', env, redactor: createRedactor(), clock: systemClock };
  const call = { commands: new UserCommands(place), session: { id: 's000000001' }, folder: '/', timeoutMs: 60_000 };
  const request = { logFile: arg(1) + '/log', head: 'h', base: 'b', title: 't', body: '' };
  console.log(JSON.stringify(await openPullRequest({ ...call, ...request })));`;

test('a Ctrl-C at the terminal does not end the `gh` that opens one', async () => {
  const folder = scratchFolder();
  const program = path.join(folder, 'gh');
  const script = `#!/bin/sh
if [ "$2" = list ]; then echo '[]'; exit; fi
kill -INT "-$GROUP"
echo https://example.invalid/pull/1
`;
  writeFileSync(program, script);
  chmodSync(program, 0o755);
  const { stdout, stderr } = await startProgram(BODY, [folder], [], process.env, true).done;
  expect(stderr).toBe('');
  const opened = { kind: 'open', url: 'https://example.invalid/pull/1', isNew: true };
  expect(stdout.split('\n').toSorted()).toEqual(['', 'asked', JSON.stringify(opened)]);
});
