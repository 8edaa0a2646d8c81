import { describe, expect, test } from 'vitest';
import type { Permissions } from '../../src/domain/plan.ts';
import type { Demands, StartRequest } from '../../src/harness/contract/harness.ts';
import { CLI_KINDS, CLIS } from '../../src/harness/registry.ts';
import type { CliKind } from '../../src/domain/plan.ts';

const REQUEST: StartRequest = {
  sessionId: 'abc1234567',
  workspace: '/w',
  writableFolders: ['/repo/.git', '/state'],
  prompt: 'do it',
  promptFile: '/p',
  model: null,
  permissions: 'edit',
  maxTurns: null,
  thread: null,
};

const start = (kind: CliKind, given: Partial<StartRequest> = {}) =>
  CLIS[kind].create([kind]).start({ ...REQUEST, ...given });
const argv = (kind: CliKind, given: Partial<StartRequest> = {}): string => start(kind, given).argv.join(' ');
const clauses = (kind: CliKind, given: Partial<Demands> = {}) =>
  CLIS[kind].create([kind]).cannotHonour({ permissions: 'full', maxTurns: null, ...given });

const LEVELS: readonly Permissions[] = ['read', 'edit', 'full'];

describe.each(CLI_KINDS)('%s', (kind) => {
  test('is started differently for each of the permissions', () => {
    const commands = LEVELS.map((permissions) => JSON.stringify(start(kind, { permissions })));
    expect(new Set(commands).size).toBe(3);
  });

  test('passes a model on, and says none where none is configured', () => {
    expect(argv(kind, { model: 'a-model' })).toContain('--model a-model');
    expect(argv(kind)).not.toContain('model');
  });

  test('a wrapper stands before its own flags', () => {
    const { argv: words } = CLIS[kind].create(['nice', '-n5', kind]).start(REQUEST);
    expect(words.slice(0, 3)).toEqual(['nice', '-n5', kind]);
    expect(words.slice(3)).toEqual(start(kind).argv.slice(1));
  });

  test('a long prompt comes on standard input, or is refused with a way out', () => {
    const prompt = 'x'.repeat(500_000);
    if (start(kind).stdin === 'prompt') expect(argv(kind, { prompt })).not.toContain('xxx');
    else expect(() => start(kind, { prompt })).toThrow(/500000 characters, too many for a command line/);
  });

  test('a limit of turns is a flag, or is said not to be kept', () => {
    const isKept = /--max-turns 7\b/.test(argv(kind, { maxTurns: 7 }));
    expect(clauses(kind, { maxTurns: 7 }).some((clause) => clause.startsWith('maxTurns: 7'))).toBe(!isKept);
    expect(clauses(kind)).toEqual([]);
  });
});

test('only gptme, which takes standard input for a file, gets its prompt as an argument', () => {
  expect(CLI_KINDS.filter((kind) => start(kind).stdin === 'closed')).toEqual(['gptme']);
  expect(start('gptme', { prompt: '--help' }).argv.slice(-2)).toEqual(['--', '--help']);
});

test('what stands for everything is said only with `full`', () => {
  const everything: Partial<Record<CliKind, RegExp>> = {
    'claude-code': /--dangerously-skip-permissions/,
    codex: /--dangerously-bypass-approvals-and-sandbox/,
    gemini: /yolo/,
    copilot: /--allow-all/,
  };
  for (const [kind, words] of Object.entries(everything) as [CliKind, RegExp][])
    expect(LEVELS.filter((permissions) => words.test(argv(kind, { permissions })))).toEqual(['full']);
});

test('codex may write where commits and declarations go, with `edit`, and only then', () => {
  expect(argv('codex')).toContain('--sandbox workspace-write --add-dir /repo/.git --add-dir /state');
  expect(argv('codex')).toContain('-c allow_login_shell=false');
  expect(argv('codex', { permissions: 'read' })).toContain('--sandbox read-only');
  expect(argv('codex', { permissions: 'read' })).not.toContain('--add-dir');
});

test('opencode gets its rules in the environment', () => {
  const rules = (permissions: Permissions): unknown =>
    JSON.parse(start('opencode', { permissions }).env['OPENCODE_PERMISSION'] ?? '');
  expect(rules('full')).toEqual({ '*': 'allow' });
  expect(rules('read')).toMatchObject({ '*': 'deny', read: 'allow' });
  expect(rules('read')).not.toHaveProperty('edit');
  expect(rules('edit')).toMatchObject({ edit: 'allow', bash: { '*': 'deny', 'git commit*': 'allow' } });
});

test('those that can allow no git alone say that `edit` cannot commit', () => {
  const cannotCommit = CLI_KINDS.filter((kind) => clauses(kind, { permissions: 'edit' }).length > 0);
  expect(cannotCommit).toEqual(['pi', 'gptme']);
  expect(clauses('pi', { permissions: 'edit' })[0]).toMatch(/^permissions: edit .* not commit/);
});
