import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { holdingWork, outstandingWork } from '../../../src/domain/background-work.ts';
import { emptyTranscript, foldEvents, usageOf, type Transcript } from '../../../src/domain/transcript.ts';
import { parseCodexStream } from '../../../src/harness/codex/stream.ts';
import { readSessions } from '../../../src/harness/read-sessions.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { codexEvent, codexItem, codexMeta, codexSays } from '../../support/transcript-lines.ts';

// Lines as `codex exec --json` and the files of Codex 0.169 have them.

const AT = new Date('2025-11-30T12:00:00Z');

function fold(...lines: readonly object[]): Transcript {
  return foldEvents(
    emptyTranscript,
    lines.flatMap((line) => parseCodexStream(JSON.stringify(line), AT)),
  );
}

const turn = { type: 'turn.started' };
const done = (usage?: object): object => ({ type: 'turn.completed', ...(usage ? { usage } : {}) });
const item = (step: string, of: object): object => ({ type: `item.${step}`, item: { id: 'i1', ...of } });
const collab = (tool: string, more: object = {}): object =>
  item('completed', {
    type: 'collab_tool_call',
    tool,
    sender_thread_id: 'main',
    receiver_thread_ids: ['t1'],
    prompt: null,
    agents_states: {},
    status: 'completed',
    ...more,
  });
const spawned = collab('spawn_agent', {
  prompt: 'implement it',
  agents_states: { t1: { status: 'running' } },
});
const command = (more: object = {}): object => ({
  type: 'command_execution',
  command: 'npm start',
  aggregated_output: '',
  exit_code: null,
  status: 'in_progress',
  ...more,
});

describe('an agent of a stream', () => {
  test('is at work from its start, and its words are those of its prompt', () => {
    const seen = fold(turn, spawned, done());
    expect(outstandingWork(seen)).toMatchObject([{ workId: 't1', work: 'agent', summary: 'implement it' }]);
    expect(holdingWork(seen)).toHaveLength(1);
    // The start itself is no more than asked for when the turn is over.
    const asked = item('started', { type: 'collab_tool_call', tool: 'spawn_agent', status: 'in_progress' });
    expect(holdingWork(fold(turn, asked, done()))).toHaveLength(1);
  });

  test.each<[string, object]>([
    ['its state, when it was waited for', collab('wait', { agents_states: { t1: { status: 'completed' } } })],
    ['an error', collab('wait', { agents_states: { t1: { status: 'errored', message: 'no' } } })],
    ['a state in another form', collab('wait', { agents_states: { t1: { completed: 'done' } } })],
    ['its close', collab('close_agent')],
  ])('is over by %s', (_, line) => {
    expect(outstandingWork(fold(turn, spawned, line, done()))).toEqual([]);
  });

  test.each<[string, object]>([
    ['a wait that came to nothing', collab('wait', { agents_states: { t1: { status: 'running' } } })],
    ['the end of another', collab('wait', { agents_states: { t2: { status: 'completed' } } })],
    ['a close that failed', collab('close_agent', { status: 'failed' })],
    ['an unknown state', collab('wait', { agents_states: { t1: { status: 'dreaming' } } })],
  ])('is not over by %s', (_, line) => {
    expect(outstandingWork(fold(turn, spawned, line, done()))).toMatchObject([{ workId: 't1' }]);
  });

  test('starts anew with a message', () => {
    const over = collab('wait', { agents_states: { t1: { status: 'completed' } } });
    expect(outstandingWork(fold(turn, spawned, over, collab('send_input')))).toHaveLength(1);
    expect(outstandingWork(fold(turn, spawned, over, collab('send_input', { status: 'failed' })))).toEqual(
      [],
    );
  });
});

describe('a turn that is over', () => {
  test('leaves the command behind that runs on', () => {
    const seen = fold(turn, item('started', command()), done());
    expect(outstandingWork(seen)).toMatchObject([{ work: 'shell', summary: 'npm start' }]);
    expect(holdingWork(seen)).toEqual([]);
    // Before, somebody waits for it.
    expect(outstandingWork(fold(turn, item('started', command())))).toEqual([]);
  });

  test('is not taken back by the end of that command, but by another turn', () => {
    const over = item('completed', command({ exit_code: 0, status: 'completed' }));
    const late = fold(turn, item('started', command()), done(), over);
    expect(late.ended).not.toBeNull();
    expect(outstandingWork(late)).toEqual([]);
    expect(fold(turn, done(), turn).ended).toBeNull();
  });

  test('tells the use of all turns so far', () => {
    const seen = fold(
      turn,
      done({ input_tokens: 100, output_tokens: 10 }),
      turn,
      done({ input_tokens: 300, output_tokens: 30 }),
    );
    expect(usageOf(seen)).toMatchObject({ input: 300, output: 30 });
  });
});

describe('a file', () => {
  function works(...lines: readonly object[]) {
    const file = path.join(scratchFolder(), 'rollout.jsonl');
    const all = [codexMeta('11111111-aaaa-4aaa-8aaa-111111111111', 0), ...lines, codexSays(50, 'I wait.')];
    writeFileSync(file, all.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const [session] = readSessions(file).sessions;
    return session ? outstandingWork(session.transcript).map(({ workId, work }) => [workId, work]) : null;
  }
  const activity = (kind: string): object =>
    codexEvent(1, 'item_completed', {
      item: { type: 'SubAgentActivity', kind, agent_thread_id: 't1', agent_path: '/root/impl' },
    });

  test('tells of agents by their activity', () => {
    expect(works(activity('started'))).toEqual([['t1', 'agent']]);
    expect(works(activity('started'), activity('completed'))).toEqual([]);
    expect(works(activity('started'), activity('interrupted'))).toEqual([]);
  });

  test('or by the events of older versions', () => {
    const spawn = codexEvent(1, 'collab_agent_spawn_end', { new_thread_id: 't1', status: 'pending_init' });
    expect(works(spawn)).toEqual([['t1', 'agent']]);
    expect(
      works(spawn, codexEvent(2, 'collab_waiting_end', { statuses: { t1: { completed: 'x' } } })),
    ).toEqual([]);
    expect(works(spawn, codexEvent(2, 'collab_close_end', { receiver_thread_id: 't1' }))).toEqual([]);
  });

  test('and of commands that run on, by the heads of their answers', () => {
    const call = (id: string, name: string, input: object): object =>
      codexItem(1, 'function_call', { name, arguments: JSON.stringify(input), call_id: id });
    const output = (id: string, text: string): object =>
      codexItem(2, 'function_call_output', { call_id: id, output: text });
    const running = 'Chunk ID: a\nWall time: 1 seconds\nProcess running with session ID 77\nOutput:\n';
    const over = 'Chunk ID: b\nWall time: 1 seconds\nProcess exited with code 0\nOutput:\n';
    const begun = [call('c1', 'exec_command', { cmd: 'npm start' }), output('c1', running)];
    const asked = (text: string) => [call('c2', 'write_stdin', { session_id: 77 }), output('c2', text)];
    expect(works(...begun)).toEqual([['77', 'shell']]);
    expect(works(...begun, ...asked(running))).toEqual([['77', 'shell']]);
    expect(works(...begun, ...asked(over))).toEqual([]);
    expect(works(call('c1', 'exec_command', { cmd: 'cat' }), output('c1', `${over}${running}`))).toEqual([]);
  });
});
