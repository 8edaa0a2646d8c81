import { expect, test } from 'vitest';
import type { CategoryName, SessionId } from '../../src/domain/ids.ts';
import {
  passedVariables,
  requireUserManager,
  systemdRunWords,
  unitName,
} from '../../src/run/systemd-unit.ts';

const CALL = {
  words: ['run', 'code', '--set', 'categories.code.prompt=costs $5'],
  folder: '/tmp/a folder',
  logFile: '/tmp/a folder/x.log',
  unit: 'stint-code-a.service',
  description: 'stint: code a',
};

test('a unit is named for its category and its session, in the letters that systemd takes', () => {
  const id = 'k3v2742ojh' as SessionId;
  expect(unitName('code' as CategoryName, id)).toBe('stint-code-k3v2742ojh.service');
  expect(unitName('A_b-c.d' as CategoryName, id)).toBe('stint-A_b-c.d-k3v2742ojh.service');
  // No category can be called so; a unit's name would hold all the same.
  expect(unitName('a@ü/b' as CategoryName, id)).toBe('stint-a\\x40\\xc3\\xbc\\x2fb-k3v2742ojh.service');
});

test('variables reach the unit by name, so that no value stands on a command line', () => {
  const words = systemdRunWords({ ...CALL, env: { SECRET: 'a b', PATH: '/bin' } });
  expect(words).toContain('--setenv=SECRET');
  expect(words.join(' ')).not.toContain('a b');
  expect(words.slice(0, 3)).toEqual(['--user', '--collect', '--quiet']);
});

test('a dollar sign in a word stays one', () => {
  const words = systemdRunWords({ ...CALL, env: {} });
  expect(words.slice(words.indexOf('--') + 2)).toEqual([
    'run',
    'code',
    '--set',
    'categories.code.prompt=costs $$5',
  ]);
});

test('what belongs to one process is not passed on, and what systemd would refuse neither', () => {
  const env = {
    PATH: '/bin',
    MULTI: 'two\nlines\tand a tab',
    LISTEN_FDS: '1',
    INVOCATION_ID: 'x',
    SHLVL: '2',
    _: '/bin/stint',
    'BASH_FUNC_f%%': '() { :; }',
    LESS_TERMCAP_mb: '\u001b[1m',
    UNDEFINED: undefined,
  };
  expect(passedVariables(env)).toEqual({
    passed: ['PATH', 'MULTI'],
    refused: ['BASH_FUNC_f%%', 'LESS_TERMCAP_mb'],
  });
});

test('without systemd the sentence names what is missing and what to do', async () => {
  await expect(requireUserManager('/', { PATH: '/nowhere' })).rejects.toMatchObject({
    code: 'no_systemd',
    exitCode: 1,
    message: 'No systemd user manager answers here: there is no `systemd-run` on PATH.',
    hint: expect.stringContaining('--detach'),
  });
});
