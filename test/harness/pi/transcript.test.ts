import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FileReading, TranscriptSession } from '../../../src/domain/transcript-session.ts';
import { usageOf } from '../../../src/domain/transcript.ts';
import { totalsByModel, usageByModel } from '../../../src/domain/usage-by-model.ts';
import { readSessions } from '../../../src/harness/read-sessions.ts';
import {
  PI_USAGE,
  piAnswer,
  piCalling,
  piEntry,
  piHeader,
  piMessage,
  piPrompt,
  piResult,
  piSaying,
} from '../../support/pi-lines.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { atMinute } from '../../support/transcript-lines.ts';

const A = '11111111-aaaa-4aaa-8aaa-111111111111';
const B = '22222222-bbbb-4bbb-8bbb-222222222222';

function read(lines: readonly (object | string)[]): FileReading {
  const file = path.join(scratchFolder(), 'session.jsonl');
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  writeFileSync(file, `${texts.join('\n')}\n`);
  return readSessions(file);
}

function only(lines: readonly (object | string)[]): TranscriptSession {
  const { sessions, format } = read(lines);
  expect(format).toEqual({ kind: 'known', harness: 'pi' });
  expect(sessions).toHaveLength(1);
  return sessions[0] as TranscriptSession;
}

const session = [
  piHeader(A, 0),
  piEntry(0, 'model_change', { provider: 'p', modelId: 'a-model' }),
  piPrompt(1),
  piAnswer(2, [piSaying('I commit.'), piCalling('t1', 'git commit -m x')], { stopReason: 'toolUse' }),
  piResult(4, 't1', '[main 1a2b3c4] x\n 1 file changed'),
  piAnswer(5, [{ type: 'thinking', thinking: 'so' }, piSaying('Done.')]),
];

describe('a session of pi', () => {
  test('who, when, where, what it cost', () => {
    expect(only(session)).toMatchObject({
      thread: A,
      kind: 'session',
      parent: null,
      startedAt: atMinute(0),
      endedAt: atMinute(5),
      activeMs: 4 * 60_000,
      cwd: '/work/app',
      prompts: 1,
      lastWord: 'agent',
      attended: 'unknown',
      costUsd: 0.5,
    });
  });

  test('what the judge reads', () => {
    expect(only(session).transcript).toMatchObject({
      thread: A,
      model: 'a-model',
      answers: 3,
      openCalls: [],
      toolErrors: 0,
      printedCommits: ['1a2b3c4'],
      unreadableLines: 0,
    });
  });

  test('usage by message and by model, the same whether its file, its stream, or both tell it', () => {
    const stream = session
      .filter((line) => 'message' in line)
      .flatMap((line) => ['message_start', 'message_end'].map((type) => ({ ...line, type, id: undefined })));
    const used = { input: 20, output: 10, cacheRead: 200, cacheWrite: 40 };
    for (const lines of [session, [piHeader(A, 0), ...stream], [...session, ...stream]]) {
      const { transcript } = only(lines);
      expect(usageOf(transcript)).toEqual({ ...used, peakContext: 130, turns: 2 });
      expect(totalsByModel(usageByModel(transcript))).toEqual([
        { model: 'a-model', isSubagent: false, messages: 2, tokens: used },
      ]);
    }
  });

  test('files of 2025 have no ids, and two messages there are two', () => {
    const old = session.map((line) => ({ ...line, id: 'cwd' in line ? A : undefined, version: undefined }));
    expect(only(old).transcript.usageByMessage.size).toBe(2);
  });

  test('zeros are what nobody counted, and a price of 0 is none', () => {
    const nothing = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, totalTokens: 0, cost: { total: 0 } };
    const silent = only([...session.slice(0, 3), piAnswer(2, [], { usage: nothing, stopReason: 'aborted' })]);
    expect(usageOf(silent.transcript)).toMatchObject({ input: null, output: null, turns: null });
    expect(silent.costUsd).toBeNull();
    const unpriced = piAnswer(6, [piSaying('.')], { usage: { ...PI_USAGE, cost: { total: 0 } } });
    expect(only([...session, unpriced]).costUsd).toBeNull();
  });

  test('a fork has what it did itself, and its costs', () => {
    const header = piHeader(B, 30, { parentSession: `/home/p/.pi/agent/sessions/--w--/2026_${A}.jsonl` });
    const fork = [header, ...session.slice(1), piPrompt(31), piAnswer(32, [piSaying('Once more.')])];
    const found = only(fork);
    expect(found).toMatchObject({ thread: B, kind: 'fork', parent: A, startedAt: atMinute(30), prompts: 1 });
    expect(found).toMatchObject({ costUsd: 0.25, transcript: { answers: 1, printedCommits: [] } });
    expect(usageOf(found.transcript)).toMatchObject({ input: 10, output: 5, turns: 1 });
  });

  test('a header later than the first message is that of a file written late, and no fork', () => {
    expect(only([piHeader(A, 3), ...session.slice(1)])).toMatchObject({
      kind: 'session',
      startedAt: atMinute(0),
      transcript: { answers: 3 },
    });
  });

  test('both objects of a glued line are read', () => {
    const glued = session.slice(4).map((line) => JSON.stringify(line));
    expect(only([...session.slice(0, 4), glued.join('')]).transcript).toMatchObject({
      answers: 3,
      openCalls: [],
      unreadableLines: 0,
    });
  });

  test('a session of a header alone is one', () => {
    expect(only([piHeader(A, 7)])).toMatchObject({
      thread: A,
      startedAt: atMinute(7),
      endedAt: atMinute(7),
      prompts: 0,
      lastWord: 'none',
      costUsd: null,
      transcript: { answers: 0 },
    });
  });

  test('summaries, labels and entries of extensions are chatter; a compaction is told', () => {
    const lines = [
      piEntry(6, 'compaction', { summary: 's', firstKeptEntryId: 'e1', tokensBefore: 9 }),
      ...['branch_summary', 'label', 'custom', 'custom_message', 'session_info'].map((type) =>
        piEntry(6, type, { summary: 's', content: 'x' }),
      ),
      piMessage(6, { role: 'custom', content: 'x' }),
    ];
    expect(only([...session, ...lines])).toMatchObject({
      prompts: 1,
      lastWord: 'agent',
      transcript: { isCompacted: true, unreadableLines: 0, answers: 3 },
    });
  });
});

describe('who steered a session of pi', () => {
  test.each([
    ['an interruption', piAnswer(6, [piSaying('I')], { stopReason: 'aborted' }), 'yes'],
    [
      'a command that a person ran',
      piMessage(6, { role: 'bashExecution', command: 'ls', output: '' }),
      'yes',
    ],
    ['a second prompt', piPrompt(6, 'and now'), 'yes'],
    ['its stream', { type: 'agent_start' }, 'no'],
  ])('%s', (_, line, attended) => {
    expect(only([...session, line]).attended).toBe(attended);
  });

  test('what a person ran is no commit of the agent', () => {
    const run = { role: 'bashExecution', command: 'git commit -m y', output: '[main 2b3c4d5] y' };
    expect(only([...session, piMessage(6, run)]).transcript.printedCommits).toEqual(['1a2b3c4']);
  });
});

describe('trouble in a session of pi', () => {
  const failing = (errorMessage: string): TranscriptSession =>
    only([...session.slice(0, 3), piAnswer(2, [], { stopReason: 'error', errorMessage, usage: undefined })]);

  test.each([
    ['401 {"type":"error","error":{"type":"authentication_error"}}', 'auth'],
    ['No API key for provider: x', 'auth'],
    ['429 {"type":"error","error":{"type":"rate_limit_error"}}', 'overload'],
    ['{"error":{"code":503,"status":"UNAVAILABLE"}}', 'overload'],
    ['Quota exceeded for metric generate_requests, limit PerMinute: you exceeded your quota', 'overload'],
    ['terminated', 'overload'],
    ['the model does not take images', 'other'],
  ])('%s', (message, error) => {
    expect(failing(message).transcript).toMatchObject({
      trouble: { error, message },
      limit: null,
      answers: 0,
    });
  });

  test('a usage limit, with its end', () => {
    const { limit } = failing(
      'You have hit your ChatGPT usage limit (plus plan). Try again in ~123 min.',
    ).transcript;
    expect(limit?.resetsAt).toBe(atMinute(2 + 123));
  });

  test('is over once the model answers', () => {
    const failed = piAnswer(2, [], { stopReason: 'error', errorMessage: '529 overloaded' });
    const { transcript } = only([...session.slice(0, 3), failed, ...session.slice(3)]);
    expect(transcript).toMatchObject({ trouble: null, limit: null });
  });

  test('calls of half a message are not made; a tool that failed is counted', () => {
    const half = piAnswer(6, [piCalling('t2', 'git commit')], { stopReason: 'aborted' });
    const failed = piResult(6, 't1', 'no', true);
    expect(only([...session, half]).transcript.openCalls).toEqual([]);
    expect(only([...session.slice(0, 4), failed]).transcript.toolErrors).toBe(1);
    expect(only(session.slice(0, 4))).toMatchObject({ lastWord: 'call' });
  });
});

describe('a file of pi that has changed', () => {
  test('messages in another shape are a format that nobody knows', () => {
    const strange = [
      piEntry(1, 'message', { text: 'x' }),
      piMessage(2, { role: 'model', content: [] }),
      piMessage(3, { role: 'user', content: 7 }),
      piMessage(4, { role: 'toolResult', content: [] }),
      piEntry(5, 'turn', { message: { role: 'assistant', content: [] } }),
    ];
    for (const line of strange)
      expect(read([piHeader(A, 0), line])).toMatchObject({
        format: { kind: 'unknown', found: 'messages in another shape' },
        unreadable: { count: 1 },
      });
  });

  test('wrong types everywhere: no harm', () => {
    const wrong = [1, true, [], {}, null].flatMap((value) => [
      ...['id', 'timestamp', 'cwd', 'parentSession'].map((key) => ({ ...piHeader(B, 9), [key]: value })),
      ...['message', 'timestamp', 'type', 'id'].map((key) => ({ ...piPrompt(9), [key]: value })),
      ...['usage', 'content', 'stopReason', 'model'].map((key) => piAnswer(9, [], { [key]: value })),
    ]);
    expect(read([...session, ...wrong]).sessions.length).toBeGreaterThan(0);
  });
});
