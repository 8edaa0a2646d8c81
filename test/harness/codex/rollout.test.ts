import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TranscriptSession } from '../../../src/domain/transcript-session.ts';
import { usageOf } from '../../../src/domain/transcript.ts';
import { readSessions } from '../../../src/harness/read-sessions.ts';
import { withSubagents } from '../../../src/harness/reading/with-subagents.ts';
import { scratchFolder } from '../../support/scratch.ts';
import * as lines from '../../support/transcript-lines.ts';

const { codexEvent, codexMeta, codexSays, codexTokenCount } = lines;

const A = '11111111-aaaa-4aaa-8aaa-111111111111';
const B = '22222222-bbbb-4bbb-8bbb-222222222222';

function only(content: readonly object[]): TranscriptSession {
  const file = path.join(scratchFolder(), 'full.jsonl');
  writeFileSync(file, content.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const { sessions } = readSessions(file);
  expect(sessions).toHaveLength(1);
  return sessions[0] as TranscriptSession;
}

describe('who started a session of Codex', () => {
  const attended = (more: object, ...rest: object[]) =>
    only([codexMeta(A, 0, more), codexEvent(1, 'user_message'), ...rest]).attended;
  const later = [codexSays(2, 'Done.'), codexEvent(60, 'user_message', { message: 'more' })];

  test('the name of an editor stands for a person', () => {
    for (const originator of ['codex_vscode', 'Codex Desktop', 'VS Code', 'codex-jetbrains', 'Xcode', ''])
      expect(attended({ originator, source: 'vscode' }), originator).toBe('yes');
  });

  test('a client other than an editor is not a terminal, however often it prompts', () => {
    for (const originator of ['my-orchestrator', 'codex_cli_rs', 'vscode-bot', 'codex_app_server'])
      expect(attended({ originator, source: 'vscode' }, ...later), originator).toBe('unknown');
    expect(attended({ originator: 'nightly', source: 'app-server' }, ...later)).toBe('unknown');
    expect(attended({ originator: 'nightly', source: { custom: 'bot' } }, ...later)).toBe('unknown');
  });

  test('an interruption by such a client is no act of a person', () => {
    const interrupted = [codexSays(2, 'Hm.'), codexEvent(3, 'turn_aborted', { reason: 'interrupted' })];
    expect(attended({ originator: 'my-orchestrator', source: 'vscode' }, ...interrupted)).toBe('unknown');
    expect(attended({ originator: 'codex-tui', source: 'cli' }, ...interrupted)).toBe('yes');
  });

  test('programs are programs', () => {
    expect(attended({ originator: 'codex_sdk_ts', source: 'vscode' })).toBe('no');
    expect(attended({ originator: 'codex_exec', source: 'cli' })).toBe('no');
    expect(attended({ originator: 'a-host', source: 'mcp' })).toBe('no');
    const task = { originator: 'Codex Desktop', source: 'vscode', thread_source: 'automation' };
    expect(attended(task)).toBe('unknown');
  });
});

describe('a helper of Codex', () => {
  const spawned = { subagent: { thread_spawn: { parent_thread_id: A, depth: 1 } } };
  const turn = (second: number) => [
    codexEvent(second, 'task_started'),
    codexEvent(second, 'user_message', { message: 'look' }),
    codexSays(second + 5, 'Found it.'),
    codexEvent(second + 5, 'task_complete', { last_agent_message: 'Found it.' }),
  ];

  test('is one helper with all of its lines, whatever names it', () => {
    const named = [
      { source: spawned },
      { source: { subagent: 'review' }, parent_thread_id: A },
      { source: { subagent: { other: 'guardian' } }, session_id: A },
      { thread_source: 'subagent', parent_thread_id: A, source: 'vscode' },
    ];
    for (const more of named)
      expect(only([codexMeta(B, 100, more), ...turn(103)])).toMatchObject({
        kind: 'subagent',
        thread: B,
        parent: A,
        agent: B,
        prompts: 1,
        transcript: { answers: 1 },
      });
  });

  test('without a parent’s name it is a helper still', () => {
    for (const subagent of ['compact', 'memory_consolidation', { other: 'guardian' }])
      expect(only([codexMeta(B, 0, { source: { subagent } }), ...turn(3)])).toMatchObject({
        kind: 'subagent',
        parent: null,
      });
    const internal = { source: { internal: 'memory_consolidation' } };
    expect(only([codexMeta(B, 0, internal), ...turn(3)])).toMatchObject({ kind: 'subagent', parent: null });
  });

  const tokens = (session: TranscriptSession) => {
    const own = [codexMeta(A, 0), ...turn(1), codexTokenCount(9, [1500, 0, 150], [1500, 0, 150])];
    const { input, output } = usageOf(withSubagents(only(own), [session]).transcript);
    return { input, output };
  };

  test('its tokens are its parent’s', () => {
    const helper = [
      codexMeta(B, 100, { source: spawned }),
      ...turn(103),
      codexTokenCount(110, [400, 0, 40], [400, 0, 40]),
    ];
    expect(tokens(only(helper))).toEqual({ input: 1900, output: 190 });
  });

  test('nothing that it copied of its parent counts, whatever the times of the copy', () => {
    const history = (second: number) => [
      codexEvent(second, 'user_message', { message: 'go' }),
      codexSays(second, 'I look.'),
      codexTokenCount(second, [1000, 0, 100], [1000, 0, 100]),
    ];
    const own = [...turn(103), codexTokenCount(110, [1400, 0, 140], [400, 0, 40])];
    const first = codexMeta(B, 100, { source: spawned, forked_from_id: A });
    for (const helper of [
      [first, codexMeta(A, 100), ...history(100), ...own],
      [first, ...history(100), ...own],
      [first, codexMeta(A, 0), ...history(2), ...own],
      [codexMeta(B, 100, { source: spawned }), codexMeta(A, 0), ...history(2), ...own],
      [codexMeta(B, 100, { source: spawned }), ...history(2), ...own],
    ]) {
      const session = only(helper);
      expect(session).toMatchObject({ kind: 'subagent', parent: A, prompts: 1, transcript: { answers: 1 } });
      expect(tokens(session)).toEqual({ input: 1900, output: 190 });
    }
  });
});
