import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { CliKind, HarnessSettings } from '../../src/domain/plan.ts';
import { accountId, credentialsOf } from '../../src/harness/account-id.ts';
import { scratchFolder } from '../support/scratch.ts';

const cli = (type: CliKind): HarnessSettings => ({ type, command: [type] });
const command = (...words: [string, ...string[]]): HarnessSettings => ({
  type: 'command',
  command: words,
  format: 'stream-json',
});

test('one login is one account in every repository, whatever its harness is called', () => {
  const env = { ANTHROPIC_API_KEY: 'sk-one', HOME: '/nowhere' };
  const one = accountId('claude', cli('claude-code'), env, '/a');
  expect(one).toMatch(/^claude-code:[0-9a-f]{8}$/);
  expect(accountId('worker', cli('claude-code'), env, '/b')).toBe(one);
  expect(accountId('claude', cli('claude-code'), { ...env, ANTHROPIC_API_KEY: 'sk-two' }, '/a')).not.toBe(
    one,
  );
  expect(accountId('claude', cli('codex'), env, '/a')).toBe('codex');
  expect(accountId('claude', cli('claude-code'), { HOME: '/nowhere' }, '/a')).toBe('claude-code');
});

test('a renewed token is the same account with other credentials; another login is another account', () => {
  const home = scratchFolder();
  const write = (token: string, owner: string): void => {
    mkdirSync(path.join(home, '.codex'), { recursive: true });
    const auth = { tokens: { access_token: token, account_id: owner } };
    writeFileSync(path.join(home, '.codex', 'auth.json'), JSON.stringify(auth));
  };
  const look = (): readonly [string, string | null] => [
    accountId('codex', cli('codex'), { HOME: home }, '/'),
    credentialsOf(cli('codex'), { HOME: home }),
  ];
  expect(look()).toEqual(['codex', null]);
  write('t1', 'ann');
  const [account, credentials] = look();
  write('t2', 'ann');
  expect(look()[0]).toBe(account);
  expect(look()[1]).not.toBe(credentials);
  write('t2', 'ben');
  expect(look()[0]).not.toBe(account);
});

test('Claude Code says in a file of its own who is logged in, and CLAUDE_CONFIG_DIR moves it', () => {
  const home = scratchFolder();
  const history = { history: ['{"accountUuid": "quoted"}'], oauthAccount: { accountUuid: 'u-1' } };
  writeFileSync(path.join(home, '.claude.json'), JSON.stringify(history));
  const bare = writeBare(home);
  const at = (env: NodeJS.ProcessEnv): string => accountId('c', cli('claude-code'), env, '/');
  expect(at({ HOME: home })).toBe(at({ HOME: '/nowhere', CLAUDE_CONFIG_DIR: bare }));
  expect(at({ HOME: home })).not.toBe('claude-code');
});

/** The same login without any history. */
function writeBare(home: string): string {
  const folder = path.join(home, 'moved');
  mkdirSync(folder);
  writeFileSync(path.join(folder, '.claude.json'), '{"oauthAccount":{"accountUuid":"u-1"}}');
  return folder;
}

test('two programs of two repositories are two accounts, though both are called ./agent.sh', () => {
  const [a, b] = [scratchFolder(), scratchFolder()];
  for (const folder of [a, b]) writeFileSync(path.join(folder, 'agent.sh'), '');
  const of = (folder: string, ...words: [string, ...string[]]): string =>
    accountId('agent', command(...words), {}, folder);
  expect(of(a, 'sh', './agent.sh')).not.toBe(of(b, 'sh', './agent.sh'));
  expect(of(a, 'my-agent', '--fast')).toBe(of(b, 'my-agent', '--fast'));
  expect(of(a, 'my-agent', '--fast')).not.toBe(of(a, 'my-agent'));
  expect(credentialsOf(command('my-agent'), { ANTHROPIC_API_KEY: 'x' })).toBeNull();
});
