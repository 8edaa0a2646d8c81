import { describe, expect, test } from 'vitest';
import { commandHarness, createHarness } from '../../src/harness/create-harness.ts';
import type { StartRequest } from '../../src/harness/contract/harness.ts';
import { Problem } from '../../src/lib/problem.ts';

const AT = new Date(0);

const REQUEST: StartRequest = {
  sessionId: 'abc1234567',
  workspace: '/place/tree',
  writableFolders: [],
  prompt: 'do it',
  promptFile: '/state/prompt.md',
  model: null,
  permissions: 'edit',
  maxTurns: null,
  thread: null,
};

function start(words: readonly [string, ...string[]], given: Partial<StartRequest> = {}) {
  return commandHarness(words, 'text').start({ ...REQUEST, ...given });
}

describe('placeholders', () => {
  test('each is filled in, wherever it stands in a word', () => {
    const { argv } = start([
      'agent',
      '--p={prompt}',
      '{promptFile}',
      '-{sessionId}-',
      '{workspace}/{workspace}',
    ]);
    expect(argv).toEqual([
      'agent',
      '--p=do it',
      '/state/prompt.md',
      '-abc1234567-',
      '/place/tree//place/tree',
    ]);
  });

  test('what a prompt says is left alone', () => {
    const prompt = 'use {workspace} and {prompt}, $& too';
    expect(start(['agent', '{prompt}'], { prompt }).argv).toEqual(['agent', prompt]);
  });

  test('other braces are left alone', () => {
    expect(start(['agent', '{other}', '{}', '{ prompt }']).argv).toEqual([
      'agent',
      '{other}',
      '{}',
      '{ prompt }',
    ]);
  });
});

describe('where the prompt goes', () => {
  test('on standard input unless a word takes it', () => {
    expect(start(['agent', '{workspace}']).stdin).toBe('prompt');
    expect(start(['agent', '{prompt}']).stdin).toBe('closed');
    expect(start(['agent', '--file={promptFile}']).stdin).toBe('closed');
  });

  const refusal = (prompt: string): Problem | null => {
    try {
      start(['agent', '{prompt}'], { prompt });
      return null;
    } catch (error) {
      return error as Problem;
    }
  };

  test('a prompt of 200 kB is too long for a command line, and the way out is named', () => {
    const problem = refusal('x'.repeat(200_000));
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ code: 'prompt_too_long', exitCode: 2 });
    expect(problem?.message).toBe('The prompt has 200000 characters, too many for a command line.');
    expect(problem?.hint).toContain('{promptFile}');
    expect(problem?.hint).toContain('standard input');
  });

  test('the kernel counts bytes, not characters', () => {
    expect(refusal('界'.repeat(45_000))?.code).toBe('prompt_too_long');
    expect(refusal('x'.repeat(100_000))).toBeNull();
  });

  test('by file or on standard input its length does not matter', () => {
    const prompt = 'x'.repeat(2_000_000);
    expect(start(['agent', '{promptFile}'], { prompt }).stdin).toBe('closed');
    expect(start(['agent'], { prompt }).stdin).toBe('prompt');
  });
});

describe('formats', () => {
  test('text shows nothing of calls and events', () => {
    const harness = commandHarness(['agent'], 'text');
    expect(harness).toMatchObject({ hasEvents: false, program: 'agent' });
    expect(harness.parse('{"type":"result"}', AT)).toEqual([{ kind: 'noted' }]);
    expect(harness.parse('  ', AT)).toEqual([]);
  });

  test('stream-json shows both', () => {
    const harness = commandHarness(['agent'], 'stream-json');
    expect(harness).toMatchObject({ hasEvents: true });
    expect(harness.parse('{"type":"result"}', AT)).toMatchObject([{ kind: 'ended' }]);
  });

  test('a command that prints what a CLI prints is read like that CLI', () => {
    const codex = commandHarness(['agent', '{prompt}'], 'codex');
    const own = createHarness({ type: 'codex', command: ['codex'] });
    expect(codex).toMatchObject({ hasEvents: true, idle: own.idle, program: 'agent' });
    const line = JSON.stringify({ type: 'thread.started', thread_id: 'a-thread' });
    expect(codex.parse(line, AT)).toEqual([{ kind: 'started', thread: 'a-thread', model: null }]);
    // How it is started and gone on with stays the command's.
    expect(codex.start(REQUEST).argv).toEqual(['agent', 'do it']);
    expect(codex.canResume).toBe(false);
    expect(commandHarness(['agent'], 'claude-code').parse('{"type":"result"}', AT)).toMatchObject([
      { kind: 'ended' },
    ]);
    expect(commandHarness(['agent'], 'gptme')).toMatchObject({ hasEvents: false });
  });

  test('a model is told by the environment', () => {
    expect(start(['agent'], { model: 'm' }).env).toEqual({ STINT_MODEL: 'm' });
    expect(start(['agent']).env).toEqual({});
  });
});
