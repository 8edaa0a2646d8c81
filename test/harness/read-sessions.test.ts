import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FileReading, TranscriptSession } from '../../src/domain/transcript-session.ts';
import { addUp } from '../../src/domain/token-counts.ts';
import { totalTokens, usageOf } from '../../src/domain/transcript.ts';
import { totalsByModel, usageByModel } from '../../src/domain/usage-by-model.ts';
import { readSessions, SessionFileReader } from '../../src/harness/read-sessions.ts';
import { withSubagents } from '../../src/harness/reading/with-subagents.ts';
import { scratchFolder } from '../support/scratch.ts';
import * as lines from '../support/transcript-lines.ts';

const { claudeAnswer, claudeLine, claudePrompt, claudeResult, saying, calling } = lines;
const { codexEvent, codexItem, codexMeta, codexSays, codexTokenCount } = lines;

const A = '11111111-aaaa-4aaa-8aaa-111111111111';
const B = '22222222-bbbb-4bbb-8bbb-222222222222';

function fileOf(content: readonly object[] | string | Buffer, name = 'full.jsonl'): string {
  const file = path.join(scratchFolder(), name);
  const text = Array.isArray(content)
    ? content.map((line) => `${JSON.stringify(line)}\n`).join('')
    : (content as string | Buffer);
  writeFileSync(file, text);
  return file;
}

function read(content: readonly object[] | string | Buffer, name?: string): FileReading {
  return readSessions(fileOf(content, name));
}

function only(content: readonly object[] | string | Buffer, name?: string): TranscriptSession {
  const { sessions } = read(content, name);
  expect(sessions).toHaveLength(1);
  return sessions[0] as TranscriptSession;
}

const json = (...values: readonly object[]): string => values.map((each) => JSON.stringify(each)).join('');

describe('a session of Claude Code', () => {
  const session = [
    claudePrompt(A, 0, 'add a file', { entrypoint: 'sdk-cli' }),
    claudeAnswer(A, 1, 'm1', saying('I write it.')),
    claudeAnswer(A, 2, 'm1', calling('t1', 'git commit -m x')),
    claudeResult(A, 3, 't1', '[main 1a2b3c4] x\n 1 file changed'),
    claudeAnswer(A, 4, 'm2', saying('Done.')),
    claudeLine(A, 5, 'cost-state', { totalCostUSD: 0.25, modelUsage: { m: { inputTokens: 30 } } }),
  ];

  test.each([
    ['words of Factory droid', { type: 'message', session_id: 'sid_a', role: 'user', text: 'go' }],
    [
      'a call of Factory droid',
      { type: 'tool_call', session_id: 'sid_a', toolName: 'Shell', parameters: {} },
    ],
    ['a call of Cursor CLI', { type: 'tool_call', subtype: 'started', session_id: B, tool_call: { id: 1 } }],
    ['a line of an unknown CLI', { type: 'told', sessionId: B, text: 'go' }],
  ])('a stray line of another CLI, %s, makes no session', (_, stray) => {
    for (const content of [
      [...session, stray],
      [...session.slice(0, 2), stray, ...session.slice(2)],
    ])
      expect(only(content)).toMatchObject({ thread: A, prompts: 1, lastWord: 'agent' });
  });

  test('who, when, where', () => {
    expect(only(session)).toMatchObject({
      harness: 'claude-code',
      thread: A,
      kind: 'session',
      parent: null,
      startedAt: lines.atMinute(0),
      endedAt: lines.atMinute(5),
      cwd: '/work/app',
      branch: 'main',
      version: '2.1.330',
      prompts: 1,
      lastWord: 'agent',
      costUsd: 0.25,
    });
  });

  test('what the judge reads', () => {
    const { transcript } = only(session);
    expect(transcript).toMatchObject({
      thread: A,
      answers: 3,
      openCalls: [],
      printedCommits: ['1a2b3c4'],
      unreadableLines: 0,
    });
  });

  test('the usage of a message counts once, however many lines tell it', () => {
    const { transcript } = only([...session, ...session]);
    const twice = { input: 20, output: 10, cacheRead: 200, cacheWrite: 40 };
    expect(usageOf(transcript)).toEqual({ ...twice, peakContext: 130, turns: 2 });
    expect(totalsByModel(usageByModel(transcript))).toEqual([
      { model: 'a-model', isSubagent: false, messages: 2, tokens: twice },
    ]);
  });

  test('a gateway that gives two messages one id gives them two requests', () => {
    const same = (request: string) => claudeAnswer(A, 1, 'm1', saying('.'), { requestId: request });
    expect(only([same('r1'), same('r2'), same('r2')]).transcript.usageByMessage.size).toBe(2);
  });

  test('times are the first and the last, whatever their order', () => {
    const late = claudeAnswer(A, 9, 'm1', saying('late'));
    const early = claudePrompt(A, -30, 'early');
    const noTime = claudeLine(A, 0, 'progress', { timestamp: 'yesterday' });
    expect(only([late, early, noTime, ...session])).toMatchObject({
      startedAt: lines.atMinute(-30),
      endedAt: lines.atMinute(9),
    });
  });

  test('a life of nothing but snapshots is one, named by its file', () => {
    const snapshot = { messageId: 'm', timestamp: lines.atMinute(7) };
    expect(only([{ type: 'file-history-snapshot', snapshot }], `${A}.jsonl`)).toMatchObject({
      thread: A,
      startedAt: lines.atMinute(7),
      prompts: 0,
      lastWord: 'none',
      transcript: { answers: 0, unreadableLines: 0 },
    });
  });

  test('a tool that was refused because nobody could be asked is denied; one that a person refused is not', () => {
    const refused = (source: string) =>
      only([
        claudeAnswer(A, 0, 'm1', calling('t1', 'make')),
        claudeResult(A, 1, 't1', 'needs approval', { permissionDecision: { decision: 'reject', source } }),
      ]);
    expect(refused('config')).toMatchObject({ attended: 'unknown', transcript: { deniedTools: ['Bash'] } });
    expect(refused('user')).toMatchObject({ attended: 'yes', transcript: { deniedTools: [] } });
  });

  test('a call that nobody answered has the last word', () => {
    const open = [...session.slice(0, 3), claudeLine(A, 9, 'progress')];
    expect(only(open)).toMatchObject({ lastWord: 'call', transcript: { openCalls: [{ callId: 't1' }] } });
    expect(only(session.slice(0, 4)).lastWord).toBe('tool');
    expect(only(session.slice(0, 1)).lastWord).toBe('person');
  });

  test('of a conversation that was gone on with, what came since', () => {
    const again = [
      claudePrompt(A, 60, 'go on', { entrypoint: 'sdk-cli' }),
      claudeAnswer(A, 61, 'm3', saying('More.')),
      claudeLine(A, 62, 'cost-state', {
        totalCostUSD: 0.4,
        modelUsage: { m: { inputTokens: 50 } },
        timestamp: undefined,
      }),
    ];
    const { sessions } = readSessions(fileOf([...session, ...again]), lines.atMinute(30));
    expect(sessions).toMatchObject([{ thread: A, prompts: 1, startedAt: lines.atMinute(60) }]);
    expect(sessions[0]?.costUsd).toBeCloseTo(0.15);
    expect(sessions[0]?.counted).toMatchObject({ input: 20, output: null });
    expect([...(sessions[0]?.transcript.usageByMessage.keys() ?? [])]).toEqual(['m3 req-m3']);
    expect(readSessions(fileOf(session), lines.atMinute(30)).sessions).toEqual([]);
  });

  test('a stream that somebody kept is read too, with its result', () => {
    const stream = [
      { type: 'system', subtype: 'init', session_id: A, model: 'a-model', cwd: '/work/app' },
      { type: 'assistant', message: { id: 'm1', content: [saying('Done.')] }, session_id: A },
      { type: 'result', subtype: 'success', session_id: A, total_cost_usd: 0.5, num_turns: 1 },
    ];
    expect(only(stream)).toMatchObject({
      thread: A,
      attended: 'no',
      costUsd: 0.5,
      startedAt: null,
      transcript: { ended: { subtype: 'success' } },
    });
  });
});

describe('attended', () => {
  const answer = claudeAnswer(A, 1, 'm1', saying('.'));
  const attendedOf = (...more: object[]) => only(more).attended;
  const prompt = (minute: number, more = {}) => claudePrompt(A, minute, 'go', more);

  test('what the CLI says about its start decides', () => {
    expect(attendedOf(prompt(0, { entrypoint: 'cli' }), answer)).toBe('yes');
    expect(attendedOf(prompt(0, { entrypoint: 'claude-vscode' }), answer)).toBe('yes');
    const sdk = { entrypoint: 'sdk-ts' };
    expect(attendedOf(prompt(0, sdk), answer, prompt(2, sdk))).toBe('no');
    // A person went on in a terminal.
    expect(attendedOf(prompt(0, sdk), answer, prompt(2, { entrypoint: 'cli' }))).toBe('yes');
  });

  test('else what only a person does', () => {
    expect(attendedOf(prompt(0), answer, prompt(2))).toBe('yes');
    expect(attendedOf(prompt(0), answer, claudePrompt(A, 2, '[Request interrupted by user]'))).toBe('yes');
    const refused = { toolUseResult: 'User rejected tool use' };
    expect(attendedOf(prompt(0), claudeResult(A, 2, 't1', 'no', refused))).toBe('yes');
    const chosen = { toolUseResult: { answers: { 'Which?': 'this' } } };
    expect(attendedOf(prompt(0), claudeResult(A, 2, 't1', 'this', chosen))).toBe('yes');
  });

  test('else how the file begins; one prompt proves nothing', () => {
    const queued = claudeLine(A, 0, 'queue-operation', { operation: 'enqueue' });
    expect(attendedOf(queued, prompt(0), answer)).toBe('no');
    expect(attendedOf(prompt(0), answer, queued)).toBe('unknown');
  });

  test('what the CLI tells the model is no prompt', () => {
    const told = [
      claudePrompt(A, 2, 'caveat', { isMeta: true }),
      claudePrompt(A, 3, 'so far …', { isCompactSummary: true }),
      claudePrompt(A, 4, '<local-command-stdout>ok</local-command-stdout>'),
      claudePrompt(A, 5, '<task-notification>done</task-notification>'),
    ];
    expect(only([prompt(0), answer, ...told])).toMatchObject({ attended: 'unknown', prompts: 1 });
  });

  test.each([
    ['words of a teammate', '<teammate-message teammate_id="lead">do it</teammate-message>'],
    ['mail of an agent', '[Agent mail] from tester: the build is red'],
    ['an object', '{"type":"task_assignment","from":"lead"}'],
  ])('another agent is not a person, not even in a terminal: %s', (_, words) => {
    const sent = (minute: number) => claudePrompt(A, minute, words, { entrypoint: 'cli' });
    const found = only([sent(0), answer, sent(2)]);
    expect(found).toMatchObject({ attended: 'no', prompts: 2, lastWord: 'person' });
    expect(attendedOf(sent(0), answer, sent(2), claudePrompt(A, 3, '[Request interrupted by user]'))).toBe(
      'yes',
    );
    expect(attendedOf(prompt(0, { entrypoint: 'cli' }), answer, sent(2))).toBe('yes');
    expect(attendedOf(prompt(0), answer, claudePrompt(A, 2, words))).toBe('unknown');
  });

  test('a member of a team of agents is started by its lead, who is another one', () => {
    const of = (agentName: string) => ({ entrypoint: 'cli', teamName: 'a-team', agentName });
    expect(attendedOf(prompt(0, of('coder')), answer)).toBe('no');
    expect(attendedOf(prompt(0, of('team-lead')), answer)).toBe('yes');
    // A person went to its terminal.
    expect(attendedOf(prompt(0, of('coder')), answer, prompt(2, of('coder')))).toBe('yes');
  });

  test('what an editor adds is no prompt, and what a person typed beside it is one', () => {
    const added = '<ide_opened_file>The user opened a.ts.</ide_opened_file>';
    const alone = (minute: number) => claudePrompt(A, minute, added);
    expect(only([prompt(0), answer, alone(2)])).toMatchObject({
      attended: 'unknown',
      prompts: 1,
      lastWord: 'agent',
    });
    const beside = claudeLine(A, 0, 'user', {
      message: { role: 'user', content: [saying(added), saying('why is this red?')] },
    });
    expect(only([beside, answer])).toMatchObject({ attended: 'yes', prompts: 1 });
    expect(attendedOf(alone(0), prompt(1), answer)).toBe('yes');
    expect(attendedOf(alone(0), answer)).toBe('unknown');
    expect(attendedOf(claudePrompt(A, 0, '<environment_context/>go'), answer)).toBe('unknown');
  });

  test('a prompt that was queued while the agent worked is a second one', () => {
    const attachment = (told: string) =>
      claudeLine(A, 2, 'attachment', { attachment: { type: 'queued_command', prompt: told } });
    expect(attendedOf(prompt(0), answer, attachment('and the docs'))).toBe('yes');
    const news = '<task-notification><status>completed</status></task-notification>';
    expect(attendedOf(prompt(0), answer, attachment(news))).toBe('unknown');
  });

  test('instructions that Codex writes as words of its user are no prompts', () => {
    const said = (second: number, message: string) => codexEvent(second, 'user_message', { message });
    const meta = codexMeta(A, 0, { originator: 'some_client', source: 'unknown' });
    const instructions = [
      said(1, '<user_instructions>Use tabs.</user_instructions>'),
      said(2, '<environment_context><cwd>/w</cwd></environment_context>'),
    ];
    expect(only([meta, ...instructions, said(3, 'go')])).toMatchObject({ attended: 'unknown', prompts: 1 });
  });

  test('Codex names its program', () => {
    const codex = (more: object) => only([codexMeta(A, 0, more), codexEvent(1, 'user_message')]).attended;
    expect(codex({})).toBe('no');
    expect(codex({ originator: 'codex_cli_rs', source: 'cli' })).toBe('yes');
    expect(codex({ originator: 'codex_exec', source: 'vscode' })).toBe('no');
    expect(codex({ originator: 'some_client', source: 'unknown' })).toBe('unknown');
  });
});

describe('forks, and several conversations in one file', () => {
  test('a fork of Claude Code counts nothing of what it copied', () => {
    const copied = { requestSessionId: A };
    const fork = only([
      claudePrompt(B, 0, 'first'),
      claudeAnswer(B, 1, 'm1', calling('t1', 'git commit -m x'), copied),
      claudeResult(B, 2, 't1', '[main 1a2b3c4] x'),
      claudeAnswer(B, 3, 'm2', saying('Done.'), copied),
      claudePrompt(B, 60, 'and now?'),
      claudeAnswer(B, 61, 'm3', saying('More.')),
      claudeLine(B, 62, 'cost-state', { totalCostUSD: 0.25 }),
    ]);
    expect(fork).toMatchObject({
      thread: B,
      kind: 'fork',
      parent: A,
      startedAt: lines.atMinute(60),
      prompts: 1,
      // Of the sum, nobody says which part is the parent's.
      costUsd: null,
      transcript: { answers: 1, printedCommits: [] },
    });
    expect(usageOf(fork.transcript)).toMatchObject({ input: 10, turns: 1 });
  });

  test('an older one keeps the names of the lines it copied', () => {
    const shared = [claudePrompt(A, 0, 'first'), claudeAnswer(A, 1, 'm1', saying('Done.'))];
    const own = claudePrompt(B, 60, 'and now?', { parentUuid: 'uuid-of-the-copy' });
    const answer = claudeAnswer(B, 61, 'm2', saying('More.'), { parentUuid: 'x' });
    const expected = { thread: B, kind: 'fork', parent: A, startedAt: lines.atMinute(60) };
    expect(only([...shared, own, answer])).toMatchObject(expected);
    // In the file of the first, the second is another session.
    expect(read([...shared, own, answer], `${A}.jsonl`).sessions.map(({ thread }) => thread)).toEqual([A, B]);
  });

  test('conversations that begin by themselves are sessions of their own, with their own times', () => {
    const { sessions } = read([
      claudePrompt(A, 0, 'first'),
      claudeAnswer(A, 1, 'm1', saying('Done.')),
      claudePrompt(B, 60, 'second'),
      claudeAnswer(A, 2, 'm2', saying('Really.')),
    ]);
    expect(sessions.map(({ thread, startedAt, endedAt }) => [thread, startedAt, endedAt])).toEqual([
      [A, lines.atMinute(0), lines.atMinute(2)],
      [B, lines.atMinute(60), lines.atMinute(60)],
    ]);
  });
});

describe('helpers', () => {
  const sidechain = { isSidechain: true, agentId: 'abc' };
  const helperFile = [
    claudePrompt(A, 2, 'look around', sidechain),
    claudeAnswer(A, 3, 'h1', saying('Found it.'), sidechain),
  ];
  const parent = [claudePrompt(A, 0, 'go'), claudeAnswer(A, 9, 'm1', saying('Done.'))];

  test('a file of a helper is no session of its own', () => {
    const helper = { kind: 'subagent', thread: A, parent: A, agent: 'abc' };
    expect(only(helperFile, 'agent-abc.jsonl')).toMatchObject(helper);
  });

  test('chatter that names it in its file is its own, and no session', () => {
    const chatter = claudeLine(A, 3, 'api-request', { agentId: 'abc', isSidechain: undefined });
    expect(only([chatter, ...helperFile, chatter]).agent).toBe('abc');
    expect(only([...parent, chatter]).kind).toBe('session');
  });

  test('its usage belongs to its parent, flagged, and no message twice', () => {
    const copied = [...helperFile, claudeAnswer(A, 9, 'm1', saying('Done.'), sidechain)];
    const whole = withSubagents(only(parent), [only(helperFile), only(copied)]);
    expect(usageByModel(whole.transcript)).toMatchObject([
      { isSubagent: false, messages: 1 },
      { isSubagent: true, messages: 1 },
    ]);
    expect(usageOf(whole.transcript)).toMatchObject({ input: 20, peakContext: 130, turns: 1 });
    expect(whole.transcript.answers).toBe(1);
  });

  test('in older files its lines stand among the session’s own', () => {
    const lost = { isSidechain: true };
    const session = only([
      ...parent,
      claudePrompt(A, 2, 'look around', lost),
      claudeAnswer(A, 10, 'h1', saying('Found it.'), lost),
    ]);
    expect(session).toMatchObject({ kind: 'session', thread: A, prompts: 1 });
    expect(usageByModel(session.transcript).map(({ isSubagent }) => isSubagent)).toEqual([false, true]);
  });

  test('Codex names the thread that spawned it', () => {
    const source = { subagent: { thread_spawn: { parent_thread_id: A, depth: 1 } } };
    expect(only([codexMeta(B, 0, { source })])).toMatchObject({ kind: 'subagent', parent: A, agent: B });
  });
});

describe('a rollout of Codex', () => {
  const turn = [
    codexMeta(A, 0),
    codexEvent(1, 'task_started'),
    { ...codexItem(1, 'x'), type: 'turn_context', payload: { model: 'a-model' } },
    codexEvent(2, 'user_message', { message: 'go' }),
    codexEvent(2, 'item_completed', { item: { type: 'UserMessage' } }),
    codexItem(3, 'function_call', {
      name: 'shell',
      arguments: '{"command":["bash","-lc","git commit -m x"]}',
      call_id: 'c1',
    }),
    codexItem(4, 'function_call_output', {
      call_id: 'c1',
      output: 'Exit code: 0\nWall time: 0.1 seconds\nOutput:\n[main 1a2b3c4] x\n',
    }),
    codexTokenCount(5, [100, 40, 10], [100, 40, 10]),
    codexTokenCount(6, [100, 40, 10], [100, 40, 10]),
    codexSays(7, 'Done.'),
    codexTokenCount(8, [250, 140, 15], [150, 100, 5]),
    codexEvent(9, 'task_complete', { last_agent_message: 'Done.' }),
  ];

  test('one session, with its calls, commits and end', () => {
    expect(only(turn)).toMatchObject({
      harness: 'codex',
      thread: A,
      startedAt: lines.atSecond(0),
      endedAt: lines.atSecond(9),
      branch: 'main',
      version: '0.169.0',
      prompts: 1,
      lastWord: 'agent',
      transcript: {
        model: 'a-model',
        answers: 2,
        openCalls: [],
        toolErrors: 0,
        printedCommits: ['1a2b3c4'],
        ended: { isError: false, subtype: 'task_complete' },
      },
    });
  });

  test('totals are told again and again, and count once', () => {
    const { transcript } = only(turn);
    expect(usageOf(transcript)).toEqual({
      input: 110,
      output: 15,
      cacheRead: 140,
      cacheWrite: null,
      peakContext: 150,
      turns: 2,
    });
    expect(usageByModel(transcript)).toMatchObject([{ model: 'a-model', messages: 2 }]);
  });

  test('the context of each request has its band, and none where lines between two totals are missing', () => {
    const requests = [
      codexTokenCount(5, [200_000, 150_000, 10], [200_000, 150_000, 10]),
      codexTokenCount(6, [200_000, 150_000, 10], [200_000, 150_000, 10]),
      codexTokenCount(7, [400_001, 300_000, 20], [200_001, 150_000, 10]),
      codexTokenCount(8, [400_101, 300_000, 20], [100, 0, 0]),
      codexTokenCount(9, [900_000, 700_000, 40], [250_000, 200_000, 10]),
    ];
    const { transcript } = only([codexMeta(A, 0), ...requests]);
    const rows = usageByModel(transcript);
    expect(rows.map(({ contextBand, messages, tokens }) => [contextBand, messages, tokens.input])).toEqual([
      ['200k', 1, 50_000],
      ['272k', 1, 50_001],
      ['128k', 1, 100],
      [null, 1, 99_899],
    ]);
    expect(rows.every(({ serviceTier }) => serviceTier === null)).toBe(true);
    expect(addUp(rows.map(({ tokens }) => tokens))).toEqual(totalTokens(transcript));
  });

  test('newer versions tell each answer at once, and totals that lack what was killed: those do not count', () => {
    const record = (second: number, response: string, input: number, thread = A) => {
      const usage = { input_tokens: input, output_tokens: 1 };
      const payload = { usage, response_id: response, thread_id: thread };
      return lines.codexLine(second, 'token_usage_record', payload);
    };
    const killed = [codexMeta(A, 0), record(1, 'r1', 100)];
    expect(usageOf(only(killed).transcript)).toMatchObject({ input: 100, turns: 1 });
    const resumed = [...killed, record(60, 'r2', 70), codexTokenCount(65, [70, 0, 1], [70, 0, 1])];
    const twice = [...resumed, record(66, 'r2', 70), record(67, 'r3', 9, B)];
    expect(usageOf(only(twice).transcript)).toMatchObject({ input: 170, turns: 2 });
  });

  test('a fork goes on counting where its parent stood, and uses the difference', () => {
    const fork = only([
      codexMeta(B, 100, { forked_from_id: A, history_base: { thread_id: A } }),
      codexEvent(100, 'task_started'),
      codexTokenCount(103, [300, 150, 20], [50, 10, 5]),
      codexTokenCount(105, [360, 170, 30], [60, 20, 10]),
    ]);
    expect(fork).toMatchObject({ kind: 'fork', parent: A, startedAt: lines.atSecond(100) });
    expect(usageOf(fork.transcript)).toMatchObject({ input: 80, cacheRead: 30, output: 15, turns: 2 });
  });

  test('an older fork copies the history at once; nothing of that counts', () => {
    const history = turn.slice(1).map((line) => ({ ...line, timestamp: lines.atSecond(100) }));
    const fork = only([
      codexMeta(B, 100, { forked_from_id: A }),
      codexMeta(A, 100),
      ...history,
      codexEvent(160, 'user_message', { message: 'more' }),
      codexSays(170, 'More.'),
      codexTokenCount(171, [350, 200, 25], [100, 60, 10]),
    ]);
    expect(fork).toMatchObject({ thread: B, kind: 'fork', parent: A, prompts: 1 });
    expect(fork.transcript).toMatchObject({ answers: 1, printedCommits: [] });
    expect(usageOf(fork.transcript)).toMatchObject({ input: 40, cacheRead: 60, output: 10, turns: 1 });
  });

  test('counts that begin anew on a resume are added', () => {
    const again = [...turn, codexMeta(A, 200), codexTokenCount(201, [70, 30, 7], [70, 30, 7])];
    expect(usageOf(only(again).transcript)).toMatchObject({ input: 150, cacheRead: 170, output: 22 });
  });

  test('of a thread that was gone on with, what came since is the difference', () => {
    const again = [codexEvent(200, 'user_message'), codexTokenCount(201, [350, 200, 25], [100, 60, 10])];
    const { sessions } = readSessions(fileOf([...turn, ...again]), lines.atSecond(150));
    expect(sessions).toMatchObject([{ thread: A, prompts: 1 }]);
    expect(sessions[0] && usageOf(sessions[0].transcript)).toMatchObject({
      input: 40,
      cacheRead: 60,
      output: 10,
    });
  });

  test('opened, and no turn: one session that did nothing', () => {
    expect(only([codexMeta(A, 0)])).toMatchObject({ thread: A, prompts: 0, lastWord: 'none' });
  });

  test('failures of tools, in the heads of three versions', () => {
    const outputs = [
      'Exit code: 1\nWall time: 0 seconds\nOutput:\n',
      'Chunk ID: a\nWall time: 0 seconds\nProcess exited with code 3\nOutput:\n',
      '{"output":"no","metadata":{"exit_code":2}}',
      { success: false, content: 'no' },
      // What the command itself printed is no exit code.
      'Exit code: 0\nOutput:\nExit code: 1\n',
    ];
    const answers = outputs.map((output, n) =>
      codexItem(n, 'function_call_output', { call_id: `c${n}`, output }),
    );
    expect(only([codexMeta(A, 0), ...answers]).transcript.toolErrors).toBe(4);
  });

  test('a list of steps that are not done', () => {
    const args = JSON.stringify({ plan: [{ status: 'completed' }, { status: 'pending' }] });
    const call = codexItem(1, 'function_call', { name: 'update_plan', arguments: args, call_id: 'c' });
    expect(only([codexMeta(A, 0), call]).transcript.openTodos).toBe(1);
  });
});

describe('limits, credentials, overload', () => {
  const failed = (error: object, more: object[] = []) =>
    only([codexMeta(A, 0), ...more, codexEvent(9, 'task_complete', { error: { message: 'no', ...error } })]);

  test('Codex: by the code beside the sentence', () => {
    const trouble = (info: unknown) => failed({ codex_error_info: info }).transcript.trouble?.error;
    expect(trouble('unauthorized')).toBe('auth');
    expect(trouble('server_overloaded')).toBe('overload');
    expect(trouble({ http_connection_failed: { http_status_code: 401 } })).toBe('auth');
    expect(trouble({ response_stream_disconnected: { http_status_code: 503 } })).toBe('overload');
    expect(trouble('other')).toBe('other');
    expect(trouble({})).toBe('other');
  });

  test('Codex: a limit ends when the window that is used up begins anew', () => {
    const rate_limits = {
      primary: { used_percent: 40, resets_at: 1_767_700_000 },
      secondary: { used_percent: 100, resets_at: 1_768_000_000 },
    };
    const count = codexEvent(1, 'token_count', { info: null, rate_limits });
    const { transcript } = failed({ codex_error_info: 'usage_limit_exceeded' }, [count]);
    expect(transcript.limit).toEqual({ resetsAt: '2026-01-09T23:06:40.000Z', detail: 'no' });
    expect(transcript.ended?.isError).toBe(true);
  });

  test.each([
    ['GPT-5.3-Codex-Spark', { model: 'gpt-5.3-codex-spark' }],
    ['codex', {}],
    [null, {}],
  ])('Codex: a limit with the name %s has its scope', (limit_name, scope) => {
    const rate_limits = { limit_name, primary: { used_percent: 100, resets_at: 1_768_000_000 } };
    const count = codexEvent(1, 'token_count', { info: null, rate_limits });
    const { transcript } = failed({ codex_error_info: 'usage_limit_exceeded' }, [count]);
    expect(transcript.limit).toEqual({ resetsAt: '2026-01-09T23:06:40.000Z', detail: 'no', ...scope });
  });

  test('Codex: a model’s limit that is not used up is not the one that was met', () => {
    const rate_limits = { limit_name: 'GPT-5.3-Codex-Spark', primary: { used_percent: 40 } };
    const count = codexEvent(1, 'token_count', { info: null, rate_limits });
    const { transcript } = failed({ codex_error_info: 'usage_limit_exceeded' }, [count]);
    expect(transcript.limit).toEqual({ resetsAt: null, detail: 'no' });
  });

  const synthetic = (text: string, more: object = {}) => {
    const content = [saying(text)];
    const message = { id: 'x', model: '<synthetic>', content, usage: { input_tokens: 0 } };
    return only([claudeLine(A, 0, 'assistant', { message, isApiErrorMessage: true, ...more })]).transcript;
  };

  test('Claude Code: a synthetic line is no answer and no usage', () => {
    const transcript = synthetic("You've hit your limit · resets 3pm (Europe/Berlin)");
    expect(transcript).toMatchObject({ answers: 0, limit: { resetsAt: '2026-01-05T14:00:00.000Z' } });
    expect(transcript.usageByMessage.size).toBe(0);
  });

  test('Claude Code: its own word for the error comes before its prose', () => {
    expect(synthetic('Something.', { error: 'authentication_failed' }).trouble?.error).toBe('auth');
    expect(synthetic('Something.', { error: 'rate_limit' }).trouble?.error).toBe('overload');
    expect(synthetic("You're out of extra usage", { error: 'rate_limit' }).limit).not.toBeNull();
    expect(synthetic('API Error: 500', { error: 'unknown' }).trouble?.error).toBe('overload');
  });

  test('Claude Code: tries that failed are trouble until the model answers', () => {
    const retry = claudeLine(A, 0, 'system', { subtype: 'api_error', error: { status: 529 } });
    expect(only([retry]).transcript.trouble?.error).toBe('overload');
    expect(only([retry, claudeAnswer(A, 1, 'm1', saying('.'))]).transcript.trouble).toBeNull();
  });

  test('the words of a limit that a tool printed are none', () => {
    const words = "You've hit your usage limit. resets 3pm";
    expect(only([claudeResult(A, 0, 't', words)]).transcript.limit).toBeNull();
    const output = codexItem(1, 'function_call_output', { call_id: 'c', output: words });
    expect(only([codexMeta(A, 0), output]).transcript.limit).toBeNull();
  });
});

describe('what stands in a file decides whose it is', () => {
  const { claude, codex } = {
    claude: [claudePrompt(A, 0, 'go'), claudeAnswer(A, 1, 'm1', saying('.'))],
    codex: [codexMeta(A, 0), codexSays(1, '.')],
  };

  test('never its name', () => {
    expect(read(claude, 'rollout-gemini.jsonl').format).toEqual({ kind: 'known', harness: 'claude-code' });
    expect(read(codex, 'claude.jsonl').format).toEqual({ kind: 'known', harness: 'codex' });
  });

  test.each([
    ['a session of Copilot CLI', json({ type: 'session.start', id: 'e', data: {}, timestamp: 't' })],
    ['a stream of opencode', json({ type: 'step_start', sessionID: 's', part: {} })],
    ['a conversation of gptme', json({ role: 'system', content: 'x', timestamp: 't' })],
    ['a stream of Gemini CLI', json({ type: 'init', timestamp: 't', session_id: 's', model: 'm' })],
    ['a rollout of Codex before 0.32', json({ id: 'x', timestamp: 't', instructions: null })],
  ])('%s is named, and not read', (what, text) => {
    expect(read(text)).toMatchObject({
      format: { kind: 'other', what },
      sessions: [],
      unreadable: { count: 0 },
    });
  });

  test('what nobody knows says what was expected and what was found', () => {
    const reading = read([{ kind: 'step', body: 'x' }]);
    expect(reading.sessions).toEqual([]);
    expect(reading.format).toMatchObject({
      kind: 'unknown',
      expected: expect.stringContaining('claude-code') as string,
      found: 'an object with kind, body',
    });
    expect(read('once upon a time\n').format).toMatchObject({ found: 'lines that are not JSON' });
    expect(read('').format).toEqual({ kind: 'empty' });
  });

  test('CLI renames a field: the format is unknown, and what was found is no empty session', () => {
    const renamed = [
      claudePrompt(A, 0, 'go'),
      claudeLine(A, 1, 'assistant', { message: { id: 'm', body: [saying('.')] } }),
    ];
    expect(read(renamed)).toMatchObject({
      format: { kind: 'unknown', expected: expect.stringContaining('message.content') as string },
      sessions: [{ thread: A, transcript: { answers: 0, unreadableLines: 1 } }],
      unreadable: { count: 1, places: [{ line: 2 }] },
    });
    const reply = claudeLine(A, 1, 'reply', { message: { role: 'assistant', content: [] } });
    expect(read([claudePrompt(A, 0, 'go'), reply]).format.kind).toBe('unknown');
    const item = codexItem(1, 'utterance', { role: 'assistant', content: [] });
    expect(read([codexMeta(A, 0), item]).format.kind).toBe('unknown');
  });

  test('one odd line among many is counted, and no other format', () => {
    const odd = claudeLine(A, 2, 'assistant', { message: null });
    expect(read([...claude, odd])).toMatchObject({
      format: { kind: 'known' },
      unreadable: { count: 1, places: [{ line: 3 }] },
    });
  });
});

describe('lines', () => {
  const one = claudePrompt(A, 0, 'go');
  const two = claudeAnswer(A, 1, 'm1', saying('Grüße 👋'));
  const whole = `${json(one)}\n${json(two)}\n`;

  test('objects that were glued together are both read', () => {
    expect(only(`${json(one, two)}\n`).transcript.answers).toBe(1);
    expect(only(`${json(one)} \0${json(two)}\n`).transcript.answers).toBe(1);
  });

  test('a last line without a newline is read; half a one waits and is not counted', () => {
    const file = fileOf(whole.slice(0, -1));
    expect(readSessions(file)).toMatchObject({ isTorn: false, sessions: [{ transcript: { answers: 1 } }] });
    const torn = fileOf(whole.slice(0, -20));
    const reading = readSessions(torn);
    expect(reading).toMatchObject({ isTorn: true, unreadable: { count: 0 } });
    expect(reading.completed).toBe(json(one).length + 1);
    expect(reading.sessions[0]?.transcript.answers).toBe(0);
    appendFileSync(torn, whole.slice(-20));
    expect(readSessions(torn)).toMatchObject({ isTorn: false, sessions: [{ transcript: { answers: 1 } }] });
  });

  test('unreadable ones are counted, with line and byte', () => {
    const { unreadable, sessions } = read(`${json(one)}\nnot json\n\n${json(two)}{"half\n[]\n`);
    const second = json(one).length + 1;
    const fourth = second + 'not json\n\n'.length;
    const fifth = fourth + Buffer.byteLength(`${json(two)}{"half\n`);
    expect(unreadable).toEqual({
      count: 3,
      places: [
        { line: 2, byte: second },
        { line: 4, byte: fourth },
        { line: 5, byte: fifth },
      ],
    });
    expect(sessions[0]?.transcript).toMatchObject({ answers: 1, unreadableLines: 3 });
  });

  test.each([
    ['a byte order mark', `\uFEFF${whole}`],
    ['carriage returns', whole.replaceAll('\n', '\r\n')],
    ['blank lines', `\n \n${whole}\n\t\n`],
    ['NULs that a crash left', `${whole.slice(0, -1)}\0\0\0\n`],
  ])('%s: no harm', (_, text) => {
    expect(read(text)).toMatchObject({
      sessions: [{ thread: A, transcript: { answers: 1 } }],
      unreadable: { count: 0 },
      isTorn: false,
    });
  });

  test('bytes that are no UTF-8: no harm', () => {
    const bytes = Buffer.from(whole);
    bytes[bytes.indexOf('Gr') + 2] = 0xff;
    expect(only(bytes).transcript.answers).toBe(1);
  });

  test('deep nesting, __proto__, and wrong types everywhere: no harm', () => {
    const deep = `{"type":"user","sessionId":"${A}","message":{"content":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`;
    const proto = `{"__proto__":{"polluted":1},"type":"user","sessionId":"${A}","message":{"content":"x","__proto__":{"polluted":1}}}`;
    const wrong = ['sessionId', 'timestamp', 'cwd', 'message', 'toolUseResult', 'isSidechain'].flatMap(
      (key) => [1, true, [], {}, null].map((value) => JSON.stringify({ ...one, [key]: value })),
    );
    const { sessions } = read(`${whole}${deep}\n${proto}\n${wrong.join('\n')}\n`);
    expect(sessions.length).toBeGreaterThan(0);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    const codex = ['payload', 'timestamp', 'type'].flatMap((key) =>
      [1, true, [], {}, null].map((value) => JSON.stringify({ ...codexSays(1, '.'), [key]: value })),
    );
    expect(read(`${json(codexMeta(A, 0))}\n${codex.join('\n')}\n`).sessions).toHaveLength(1);
  });

  test('a line that is too long for memory is counted, and the rest is read', () => {
    const long = Buffer.alloc(17 << 20, 'x');
    const text = Buffer.concat([Buffer.from(`${json(one)}\n`), long, Buffer.from(`\n${json(two)}\n`)]);
    expect(read(text)).toMatchObject({
      unreadable: { count: 1, places: [{ line: 2, byte: json(one).length + 1 }] },
      sessions: [{ transcript: { answers: 1, unreadableLines: 1 } }],
    });
  });

  test('a file that grows gives one session at every length, and never an unreadable line', () => {
    const file = path.join(scratchFolder(), `${A}.jsonl`);
    const bytes = Buffer.from(whole);
    const threads = new Set<string | null>();
    let answers = 0;
    for (let length = 1; length <= bytes.length; length++) {
      writeFileSync(file, bytes.subarray(0, length));
      const { sessions, unreadable, format } = readSessions(file);
      expect(unreadable.count).toBe(0);
      // Half a first line is nobody's yet.
      expect(sessions.length).toBe(length < json(one).length ? 0 : 1);
      if (sessions.length > 0) expect(format.kind).toBe('known');
      for (const { thread } of sessions) threads.add(thread);
      const now = sessions[0]?.transcript.answers ?? 0;
      expect(now).toBeGreaterThanOrEqual(answers);
      answers = now;
    }
    expect([...threads]).toEqual([A]);
    expect(answers).toBe(1);
  });

  test('a part at a time gives the same as all at once', () => {
    const file = fileOf([
      one,
      two,
      ...Array.from({ length: 50 }, (_, n) => claudeAnswer(A, n, `m${n}`, saying('x'))),
    ]);
    const reader = new SessionFileReader(file);
    while (reader.read(1000));
    expect(reader.finish()).toEqual(readSessions(file));
  });
});
