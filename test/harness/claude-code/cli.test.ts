import { expect, test } from 'vitest';
import { CLAUDE_CODE } from '../../../src/harness/claude-code/cli.ts';
import type { StartRequest } from '../../../src/harness/contract/harness.ts';

const REQUEST: StartRequest = {
  sessionId: 'abc1234567',
  workspace: '/w',
  writableFolders: [],
  prompt: 'x'.repeat(500_000),
  promptFile: '/p',
  model: null,
  permissions: 'edit',
  maxTurns: null,
  thread: null,
};

function argv(given: Partial<StartRequest> = {}): readonly string[] {
  return CLAUDE_CODE.create(['claude']).start({ ...REQUEST, ...given }).argv;
}

test('runs in print mode with a stream, and takes a prompt of any length on standard input', () => {
  expect(argv().slice(0, 5)).toEqual(['claude', '-p', '--output-format', 'stream-json', '--verbose']);
  expect(CLAUDE_CODE.create(['claude']).start(REQUEST).stdin).toBe('prompt');
  expect(argv().join(' ')).not.toContain('xxx');
});

test('only `full` skips the permissions', () => {
  const skips = '--dangerously-skip-permissions';
  expect(argv({ permissions: 'full' })).toContain(skips);
  expect(argv({ permissions: 'edit' })).not.toContain(skips);
  expect(argv({ permissions: 'read' })).not.toContain(skips);
  expect(argv({ permissions: 'read' })).toContain('plan');
});

test('says model and turns only where they are given', () => {
  expect(argv()).not.toContain('--model');
  expect(argv()).not.toContain('--max-turns');
  expect(argv({ model: 'opus', maxTurns: 7 }).join(' ')).toContain('--model opus --max-turns 7');
});
