import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FileReading } from '../../src/domain/transcript-session.ts';
import { readSessions } from '../../src/harness/read-sessions.ts';
import { geminiAnswer, geminiDocument, geminiHeader, geminiPrompt } from '../support/gemini-lines.ts';
import { scratchFolder } from '../support/scratch.ts';
import { claudeAnswer, claudeLine, claudePrompt, saying } from '../support/transcript-lines.ts';

const A = '00000000-0000-4000-8000-000000000001';
const AT = '2026-01-05T12:00:00.000Z';

function read(content: readonly object[] | string): FileReading {
  const file = path.join(scratchFolder(), 'any.jsonl');
  const text =
    typeof content === 'string' ? content : content.map((line) => `${JSON.stringify(line)}\n`).join('');
  writeFileSync(file, text);
  return readSessions(file);
}

const words = (role: string, text: string) => ({ role, content: [{ type: 'text', text }] });

/** The heads that Qwen Code and iFlow CLI took over from Claude Code, as far as they did. */
const qwen = (type: string, more: object) => ({
  uuid: 'u1',
  parentUuid: null,
  sessionId: A,
  timestamp: AT,
  type,
  cwd: '/work/app',
  version: '0.14.2',
  gitBranch: 'main',
  ...more,
});
const iflow = (type: string, content: unknown) => ({
  uuid: 'u1',
  parentUuid: null,
  sessionId: `session-${A}`,
  timestamp: AT,
  type,
  isSidechain: false,
  userType: 'external',
  cwd: '/work/app',
  version: '0.5.2',
  message: { role: type, content },
});

describe('a file of another CLI is named, and gives no session', () => {
  test.each<[string, readonly object[]]>([
    [
      'a stream of Factory droid',
      [
        { type: 'message', session_id: 's', timestamp: AT, role: 'user', text: 'go' },
        { type: 'completion', session_id: 's', timestamp: AT, finalText: 'Done.' },
      ],
    ],
    [
      'a stream of Factory droid',
      [
        { type: 'system', subtype: 'init', cwd: '/work', session_id: A, tools: ['Read'], model: 'm' },
        { type: 'tool_call', session_id: A, timestamp: AT, toolName: 'Shell', parameters: {} },
      ],
    ],
    [
      'a session of Factory droid',
      [
        { type: 'session_start', id: A, title: 'go', owner: 'me', version: 2 },
        { type: 'message', id: 'm', timestamp: AT, message: words('user', 'go') },
      ],
    ],
    [
      'a session of Qwen Code',
      [
        qwen('user', { message: { role: 'user', parts: [{ text: 'go' }] } }),
        qwen('assistant', { model: 'm', message: { role: 'model', parts: [{ text: 'Done.' }] } }),
      ],
    ],
    [
      'a stream of Qwen Code',
      [
        {
          type: 'system',
          subtype: 'init',
          uuid: 'u',
          session_id: A,
          qwen_code_version: '0.14.2',
          cwd: '/work',
          tools: [],
          mcp_servers: [],
          model: 'm',
          permission_mode: 'yolo',
        },
        {
          type: 'assistant',
          uuid: 'u',
          session_id: A,
          parent_tool_use_id: null,
          message: { id: 'm', model: 'm', ...words('assistant', 'Done.'), usage: { input_tokens: 1 } },
        },
      ],
    ],
    ['a session of iFlow CLI', [iflow('user', 'go'), iflow('assistant', [saying('Done.')])]],
    [
      'a stream of Amp',
      [
        { type: 'system', subtype: 'init', cwd: '/', session_id: `T-${A}`, tools: [], mcp_servers: [] },
        { type: 'user', message: words('user', 'go'), parent_tool_use_id: null, session_id: `T-${A}` },
      ],
    ],
    ['a thread of Amp', [{ v: 9, id: `T-${A}`, created: 1, messages: [words('user', 'go')] }]],
    [
      'a stream of Cursor CLI',
      [
        {
          type: 'system',
          subtype: 'init',
          apiKeySource: 'login',
          cwd: '/work',
          session_id: A,
          model: 'm',
          permissionMode: 'default',
        },
        { type: 'user', message: words('user', 'go'), session_id: A },
        { type: 'assistant', message: words('assistant', 'Done.'), session_id: A },
        { type: 'result', subtype: 'success', is_error: false, session_id: A, request_id: 'r' },
      ],
    ],
    ['a transcript of Cursor', [{ role: 'user', message: { content: [saying('go')] } }]],
    [
      'a session of Goose',
      [
        { working_dir: '/work', description: 'go', message_count: 2 },
        { role: 'user', created: 1767614400, content: [saying('go')] },
      ],
    ],
    ['a stream of Goose', [{ type: 'message', message: { ...words('user', 'go'), created: 1767614400 } }]],
    ['a session of Cline or Roo Code', [{ ts: 1767614400000, type: 'say', say: 'task', text: 'go' }]],
    [
      'a session of a fork of Gemini CLI',
      [geminiHeader(A, 0), geminiPrompt(1), { ...geminiAnswer(2, 'Done.'), type: 'qwen' }],
    ],
  ])('%s', (found, lines) => {
    expect(read(lines)).toMatchObject({
      format: { kind: 'unknown', expected: null, found },
      sessions: [],
      unreadable: { count: 0 },
    });
  });

  test('also where it is one document on many lines', () => {
    const answer = { ...geminiAnswer(2, 'Done.'), type: 'qwen' };
    const document = geminiDocument([geminiHeader(A, 0), geminiPrompt(1), answer]);
    const found = 'a session of a fork of Gemini CLI';
    expect(read(document)).toMatchObject({ format: { kind: 'unknown', found }, sessions: [] });
  });
});

test.each<[string, readonly object[]]>([
  ['messages without a head', [{ type: 'user', message: words('user', 'go') }]],
  ['messages with a session alone', [{ type: 'user', sessionId: A, message: words('user', 'go') }]],
  ['a result with a session alone', [{ type: 'result', subtype: 'success', session_id: A }]],
  ['a first line with a session alone', [{ type: 'system', subtype: 'init', session_id: A, model: 'm' }]],
  ['any line with a session', [{ type: 'progress', session_id: A, percent: 40 }]],
  ['half of the head', [{ type: 'user', sessionId: A, uuid: 'u', version: '3', message: words('user', '') }]],
])('what is not Claude Code’s alone is not taken for it: %s', (_name, lines) => {
  expect(read(lines)).toMatchObject({ format: { kind: 'unknown' }, sessions: [] });
});

describe('what is Claude Code’s is read', () => {
  const stream = { session_id: A, parent_tool_use_id: null };
  const message = { id: 'm', model: 'm', ...words('assistant', 'Done.'), usage: { output_tokens: 1 } };
  test.each<[string, readonly object[]]>([
    ['a prompt alone', [claudePrompt(A, 0, 'go')]],
    ['a version that leaves out who used it', [claudePrompt(A, 0, 'go', { userType: undefined })]],
    ['a version that names itself nowhere', [claudePrompt(A, 0, 'go', { version: undefined })]],
    ['a version of the first year', [claudePrompt(A, 0, 'go', { version: '0.2.104', costUSD: 0.1 })]],
    ['a helper’s file', [claudePrompt(A, 0, 'go', { isSidechain: true, agentId: 'a1' })]],
    [
      'a file that begins with lines of other kinds',
      [
        { type: 'file-history-snapshot', messageId: 'm', snapshot: { timestamp: AT } },
        claudeLine(A, 0, 'progress', { data: {} }),
        claudeAnswer(A, 1, 'm1', saying('Done.')),
      ],
    ],
    [
      'a start that died',
      [{ type: 'queue-operation', operation: 'enqueue', timestamp: AT, sessionId: A, content: 'go' }],
    ],
    ['its title alone', [{ type: 'custom-title', customTitle: 'go', sessionId: A }]],
    [
      'a stream from its start',
      [{ type: 'system', subtype: 'init', session_id: A, cwd: '/', tools: [], mcp_servers: [] }],
    ],
    ['a stream whose start is missing', [{ type: 'assistant', ...stream, message }]],
    [
      'the end of a stream alone',
      [{ type: 'result', subtype: 'success', session_id: A, num_turns: 1, total_cost_usd: 0.1 }],
    ],
    [
      'a stream that waits for its provider',
      [{ type: 'system', subtype: 'api_retry', session_id: A, attempt: 1 }],
    ],
  ])('%s', (_name, lines) => {
    expect(read(lines)).toMatchObject({
      format: { kind: 'known', harness: 'claude-code' },
      sessions: [{ harness: 'claude-code', thread: A }],
    });
  });
});

test('one line of a fork among the answers of Gemini CLI is counted, and no other format', () => {
  const lines = [geminiHeader(A, 0), geminiPrompt(1), geminiAnswer(2, 'Done.')];
  expect(read([...lines, { ...geminiAnswer(3, 'More.'), type: 'qwen' }])).toMatchObject({
    format: { kind: 'known', harness: 'gemini' },
    sessions: [{ thread: A }],
    unreadable: { count: 1 },
  });
});
