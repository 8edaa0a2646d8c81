import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startProgram } from '../support/programs.ts';
import { scratchFolder } from '../support/scratch.ts';

const BODY = `
  const { openPullRequest } = await src('forge/pull-request.ts');
  process.once('SIGINT', () => console.log('asked'));
  const call = { sessionId: 's000000001', folder: '/', timeoutMs: 60_000, head: 'h', base: 'b', title: 't', body: '' };
  const env = { ...process.env, GROUP: String(process.pid) };
  console.log(JSON.stringify(await openPullRequest({ ...call, program: arg(1), env })));`;

test('a Ctrl-C at the terminal does not end the `gh` that opens one', async () => {
  const program = path.join(scratchFolder(), 'gh');
  const script = `#!/bin/sh
if [ "$2" = list ]; then echo '[]'; exit; fi
kill -INT "-$GROUP"
echo https://example.invalid/pull/1
`;
  writeFileSync(program, script);
  chmodSync(program, 0o755);
  const { stdout, stderr } = await startProgram(BODY, [program], [], process.env, true).done;
  expect(stderr).toBe('');
  const opened = { kind: 'open', url: 'https://example.invalid/pull/1', isNew: true };
  expect(stdout.split('\n').toSorted()).toEqual(['', 'asked', JSON.stringify(opened)]);
});
