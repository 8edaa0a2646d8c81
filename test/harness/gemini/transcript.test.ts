import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FileReading, TranscriptSession } from '../../../src/domain/transcript-session.ts';
import { usageOf } from '../../../src/domain/transcript.ts';
import { usageByModel } from '../../../src/domain/usage-by-model.ts';
import { readSessions } from '../../../src/harness/read-sessions.ts';
import {
  geminiAnswer,
  geminiCall,
  geminiDocument,
  geminiHeader,
  geminiMessage,
  geminiPrompt,
  geminiUpdated,
} from '../../support/gemini-lines.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { atMinute } from '../../support/transcript-lines.ts';

const A = '11111111-aaaa-4aaa-8aaa-111111111111';
const B = '22222222-bbbb-4bbb-8bbb-222222222222';

function fileOf(content: readonly object[] | string, name = 'session.jsonl'): string {
  const file = path.join(scratchFolder(), name);
  mkdirSync(path.dirname(file), { recursive: true });
  const text =
    typeof content === 'string' ? content : content.map((line) => `${JSON.stringify(line)}\n`).join('');
  writeFileSync(file, text);
  return file;
}

const read = (content: readonly object[] | string): FileReading => readSessions(fileOf(content));

function only(content: readonly object[] | string): TranscriptSession {
  const { sessions, format, isTorn, unreadable } = read(content);
  expect({ format, isTorn, unreadable: unreadable.count }).toEqual({
    format: { kind: 'known', harness: 'gemini' },
    isTorn: false,
    unreadable: 0,
  });
  expect(sessions).toHaveLength(1);
  return sessions[0] as TranscriptSession;
}

const committed = geminiCall(4, 'c1', 'git commit -m x', 'Output: [main 1a2b3c4] x\n 1 file changed');
const working = geminiAnswer(2, 'I commit.');
const answered = geminiMessage(4, 'user', [{ functionResponse: { id: 'c1' } }]);
const session = [
  geminiHeader(A, 0),
  { $set: { messages: [geminiPrompt(0, '<session_context>\nwhere you are')] } },
  geminiPrompt(1),
  working,
  { ...working, toolCalls: [committed] },
  answered,
  geminiAnswer(5, 'Done.'),
  geminiUpdated(6),
];

describe.each([
  ['on lines, messages again whenever they change', session],
  [
    'in one document',
    geminiDocument([
      geminiHeader(A, 0, { lastUpdated: atMinute(6) }),
      ...session.slice(2, 3),
      ...session.slice(4, 7),
    ]),
  ],
])('a session of Gemini CLI %s', (_, content) => {
  test('who, when, and who had the last word', () => {
    expect(only(content)).toMatchObject({
      thread: A,
      kind: 'session',
      startedAt: atMinute(0),
      endedAt: atMinute(6),
      activeMs: 4 * 60_000,
      cwd: null,
      prompts: 1,
      lastWord: 'agent',
      attended: 'unknown',
      costUsd: null,
    });
  });

  test('what the judge reads', () => {
    expect(only(content).transcript).toMatchObject({
      thread: A,
      model: 'a-model',
      answers: 3,
      openCalls: [],
      toolErrors: 0,
      printedCommits: ['1a2b3c4'],
    });
  });

  test('what it used: input without what was cached, output with thoughts, each message once', () => {
    const tokens = { input: 2 * 31, output: 2 * 6, cacheRead: 2 * 100, cacheWrite: null };
    const { transcript } = only(content);
    expect(usageOf(transcript)).toEqual({ ...tokens, peakContext: 131, turns: 2 });
    const told = { serviceTier: null, contextBand: '128k' };
    const parts = { cacheWrite5m: null, cacheWrite1h: null };
    expect(usageByModel(transcript)).toEqual([
      { model: 'a-model', isSubagent: false, messages: 2, ...told, tokens: { ...tokens, ...parts } },
    ]);
  });
});

describe('records of Gemini CLI', () => {
  test('the last record of a message has its tokens', () => {
    const first = geminiAnswer(2, 'Well', { tokens: null });
    const { transcript } = only([
      geminiHeader(A, 0),
      first,
      geminiAnswer(2, 'Well'),
      geminiAnswer(2, 'Well'),
    ]);
    expect(transcript.answers).toBe(1);
    expect(usageOf(transcript)).toMatchObject({ input: 31, turns: 1 });
  });

  test('a history that is replaced tells calls of known messages, and no prompts', () => {
    const messages = [geminiPrompt(1), geminiPrompt(9, 'a summary'), { ...working, toolCalls: [committed] }];
    const found = only([geminiHeader(A, 0), geminiPrompt(1), working, { $set: { messages } }]);
    expect(found).toMatchObject({ prompts: 1, transcript: { answers: 2, printedCommits: ['1a2b3c4'] } });
    expect(found.transcript.usageByMessage.size).toBe(1);
  });

  test('what was rewound has been done', () => {
    expect(only([...session, { $rewindTo: 'gemini-2' }]).transcript.printedCommits).toEqual(['1a2b3c4']);
  });

  test('commands to the CLI, and its own words to the model, are no prompts', () => {
    const others = ['/quit', '?', '<hook_context>x', ''].map((text, index) => geminiPrompt(7 + index, text));
    expect(only([...session, ...others])).toMatchObject({ prompts: 1, lastWord: 'agent' });
  });

  test('zeros are what nobody counted', () => {
    const tokens = { input: 0, output: 0, cached: 0, thoughts: 0, tool: 0, total: 0 };
    const { transcript } = only([geminiHeader(A, 0), geminiAnswer(2, 'Well', { tokens })]);
    expect(usageOf(transcript)).toMatchObject({ input: null, output: null, cacheRead: null, turns: null });
  });

  test('a session without an answer is one, with its own times', () => {
    const life = [geminiHeader(A, 3), geminiUpdated(4)];
    for (const content of [life, geminiDocument([geminiHeader(A, 3, { lastUpdated: atMinute(4) })])])
      expect(only(content)).toMatchObject({
        thread: A,
        startedAt: atMinute(3),
        endedAt: atMinute(4),
        prompts: 0,
        lastWord: 'none',
        transcript: { answers: 0 },
      });
  });

  test('the list of what is to do', () => {
    const todos = ['pending', 'in_progress', 'completed', 'cancelled'].map((status) => ({ status }));
    const call = { id: 'c2', name: 'write_todos', args: { todos }, status: 'success', result: [] };
    expect(only([...session, geminiAnswer(7, '', { toolCalls: [call] })]).transcript.openTodos).toBe(2);
  });

  test('a command that it starts in the background', () => {
    const background = (args: object) => {
      const call = { id: 'c3', name: 'run_shell_command', args, status: 'success', result: [] };
      return only([...session, geminiAnswer(7, '', { toolCalls: [call] })]).transcript.background;
    };
    expect(background({ command: 'npm start', is_background: true })).toMatchObject([
      { work: 'shell', summary: 'npm start', isDetached: true },
    ]);
    expect(background({ command: 'npm start', is_background: false })).toEqual([]);
  });

  test('the tasks of its tracker', () => {
    let id = 0;
    const call = (name: string, args: object, output: string) => ({
      id: `t${++id}`,
      name: `tracker_${name}`,
      args,
      status: 'success',
      result: [{ functionResponse: { response: { output } } }],
    });
    const made = ['a1b2c3', 'd4e5f6'].map((each) => call('create_task', {}, `Created task ${each}: part`));
    const closed = call(
      'update_task',
      { id: 'a1b2c3', status: 'closed' },
      'Updated task a1b2c3. Status: closed',
    );
    const lost = call(
      'update_task',
      { id: 'd4e5f6', status: 'closed' },
      'Error updating task: Task not found',
    );
    const tasksOf = (...toolCalls: readonly object[]) =>
      only([...session, geminiAnswer(7, '', { toolCalls })]).transcript.openTasks;
    expect(tasksOf(...made)).toEqual(['a1b2c3', 'd4e5f6']);
    expect(tasksOf(...made, closed, lost)).toEqual(['d4e5f6']);
    const list = '- [d4e5f6] (odd) part (blocked)\n- [070809] part (closed)';
    expect(tasksOf(...made, call('list_tasks', {}, list))).toEqual(['d4e5f6']);
    expect(tasksOf(...made, call('list_tasks', { status: 'blocked' }, list))).toEqual(['a1b2c3', 'd4e5f6']);
  });
});

describe('what became of a call', () => {
  const call = geminiCall(4, 'c1', 'make', 'Output: ok');
  const after = (more: object, output = 'Output: ok'): TranscriptSession => {
    const toolCalls = [{ ...geminiCall(4, 'c1', 'make', output), ...more }];
    return only([geminiHeader(A, 0), geminiPrompt(1), { ...working, toolCalls }]);
  };

  test.each([
    ['success', {}, 'Output: ok', 0],
    ['an exit code behind a success', {}, 'Output: no\nExit Code: 2\nProcess Group PGID: 7', 1],
    [
      'the same in the frame of newer versions',
      {},
      '<untrusted_context>\nOutput: no\nExit Code: 1\n</untrusted_context>',
      1,
    ],
    ['the same in older ones', {}, 'Output: no\nError: (none)\nExit Code: 128\nSignal: (none)', 1],
    ['an exit code of 0', {}, 'Output: ok\nExit Code: 0\nSignal: (none)\nBackground PIDs: (none)', 0],
    [
      'an exit code that the command printed',
      {},
      'Output: Exit Code: 1\nExit Code: 1\nmore\nProcess Group PGID: 7',
      0,
    ],
    ['an error', { status: 'error' }, 'Output: ok', 1],
    ['what the CLI refused', { result: [{ functionResponse: { response: { error: 'denied' } } }] }, '', 1],
    ['what was cancelled', { status: 'cancelled' }, '', 1],
  ])('%s', (_, more, output, toolErrors) => {
    expect(after(more, output)).toMatchObject({
      lastWord: 'tool',
      transcript: { toolErrors, openCalls: [] },
    });
  });

  test('a call that is not over is open', () => {
    expect(after({ status: 'executing', result: undefined })).toMatchObject({
      lastWord: 'call',
      transcript: { openCalls: [{ callId: 'c1', tool: 'run_shell_command', place: 'localProcess' }] },
    });
  });

  test('a commit that another tool shows is none', () => {
    const shown = { ...call, name: 'read_file', result: committed['result' as never] };
    const toolCalls = [{ ...shown, args: { command: 'git commit' } }];
    expect(only([geminiHeader(A, 0), { ...working, toolCalls }]).transcript.printedCommits).toEqual([]);
  });
});

describe('who steered it, and what the provider said', () => {
  test('words of the terminal are a person there', () => {
    expect(only([...session, geminiMessage(7, 'info', 'Update available')]).attended).toBe('yes');
    expect(only([...session, geminiPrompt(7, 'and now')]).attended).toBe('yes');
  });

  test.each([
    ['[API Error: 401 API key not valid]', { trouble: { error: 'auth' }, limit: null }],
    [
      '[API Error: {"error":{"code":503,"message":"The model is overloaded."}}]',
      { trouble: { error: 'overload' } },
    ],
    ['[API Error: You have exhausted your daily quota on this model.]', { limit: { resetsAt: null } }],
    ['[API Error: fetch failed]', { trouble: { error: 'overload' } }],
    ['[API Error: Das Modell ist weg]', { trouble: { error: 'other' } }],
    ['Unknown command: /foo', { trouble: null, limit: null }],
  ])('%s', (text, expected) => {
    const found = only([geminiHeader(A, 0), geminiPrompt(1), geminiMessage(2, 'error', text)]);
    expect(found).toMatchObject({ attended: 'yes', lastWord: 'person', transcript: expected });
  });
});

describe('what lies beside a file of Gemini CLI', () => {
  test('where the session ran', () => {
    const file = fileOf(session, 'tmp/app/chats/session-1.jsonl');
    const marker = path.join(path.dirname(file), '..', '.project_root');
    for (const [root, cwd] of [
      ['/work/app\n', '/work/app'],
      ['work', null],
      ['/a\n/b', null],
      ['/a'.repeat(4000), null],
    ] as const) {
      writeFileSync(marker, root);
      expect(readSessions(file).sessions).toMatchObject([{ cwd }]);
    }
  });

  test('a helper belongs to the session that its folder is named for', () => {
    const helper = [geminiHeader(B, 3, { kind: 'subagent' }), geminiPrompt(3), geminiAnswer(4, 'Found.')];
    const { sessions } = readSessions(fileOf(helper, `tmp/app/chats/${A}/${B}.jsonl`));
    expect(sessions).toMatchObject([
      { kind: 'subagent', thread: B, parent: A, agent: B, transcript: { answers: 1 } },
    ]);
  });
});

describe('a file of Gemini CLI that is odd', () => {
  test('half a document, and one without messages, are a format with what was expected, and no session', () => {
    const whole = geminiDocument(session);
    const none = JSON.stringify({ ...geminiHeader(A, 0), history: [] }, null, 2);
    for (const content of [whole.slice(0, -20), none])
      expect(read(content)).toMatchObject({
        format: { kind: 'unknown', expected: expect.stringContaining('projectHash') as string },
        sessions: [],
        unreadable: { count: 0 },
      });
  });

  test('a document that is too large is named with its size, and not read', () => {
    const file = fileOf(geminiDocument(session));
    truncateSync(file, 65 << 20);
    expect(readSessions(file)).toMatchObject({
      format: { kind: 'other', what: 'a session of gemini in one document of more than 64 MB' },
      sessions: [],
    });
  });

  test('messages in another shape are a format that nobody knows', () => {
    const strange = [
      geminiMessage(1, 'model', 'x'),
      geminiMessage(1, 'gemini', 7),
      { ...geminiPrompt(1), id: 1 },
      { role: 'model', parts: [] },
    ];
    for (const record of strange)
      for (const content of [[geminiHeader(A, 0), record], geminiDocument([geminiHeader(A, 0), record])])
        expect(read(content)).toMatchObject({
          format: { kind: 'unknown', found: 'messages in another shape' },
          unreadable: { count: 1 },
        });
  });

  test('without its header, answers tell whose they are', () => {
    expect(read([geminiPrompt(1), geminiAnswer(2, 'Done.')])).toMatchObject({
      format: { kind: 'known', harness: 'gemini' },
      sessions: [{ thread: null, prompts: 1, transcript: { answers: 1 } }],
    });
  });

  test('wrong types everywhere: no harm', () => {
    const wrong = [1, true, [], [1], {}, null].flatMap((value) => [
      ...['messages', 'startTime', 'kind'].map((key) => ({ ...geminiHeader(A, 9), [key]: value })),
      ...['id', 'content', 'timestamp'].map((key) => ({ ...geminiPrompt(9), [key]: value })),
      ...['tokens', 'toolCalls', 'content'].map((key) => geminiAnswer(9, '', { [key]: value })),
      ...['args', 'result', 'status', 'id', 'name'].map((key) =>
        geminiAnswer(9, '', { toolCalls: [{ ...committed, [key]: value }, value] }),
      ),
      { $set: value },
      { $set: { messages: [value] } },
    ]);
    for (const content of [[...session, ...wrong], geminiDocument([...session, ...wrong])])
      expect(read(content).sessions).toMatchObject([{ thread: A }]);
  });
});
