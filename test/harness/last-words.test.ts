import { describe, expect, test } from 'vitest';
import type { CliKind } from '../../src/domain/plan.ts';
import type { SessionEvent } from '../../src/domain/session-event.ts';
import { emptyTranscript, foldEvents } from '../../src/domain/transcript.ts';
import { commandHarness } from '../../src/harness/create-harness.ts';
import { withLastWords } from '../../src/harness/last-words.ts';
import { CLIS } from '../../src/harness/registry.ts';

interface End {
  readonly exitCode?: number | null;
  readonly stdout?: string;
  readonly stderr?: string;
  /** What its stream told before. */
  readonly events?: readonly SessionEvent[];
}

/** How an agent CLI is read that ended so. */
function ended(kind: CliKind | 'text', { exitCode = 0, stdout = '', stderr = '', events = [] }: End) {
  const harness = kind === 'text' ? commandHarness(['agent'], 'text') : CLIS[kind].create([kind]);
  const at = new Date('2026-10-01T10:00:00Z');
  const said = stdout.split('\n').flatMap((line) => harness.parse(line, at));
  const transcript = foldEvents(emptyTranscript, [...events, ...said]);
  return withLastWords(transcript, harness, {
    exitCode,
    stderr,
    stdout: { text: stdout, isWhole: true },
    endedAt: at,
  });
}

const NOT_FOUND = `ProviderModelNotFoundError: ProviderModelNotFoundError
 data: { providerID: "openrouter", modelID: "hunter-alpha", suggestions: [] },

      at getModel (/$bunfs/root/chunk.js:1:1)
`;

describe('an error line of the CLI itself, where it printed no answer', () => {
  test.each<[CliKind, number, string, string]>([
    ['opencode', 0, NOT_FOUND, 'other'],
    ['opencode', 0, `${NOT_FOUND}Error: Model not found: openrouter/x. Did you mean: openrouter/y?`, 'other'],
    ['opencode', 0, '\u001b[91m\u001b[1mError: \u001b[0mUnauthorized: invalid key', 'auth'],
    ['opencode', 1, 'Error: Unexpected error, check log file at /x for more details', 'other'],
    ['opencode', 0, '> build · gpt-5\n\nError: Rate limit exceeded', 'overload'],
    ['gemini', 1, 'Loaded cached credentials.\n[API Error: got status: 503. {"error":{}}]', 'overload'],
    [
      'gemini',
      1,
      '[API Error: Das geht nicht]\nError: Das geht nicht\n    at run (file:///x.js:1:2)',
      'other',
    ],
    [
      'gemini',
      1,
      'Error when talking to Gemini API: fetch failed\n    at run (file:///x.js:1:2)',
      'overload',
    ],
    [
      'copilot',
      1,
      "Error: No authentication information found.\nTo authenticate:\n  • Start 'copilot' and run /login",
      'auth',
    ],
    ['copilot', 1, '✘ Execution failed: something new', 'other'],
    ['pi', 1, '529 {"type":"error","error":{"type":"overloaded_error"}}', 'overload'],
    ['pi', 1, 'Das Modell mag nicht', 'other'],
    [
      'gptme',
      1,
      'Traceback (most recent call last):\n  File "x"\nopenai.AuthenticationError: Error code: 401',
      'auth',
    ],
    ['gptme', 1, '[12:00:00] ERROR    Connection refused', 'overload'],
    [
      'gemini',
      1,
      'Loaded.\n{\n  "error": {\n    "type": "ApiError",\n    "message": "fetch failed"\n  }\n}\n',
      'overload',
    ],
    ['codex', 1, 'Reading prompt from stdin...\nError: error loading config: unknown field', 'other'],
    ['codex', 2, "error: unexpected argument '--foo' found\n\nUsage: codex exec\n", 'other'],
    ['claude-code', 1, "error: unknown option '--foo'", 'other'],
    ['claude-code', 1, 'Error: self-signed certificate in certificate chain', 'overload'],
  ])('%s, exit %i: %j is %s', (kind, exitCode, stderr, error) => {
    expect(ended(kind, { exitCode, stderr }).trouble?.error).toBe(error);
  });

  test('a usage limit lasts', () => {
    const stderr = "Error: You've hit your usage limit. Try again in 2 hours.";
    expect(ended('copilot', { exitCode: 1, stderr }).limit?.resetsAt).toBe('2026-10-01T12:00:00.000Z');
  });

  test('tells the sentence on one line, without a stack', () => {
    const stderr = `${NOT_FOUND}Error: Model not found: x.\nDid you mean: y?`;
    expect(ended('opencode', { stderr }).trouble?.message).toBe(
      'Model not found: x. Did you mean: y?'.replace(/^/, 'Error: '),
    );
  });
});

test('words before an error whose kind is known do not hide it; one of unknown words is a crash', () => {
  const stdout = 'I begin.';
  const printed = (stderr: string) => ended('gemini', { exitCode: 1, stdout, stderr });
  expect(printed('[API Error: 503 Service Unavailable]')).toMatchObject({
    events: 1,
    trouble: { error: 'overload' },
  });
  expect(printed('[API Error: so und so]').trouble).toBeNull();
  // It may have got over it long before stint ended it.
  const stderr = 'Attempt 1 failed with status 429. Retrying with backoff...';
  expect(ended('gemini', { exitCode: 143, stdout, stderr }).trouble).toBeNull();
  expect(ended('gemini', { exitCode: 143, stderr }).trouble?.error).toBe('overload');
});

describe('what is not the CLI’s own error', () => {
  test.each<[string, CliKind | 'text', End]>([
    ['an error that it got over', 'opencode', { stdout: 'Here it is.', stderr: 'Error: fetch failed' }],
    ['an answer that speaks of a limit', 'gemini', { stdout: 'I handled "usage limit reached".' }],
    ['a program that stint does not know', 'text', { exitCode: 1, stderr: 'Error: usage limit reached' }],
    ['a tool that failed', 'gemini', { exitCode: 1, stderr: 'Error executing tool run_shell_command: 401' }],
    ['what a tool printed', 'opencode', { stderr: '$ cat log\n\nError: usage limit reached' }],
    [
      'a crash of the CLI in its own code',
      'codex',
      { exitCode: 1, stderr: 'TypeError: x\n    at run (a.js:1:1)' },
    ],
    ['what a shell says of a CLI that a signal ended', 'pi', { exitCode: 143, stderr: 'Terminated\n' }],
    ['what it says when it is ended', 'copilot', { exitCode: 143, stderr: 'Error: operation aborted' }],
    ['nothing', 'pi', {}],
    ['a word before it ended well', 'pi', { stderr: 'Migrated 3 files' }],
    [
      'a stream that says how it ended',
      'claude-code',
      { exitCode: 1, stderr: 'Error: usage limit', events: [{ kind: 'said', text: 'well' }] },
    ],
  ])('%s', (_, kind, end) => {
    expect(ended(kind, end)).toMatchObject({ trouble: null, limit: null });
  });

  test('a tool of opencode is told from its own error by the colours of that', () => {
    const stderr = '$ cat log\n\nhello\n\u001b[91m\u001b[1mError: \u001b[0mUsage limit reached';
    expect(ended('opencode', { stderr }).limit).not.toBeNull();
  });
});

describe('documented exit codes of Gemini CLI', () => {
  test.each([
    [41, 'auth'],
    [42, 'other'],
    [44, 'other'],
    [52, 'other'],
    [55, 'other'],
  ])('%i: %s', (exitCode, error) => {
    expect(ended('gemini', { exitCode }).trouble?.error).toBe(error);
    expect(ended('gemini', { exitCode }).trouble?.message).toContain(`(exit ${exitCode})`);
    expect(ended('gemini', { exitCode, stderr: 'Error: so und so' }).trouble?.message).toBe(
      'Error: so und so',
    );
  });

  test('a limit of turns is the session’s own bound, and an interruption no error', () => {
    expect(ended('gemini', { exitCode: 53, stdout: 'half of it' }).ended).toMatchObject({ isError: true });
    expect(ended('gemini', { exitCode: 53 }).ended?.subtype).toMatch(/^error_max_turns/);
    expect(ended('gemini', { exitCode: 130 })).toMatchObject({ isInterrupted: true, trouble: null });
  });
});

describe('standard output of a text agent', () => {
  test.each([
    ['Error: Model not found', 0, 'Error: Model not found'],
    ['\u001b[31mError: kaputt\u001b[0m\n  at line 3\n', 0, 'Error: kaputt'],
    ['Error: one\nBut here is the answer.', 0, undefined],
    ['The answer.\nError: one', 0, undefined],
    ['All is well.', 0, undefined],
  ])('%j holds nothing but an error of its CLI: %j', (stdout, exitCode, expected) => {
    const transcript = ended('opencode', { stdout, exitCode });
    expect(transcript.onlyError).toBe(expected);
    expect(transcript.events === 0).toBe(expected !== undefined);
    // With exit 0 it may be the model's own sentence.
    expect(transcript).toMatchObject({ trouble: null, limit: null });
  });

  test('such an error is the provider’s where the exit code says that it failed', () => {
    const stdout = 'Error: 401 Invalid API key';
    expect(ended('copilot', { exitCode: 1, stdout }).trouble?.error).toBe('auth');
  });

  test.each([
    ['', 0],
    [' \t\r', 0],
    ['\u001b[2J\u001b[0m', 0],
    ['\u001b[?25l⠋\u001b[K', 0],
    ['\u200b', 0],
    ['.', 1],
    ['✅', 1],
    ['\u001b[32mfertig\u001b[0m', 1],
  ])('%j has %i printable lines', (line, events) => {
    expect(ended('text', { stdout: line }).events).toBe(events);
  });
});

describe('objects on the standard output of a CLI that is read as text', () => {
  const lines = (...objects: readonly object[]) => objects.map((each) => JSON.stringify(each)).join('\n');
  const apiError = { name: 'APIError', data: { message: 'Hoppla', statusCode: 529 } };

  test.each<[CliKind, string, string]>([
    ['opencode', lines({ type: 'step_start' }, { type: 'error', error: apiError }), 'overload'],
    ['opencode', lines({ type: 'error', error: { name: 'UnknownError' } }), 'other'],
    [
      'gemini',
      lines({ type: 'init' }, { type: 'result', status: 'error', error: { message: 'nanu' } }),
      'other',
    ],
    [
      'copilot',
      lines({ type: 'session.error', data: { message: 'nicht da' } }, { type: 'result', exitCode: 1 }),
      'other',
    ],
    ['copilot', lines({ type: 'result', exitCode: 1 }), 'other'],
    [
      'pi',
      lines({
        type: 'message_end',
        message: { role: 'assistant', stopReason: 'error', errorMessage: '401 no' },
      }),
      'auth',
    ],
  ])('%s: an error that stands instead of an answer: %s', (kind, stdout, error) => {
    expect(ended(kind, { stdout })).toMatchObject({ events: 0, trouble: { error } });
  });

  test.each<[string, CliKind, string]>([
    ['an answer after it', 'opencode', lines({ type: 'error', error: apiError }, { type: 'text', part: {} })],
    ['a warning', 'gemini', lines({ type: 'error', severity: 'warning', message: 'quota exceeded' })],
    [
      'words of an answer',
      'gemini',
      lines({ type: 'message', role: 'assistant', content: 'usage limit reached' }),
    ],
    [
      'the output of a tool',
      'opencode',
      lines({ type: 'tool_use', error: { message: 'usage limit reached' } }),
    ],
  ])('%s is none', (_, kind, stdout) => {
    expect(ended(kind, { stdout })).toMatchObject({ trouble: null, limit: null });
  });

  test('an error after work stands, and the work is known', () => {
    const stdout = lines({ type: 'tool_use' }, { type: 'error', error: { message: 'usage limit reached' } });
    const { limit, events } = ended('opencode', { stdout });
    expect(limit?.detail).toBe('usage limit reached');
    expect(events).toBeGreaterThan(0);
  });

  test('objects that tell neither work nor an error leave the session without a word', () => {
    expect(
      ended('gemini', { stdout: lines({ type: 'init' }, { type: 'result', status: 'success' }) }),
    ).toMatchObject({
      events: 0,
      trouble: null,
    });
  });
});
