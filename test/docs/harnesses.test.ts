import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { Cli } from '../../src/harness/contract/cli.ts';
import { loginOfAny } from '../../src/harness/contract/login.ts';
import { errorLine } from '../../src/harness/contract/own-errors.ts';
import { textCli } from '../../src/harness/contract/text-cli.ts';
import { CLI_KINDS } from '../../src/harness/registry.ts';

function read(name: string): string {
  return readFileSync(path.resolve(import.meta.dirname, '../../docs', name), 'utf8');
}

test.each(['security.md', 'liveness.md'])('docs/%s has a row for each agent CLI', (name) => {
  const rows = read(name)
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const first = rows.map((row) => row.split('|')[1] ?? '');
  expect(CLI_KINDS.filter((kind) => !first.some((cell) => cell.includes(`\`${kind}\``)))).toEqual([]);
});

test('the template of a row in docs/adding-a-harness.md has its login and its permissions', () => {
  const row = /^ *(acme: textCli\([^]*?),\n *```/m.exec(read('adding-a-harness.md'))?.[1];
  const { acme } = runInNewContext(`({ ${row} })`, { textCli, loginOfAny, errorLine }) as {
    readonly acme: Cli;
  };
  expect(acme.ownErrors.line.test('Acme cannot go on: no key')).toBe(true);
  expect(acme.login).toEqual(loginOfAny('.acme', 'auth.json'));
  const { argv, stdin } = acme.create(['acme']).start({
    sessionId: 'abc1234567',
    workspace: '/w',
    writableFolders: [],
    prompt: 'do it',
    promptFile: '/p',
    model: null,
    permissions: 'edit',
    maxTurns: null,
    thread: null,
  });
  expect({ argv, stdin }).toEqual({ argv: ['acme', 'run', '--allow', 'edit'], stdin: 'prompt' });
});
