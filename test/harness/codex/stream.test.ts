import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../../src/domain/session-event.ts';
import { providerErrorOf } from '../../../src/harness/reading/provider-errors.ts';
import { emptyTranscript, foldEvents, totalTokens } from '../../../src/domain/transcript.ts';
import { parseCodexStream } from '../../../src/harness/codex/stream.ts';

const AT = new Date(2026, 10, 21, 11, 0);

const parse = (value: unknown): SessionEvent[] => parseCodexStream(JSON.stringify(value), AT);
const fold = (...values: readonly unknown[]) => foldEvents(emptyTranscript, values.flatMap(parse));

const started = (item: object) => ({ type: 'item.started', item: { id: 'item_1', ...item } });
const updated = (item: object) => ({ type: 'item.updated', item: { id: 'item_1', ...item } });
const completed = (item: object) => ({ type: 'item.completed', item: { id: 'item_1', ...item } });
const command = (more: object) => ({ type: 'command_execution', command: "bash -lc 'npm test'", ...more });

const RUNNING = started(command({ exit_code: null, status: 'in_progress' }));
const MESSAGE = completed({ type: 'agent_message', text: 'Done.' });
const usage = {
  input_tokens: 2400,
  cached_input_tokens: 1600,
  output_tokens: 84,
  reasoning_output_tokens: 20,
};
const DONE = { type: 'turn.completed', usage };

describe('a turn', () => {
  test('started: the thread is what it can be resumed by', () => {
    expect(parse({ type: 'thread.started', thread_id: 'th' })).toEqual([
      { kind: 'started', thread: 'th', model: null },
    ]);
    expect(parse({ type: 'turn.started' })).toEqual([{ kind: 'prompted' }]);
  });

  test('said, when the message is whole', () => {
    expect(parse(MESSAGE)).toEqual([{ kind: 'said', text: 'Done.' }]);
    expect(parse(updated({ type: 'agent_message', text: 'Do' }))).toEqual([{ kind: 'noted' }]);
  });

  test('ended, with the totals of the thread; what the cache held is not counted twice', () => {
    expect(parse(DONE)).toEqual([
      {
        kind: 'ended',
        isError: false,
        subtype: 'turn.completed',
        text: '',
        costUsd: null,
        turns: null,
        tokens: { input: 800, output: 84, cacheRead: 1600, cacheWrite: null },
      },
    ]);
    const written = { ...usage, cache_write_input_tokens: 300 };
    expect(fold({ type: 'turn.completed', usage: written }).ended?.tokens).toMatchObject({
      input: 500,
      cacheWrite: 300,
    });
  });

  test('totals are cumulative: the last ones are the session’s', () => {
    const more = { ...usage, input_tokens: 5000, output_tokens: 200 };
    const transcript = fold(DONE, { type: 'turn.started' }, { type: 'turn.completed', usage: more });
    expect(transcript.ended?.tokens).toMatchObject({ input: 3400, output: 200 });
  });

  test('what was not reported is null and never 0', () => {
    expect(fold({ type: 'turn.completed' }).ended?.tokens).toBeNull();
    expect(fold({ type: 'turn.completed', usage: { output_tokens: 3 } }).ended?.tokens).toEqual({
      input: null,
      output: 3,
      cacheRead: null,
      cacheWrite: null,
    });
    expect(totalTokens(fold(MESSAGE)).input).toBeNull();
  });
});

describe('calls', () => {
  test('a command is open until it is over', () => {
    expect(fold(RUNNING).openCalls).toEqual([
      {
        callId: 'item_1',
        tool: 'command_execution',
        place: 'localProcess',
        summary: "bash -lc 'npm test'",
        work: 'shell',
      },
    ]);
    const over = completed(command({ exit_code: 0, status: 'completed' }));
    expect(fold(RUNNING, over)).toMatchObject({ openCalls: [], toolErrors: 0, answers: 1 });
  });

  test.each([
    ['an exit code', { exit_code: 3, status: 'failed' }, 1],
    ['declined', { exit_code: null, status: 'declined' }, 1],
    ['well', { exit_code: 0, status: 'completed' }, 0],
  ])('ended with %s', (_, how, errors) => {
    expect(fold(RUNNING, completed(command(how))).toolErrors).toBe(errors);
  });

  test('calls and answers that are all there have fingerprints; what the stream does not show has none', () => {
    const prints = (item: object) =>
      parse(completed({ status: 'completed', ...item })).map((event) =>
        'fingerprint' in event ? event.fingerprint : null,
      );
    const ran = { type: 'command_execution', command: 'ls', aggregated_output: 'a', exit_code: 0 };
    const [call, answer] = prints(ran);
    expect([typeof call, typeof answer]).toEqual(['string', 'string']);
    expect(prints({ ...ran, id: 'item_2' })).toEqual([call, answer]);
    for (const other of [{ aggregated_output: 'b' }, { exit_code: 1 }])
      expect(prints({ ...ran, ...other })).toEqual([call, expect.not.stringMatching(`^${answer}$`)]);
    expect(prints({ ...ran, command: 'ls -l' })).toEqual([expect.not.stringMatching(`^${call}$`), answer]);
    expect(prints({ ...ran, aggregated_output: undefined })).toEqual([call, null]);

    const asked = {
      type: 'mcp_tool_call',
      server: 'jira',
      tool: 'find',
      arguments: { id: 1 },
      result: { n: 1 },
    };
    expect(prints(asked)).toEqual(prints({ ...asked, id: 'item_2' }));
    expect(prints({ ...asked, arguments: { id: 2 } })[0]).not.toEqual(prints(asked)[0]);
    expect(prints({ ...asked, result: { n: 2 } })[1]).not.toEqual(prints(asked)[1]);
    expect(prints({ ...asked, arguments: undefined })[0]).toBeNull();

    // Each may have changed something else in that file, or found something else.
    expect(prints({ type: 'file_change', changes: [{ path: 'a.ts', kind: 'update' }] })).toEqual([
      null,
      null,
    ]);
    expect(prints({ type: 'web_search', query: 'how' })).toEqual([null, null]);
  });

  test('a command that was declined was refused for want of permission', () => {
    const declined = completed(command({ exit_code: null, status: 'declined' }));
    expect(fold(RUNNING, declined).deniedTools).toEqual(['command_execution']);
    expect(fold(RUNNING, completed(command({ exit_code: 1, status: 'failed' }))).deniedTools).toEqual([]);
  });

  test('where each runs, and what it is called', () => {
    const seen = (item: object) => fold(started({ status: 'in_progress', ...item })).openCalls[0];
    expect(seen({ type: 'mcp_tool_call', server: 'jira', tool: 'search' })).toMatchObject({
      place: 'remote',
      summary: 'jira.search',
    });
    expect(seen({ type: 'web_search', query: 'how' })).toMatchObject({ place: 'remote', summary: 'how' });
    expect(seen({ type: 'collab_tool_call', tool: 'spawn_agent' })).toMatchObject({
      place: 'subagent',
      summary: 'spawn_agent',
    });
    expect(seen({ type: 'file_change', changes: [{ path: 'a.ts' }, { path: 'b.ts' }] })).toMatchObject({
      place: 'inProcess',
      summary: 'a.ts, b.ts',
    });
    expect(seen({ type: 'a_tool_of_tomorrow' })).toMatchObject({
      place: 'unknown',
      summary: 'a_tool_of_tomorrow',
    });
  });

  test('a call that is told only when it is over counts once, and is not left open', () => {
    const change = completed({ type: 'file_change', changes: [{ path: 'a.ts' }], status: 'completed' });
    expect(fold(change)).toMatchObject({ openCalls: [], answers: 1 });
  });

  test('the files of a change are edited where it went well', () => {
    const change = {
      type: 'file_change',
      changes: [
        { path: 'a.ts', kind: 'update' },
        { path: 'b.ts', kind: 'delete' },
      ],
    };
    expect(fold(completed({ ...change, status: 'completed' })).edited).toEqual(['a.ts', 'b.ts']);
    expect(fold(started({ ...change, status: 'in_progress' })).edited).toEqual([]);
    for (const status of ['failed', 'declined'])
      expect(fold(completed({ ...change, status })).edited).toEqual([]);
    expect(fold(completed({ type: 'file_change', changes: [null, { path: 7 }] })).edited).toEqual([]);
  });

  test('the todo list says how much of it is open, and is nothing to wait for', () => {
    const todo = (...isDone: boolean[]) => ({
      type: 'todo_list',
      items: isDone.map((each, index) => ({ text: `${index}`, completed: each })),
    });
    expect(fold(started(todo(false, false, false)))).toMatchObject({ openTodos: 3, openCalls: [] });
    expect(fold(started(todo(false, false)), updated(todo(true, false))).openTodos).toBe(1);
    expect(fold(started(todo(false)), completed(todo(true))).openTodos).toBe(0);
    expect(fold(MESSAGE).openTodos).toBeNull();
  });

  test('thoughts, and items without a state, are noted', () => {
    expect(parse(completed({ type: 'reasoning', text: '…' }))).toEqual([{ kind: 'noted' }]);
    expect(parse(completed({ type: 'an_item_of_tomorrow' }))).toEqual([{ kind: 'noted' }]);
    expect(parse({ type: 'a_type_of_tomorrow' })).toEqual([{ kind: 'noted' }]);
  });
});

describe('trouble', () => {
  const LIMIT = "You've hit your usage limit. Upgrade to Pro or try again at 12:16 PM.";
  const UNAUTHORISED = 'unexpected status 401 Unauthorized: invalid key, url: http://a.example/v1/responses';
  const failed = (message: string) => ({ type: 'turn.failed', error: { message } });

  test('a usage limit, with its reset by this machine’s clock; the wrapper does not take it back', () => {
    const transcript = fold({ type: 'error', message: LIMIT }, failed('turn failed'));
    const resetsAt = new Date(2026, 10, 21, 12, 16).toISOString();
    expect(transcript.limit).toEqual({ resetsAt, detail: LIMIT });
    expect(transcript.ended).toMatchObject({ isError: true, subtype: 'turn.failed', tokens: null });
  });

  test('a limit without a time has none', () => {
    expect(fold(failed("You've hit your usage limit. Try again later.")).limit?.resetsAt).toBeNull();
  });

  test('what is retried, and what is final', () => {
    expect(parse({ type: 'error', message: `Reconnecting... 1/5 (${UNAUTHORISED})` })).toMatchObject([
      { kind: 'erred', error: 'auth', isRetrying: true },
    ]);
    expect(parse({ type: 'error', message: UNAUTHORISED })).toMatchObject([
      { kind: 'erred', error: 'auth', isRetrying: false },
    ]);
    expect(fold(failed(UNAUTHORISED))).toMatchObject({
      trouble: { error: 'auth' },
      ended: { isError: true },
    });
  });

  test('an overload that it got over is none', () => {
    const retry = {
      type: 'error',
      message: 'Reconnecting... 1/5 (unexpected status 503 Service Unavailable)',
    };
    expect(fold(retry).trouble?.error).toBe('overload');
    expect(fold(retry, MESSAGE, DONE).trouble).toBeNull();
  });

  test.each([
    ['exceeded retry limit, last status: 429 Too Many Requests', 'overload'],
    ['unexpected status 503 Service Unavailable: down', 'overload'],
    ['Selected model is at capacity. Please try a different model.', 'overload'],
    ['unexpected status 403 Forbidden: no', 'auth'],
    [
      'Your access token could not be refreshed. Please log out and sign in again: refresh token was revoked',
      'auth',
    ],
    ['Quota exceeded. Check your plan and billing details.', 'limit'],
    ['stream disconnected before completion: error sending request', 'overload'],
    ['unexpected status 400 Bad Request: unauthorized is a word of the request', 'other'],
  ])('%s', (prose, expected) => expect(providerErrorOf(prose)).toBe(expected));

  test('a turn that was interrupted is not an error of the provider', () => {
    const interrupted = fold({ type: 'error', message: 'Turn interrupted' }, failed('turn aborted'));
    expect(interrupted).toMatchObject({ trouble: null, isInterrupted: true, ended: { isError: true } });
  });

  test.each(['Das Modell antwortet nicht.', 'the model does not support tools'])(
    'an error in words that stint does not know is the last word: %s',
    (message) => {
      expect(fold(failed(message)).trouble).toEqual({ error: 'other', message });
      expect(fold(failed(message), MESSAGE).trouble).toBeNull();
    },
  );

  test('a notice of the CLI is no trouble unless it says so', () => {
    const notice = (message: string) => parse(completed({ type: 'error', message }));
    expect(notice('Model metadata for `x` not found. Defaulting to fallback metadata')).toEqual([
      { kind: 'noted' },
    ]);
    expect(notice(LIMIT)).toMatchObject([{ kind: 'limited' }]);
    expect(notice('MCP client for `docs` failed to start: connection refused')).toEqual([{ kind: 'noted' }]);
  });

  test('what a tool printed, or the model said, is never trouble', () => {
    const printed = completed(command({ aggregated_output: LIMIT, exit_code: 1, status: 'failed' }));
    expect(fold(printed, completed({ type: 'agent_message', text: UNAUTHORISED }))).toMatchObject({
      limit: null,
      trouble: null,
    });
  });
});

describe('what cannot be read is counted', () => {
  test.each([
    ['no JSON', 'error: no such option', 'json'],
    ['half a line', '{"type":"item.comp', 'json'],
    ['no type', '{"msg":{"type":"agent_message"}}', 'format'],
    ['an item event without its item', '{"type":"item.completed"}', 'format'],
    [
      'an item without an id',
      '{"type":"item.completed","item":{"type":"agent_message","text":"x"}}',
      'format',
    ],
    ['an item without a type', '{"type":"item.started","item":{"id":"1","item_type":"x"}}', 'format'],
    [
      'a message without its text',
      '{"type":"item.completed","item":{"id":"1","type":"agent_message"}}',
      'format',
    ],
    [
      'a todo list without its items',
      '{"type":"item.started","item":{"id":"1","type":"todo_list"}}',
      'format',
    ],
    ['an error without words', '{"type":"error"}', 'format'],
  ] as const)('%s', (_, line, reason) => {
    expect(parseCodexStream(line, AT)).toEqual([{ kind: 'unreadable', reason }]);
  });

  test('two on one line are both read, a blank line is none', () => {
    const line = `${JSON.stringify(MESSAGE)}${JSON.stringify(DONE)}`;
    expect(parseCodexStream(line, AT).map(({ kind }) => kind)).toEqual(['said', 'ended']);
    expect(parseCodexStream(' \r', AT)).toEqual([]);
  });
});
