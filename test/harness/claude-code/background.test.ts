import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { holdingWork, outstandingWork, unfinishedAgents } from '../../../src/domain/background-work.ts';
import { emptyTranscript, foldEvents, usageOf, type Transcript } from '../../../src/domain/transcript.ts';
import { parseStreamJson } from '../../../src/harness/claude-code/stream.ts';
import { readSessions } from '../../../src/harness/read-sessions.ts';
import { scratchFolder } from '../../support/scratch.ts';
import {
  claudeAnswer,
  claudeLine,
  claudePrompt,
  claudeResult,
  saying,
} from '../../support/transcript-lines.ts';

// Lines as Claude Code 2.1.330 prints them, and shapes of older versions beside them.

const AT = new Date('2025-11-30T12:00:00Z');

function fold(...lines: readonly object[]): Transcript {
  return foldEvents(
    emptyTranscript,
    lines.flatMap((line) => parseStreamJson(JSON.stringify(line), AT)),
  );
}

const works = (...lines: readonly object[]) =>
  outstandingWork(fold(...lines)).map(({ workId, work, summary }) => [workId, work, summary]);

const system = (subtype: string, more: object): object => ({ type: 'system', subtype, ...more });
const init = system('init', { session_id: 'th' });
const said = (words: string, helper: string | null = null): object => ({
  type: 'assistant',
  parent_tool_use_id: helper,
  message: { id: `m-${words}`, content: [{ type: 'text', text: words }] },
});
const call = (name: string, input: object = {}, id = 'c1', helper: string | null = null): object => ({
  type: 'assistant',
  parent_tool_use_id: helper,
  message: { id: `m-${id}`, content: [{ type: 'tool_use', id, name, input }] },
});
const answer = (content: unknown, more: object = {}, id = 'c1', isError = false): object => ({
  type: 'user',
  parent_tool_use_id: null,
  message: { content: [{ type: 'tool_result', tool_use_id: id, content, is_error: isError }] },
  ...more,
});
const result = (more: object = {}): object => ({ type: 'result', subtype: 'success', ...more });
const started = (type: string | undefined, more: object = {}): object =>
  system('task_started', {
    task_id: 'w1',
    tool_use_id: 'c1',
    description: 'make it',
    ...(type === undefined ? {} : { task_type: type }),
    ...more,
  });
const over = (more: object = {}): object =>
  system('task_notification', { task_id: 'w1', tool_use_id: 'c1', status: 'completed', ...more });

const AGENT = call('Agent', { description: 'make it', prompt: 'p' });
const LAUNCHED = { tool_use_result: { isAsync: true, status: 'async_launched', agentId: 'w1' } };

describe('work is in the background', () => {
  test.each<[string, readonly object[], string]>([
    ['a task that says so', [AGENT, started('local_agent', { is_backgrounded: true })], 'agent'],
    ['an answer whose structure says so', [AGENT, answer('launched', LAUNCHED)], 'agent'],
    [
      'the words of an answer',
      [AGENT, answer([{ type: 'text', text: 'Async agent launched successfully.\nagentId: w1 (internal)' }])],
      'agent',
    ],
    [
      'a command that was asked for in the background',
      [
        call('Bash', { command: 'make it', run_in_background: true }),
        answer('Command running in background with ID: w1. Output is being written to: /tmp/x'),
      ],
      'shell',
    ],
    [
      'a command that the CLI itself moved there',
      [
        call('Bash', { command: 'make it' }),
        answer('', { tool_use_result: { stdout: '', backgroundTaskId: 'w1' } }),
      ],
      'shell',
    ],
    [
      'a task whose call was answered before it was told',
      [AGENT, answer('launched', LAUNCHED), started('local_agent')],
      'agent',
    ],
    ['a workflow', [call('Workflow', { name: 'x' }), started('local_workflow')], 'workflow'],
    [
      'a monitor, whose task is called a command',
      [
        call('Monitor', { description: 'make it', command: 'tail -f log' }),
        started('local_bash', { is_backgrounded: true }),
        answer('Monitor started (task w1, expires in 1m)', {
          tool_use_result: { taskId: 'w1', timeoutMs: 60_000 },
        }),
      ],
      'monitor',
    ],
    ['a task of an unknown type', [started('quantum_agent')], 'other'],
    [
      'a foreground task that was moved there later',
      [
        AGENT,
        started('local_agent', { is_backgrounded: false }),
        system('task_updated', { task_id: 'w1', patch: { is_backgrounded: true } }),
        answer('running in the background now'),
      ],
      'agent',
    ],
    [
      'the list of all tasks alone',
      [
        system('background_tasks_changed', {
          tasks: [{ task_id: 'w1', task_type: 'local_agent', description: 'make it' }],
        }),
      ],
      'agent',
    ],
  ])('%s', (_, lines, work) => {
    const found = outstandingWork(fold(...lines));
    expect(found).toMatchObject([{ workId: 'w1', work }]);
    expect(holdingWork(fold(...lines))).toHaveLength(work === 'shell' || work === 'monitor' ? 0 : 1);
  });

  test('under the words of its call, where the answer names nothing', () => {
    const strange = [call('Bash', { command: 'make all', run_in_background: true }), answer('Off it goes!')];
    expect(works(...strange)).toEqual([[null, 'shell', 'make all']]);
    // Whatever names the call names the work.
    expect(works(...strange, started('local_bash', { task_id: 'w9' }))).toEqual([['w9', 'shell', 'make it']]);
    expect(works(...strange, over({ task_id: 'w9' }))).toEqual([]);
  });
});

describe('work is not in the background', () => {
  test.each<[string, readonly object[]]>([
    [
      'an agent whose call waits for it',
      [AGENT, started('local_agent', { is_backgrounded: false }), answer('report')],
    ],
    ['the same of an older version, which does not say', [AGENT, started('local_agent'), answer('report')]],
    [
      'an agent that was asked for in the background and came back at once',
      [
        call('Agent', { run_in_background: true }),
        answer('report', { tool_use_result: { status: 'completed', agentId: 'w1' } }),
      ],
    ],
    [
      'a command that failed to start',
      [call('Bash', { run_in_background: true }), answer('no', {}, 'c1', true)],
    ],
    [
      'housekeeping of the CLI itself',
      [started('dream', { ambient: true }), started('local_bash', { skip_transcript: true })],
    ],
    ['a file that says so', [call('Read', { file_path: 'a' }), answer('Async agent launched successfully.')]],
    ['a task without a name', [system('task_started', { task_type: 'local_agent' })]],
  ])('%s', (_, lines) => {
    expect(works(...lines)).toEqual([]);
  });

  test('nor is a waiting agent outstanding before its answer', () => {
    expect(works(AGENT, started('local_agent'))).toEqual([]);
  });
});

describe('it is over', () => {
  const running = [AGENT, answer('launched', LAUNCHED)];
  const shell = [
    call('Bash', { command: 'x', run_in_background: true }),
    answer('Command running in background with ID: w1'),
  ];
  test.each<[string, readonly object[]]>([
    ['by its notification', [...running, over()]],
    ['by one that failed', [...running, over({ status: 'failed' })]],
    ['by its patch', [...running, system('task_updated', { task_id: 'w1', patch: { status: 'killed' } })]],
    ['by a list without it', [...running, system('background_tasks_changed', { tasks: [] })]],
    [
      'by the message to the model',
      [
        ...running,
        {
          type: 'user',
          message: {
            content:
              '<task-notification>\n<task-id>w1</task-id>\n<status>completed</status>\n</task-notification>',
          },
        },
      ],
    ],
    ['by KillShell', [...shell, call('KillShell', { shell_id: 'w1' }, 'c2'), answer('killed', {}, 'c2')]],
    ['by TaskStop', [...running, call('TaskStop', { task_id: 'w1' }, 'c2'), answer('stopped', {}, 'c2')]],
    [
      'by what BashOutput tells',
      [
        ...shell,
        call('BashOutput', { bash_id: 'w1' }, 'c2'),
        answer('<status>completed</status>\n<exit_code>0</exit_code>', {}, 'c2'),
      ],
    ],
    [
      'by what TaskOutput tells',
      [
        ...shell,
        call('TaskOutput', { task_id: 'w1' }, 'c2'),
        answer(
          '…',
          { tool_use_result: { retrieval_status: 'success', task: { status: 'completed' } } },
          'c2',
        ),
      ],
    ],
  ])('%s', (_, lines) => {
    expect(works(...lines)).toEqual([]);
  });

  test.each<[string, readonly object[]]>([
    [
      'a stop that failed',
      [call('KillShell', { shell_id: 'w1' }, 'c2'), answer('no such shell', {}, 'c2', true)],
    ],
    ['the stop of another', [call('TaskStop', { task_id: 'w2' }, 'c2'), answer('stopped', {}, 'c2')]],
    [
      'a look at it',
      [call('BashOutput', { bash_id: 'w1' }, 'c2'), answer('<status>running</status>', {}, 'c2')],
    ],
    ['a file with such words', [call('Read', {}, 'c2'), answer('<status>completed</status>', {}, 'c2')]],
    ['news of it', [over({ status: 'running' })]],
    ['a new turn', [init]],
  ])('not by %s', (_, lines) => {
    expect(works(...shell, ...lines)).toHaveLength(1);
  });

  test('one of two, and the other is still outstanding', () => {
    const second = started('local_agent', { task_id: 'w2', tool_use_id: 'c2', is_backgrounded: true });
    expect(works(...running, second, over())).toEqual([['w2', 'agent', 'make it']]);
  });

  test('an agent that gets another message starts anew', () => {
    expect(works(...running, over(), started('local_agent', { is_backgrounded: true }))).toHaveLength(1);
  });
});

describe('a result', () => {
  const first = [init, AGENT, answer('launched', LAUNCHED), said('I wait.'), result({ result: 'I wait.' })];

  test('is taken back by a new turn, and by words or calls of the session itself', () => {
    expect(fold(...first).ended).not.toBeNull();
    for (const line of [init, said('It is done.'), call('Read', {}, 'c2')])
      expect(fold(...first, line).ended).toBeNull();
  });

  test('stands whatever a helper says and does, and whatever is told of its tasks', () => {
    const lines = [
      said('I look around.', 'c1'),
      call('Bash', { command: 'make' }, 'c2', 'c1'),
      { ...answer('made', {}, 'c2'), parent_tool_use_id: 'c1' },
      system('task_progress', { task_id: 'w1', description: 'step 2' }),
      over(),
    ];
    const seen = fold(...first, ...lines);
    expect(seen.ended).toMatchObject({ text: 'I wait.' });
    // A helper's tool that answers is no turn without a word.
    expect(seen.isWordless).toBe(false);
  });

  test('that counts its own turn is added to the one before it; one that counts all is not', () => {
    const turn = (input: number, cost: number, more: object = {}): object =>
      result({
        usage: { input_tokens: input, output_tokens: 1 },
        total_cost_usd: cost,
        num_turns: 1,
        ...more,
      });
    const all = (inputTokens: number): object => ({ modelUsage: { m: { inputTokens, outputTokens: 2 } } });
    const parts = fold(init, said('a'), turn(10, 0.1), init, said('b'), turn(7, 0.3));
    expect(parts.ended?.costUsd).toBe(0.3);
    expect(usageOf(parts)).toMatchObject({ input: 17, output: 2 });
    const whole = fold(init, turn(10, 0.1, all(50)), init, turn(7, 0.3, all(80)));
    expect(usageOf(whole)).toMatchObject({ input: 80, output: 2 });
    // A CLI that breaks down counts nothing in its last result.
    const broken = fold(init, turn(10, 0.3, all(80)), init, turn(0, 0, all(0)));
    expect(usageOf(broken)).toMatchObject({ input: 80, output: 2 });
    expect(broken.ended?.costUsd).toBe(0.3);
  });
});

describe('what the CLI ends itself as it leaves', () => {
  const shell = [
    init,
    call('Bash', { command: 'make all', run_in_background: true }),
    answer('Command running in background with ID: w1'),
    said('I wait.'),
  ];
  const stopped = [
    over({ status: 'stopped' }),
    system('task_updated', { task_id: 'w1', patch: { status: 'killed' } }),
    system('background_tasks_changed', { tasks: [] }),
  ];

  test('was not done, and nothing is to be waited for', () => {
    expect(works(...shell, result(), ...stopped)).toEqual([['w1', 'shell', 'make all']]);
    const agent = fold(init, AGENT, answer('launched', LAUNCHED), result(), ...stopped);
    expect(unfinishedAgents(agent)).toHaveLength(1);
    expect(holdingWork(agent)).toEqual([]);
  });

  test('is not an open end where it was stopped before the result, or went on after it', () => {
    expect(works(...shell, ...stopped, result())).toEqual([]);
    expect(works(...shell, result(), ...stopped, init)).toEqual([]);
    expect(works(...shell, result(), ...stopped, said('So be it.'))).toEqual([]);
  });
});

test('a wake-up that was taken back is none', () => {
  const wake = call('ScheduleWakeup', { delaySeconds: 60, prompt: 'go on' });
  expect(fold(wake, call('ScheduleWakeup', { stop: true }, 'c2')).wakeUps).toEqual([]);
  expect(fold(call('ScheduleWakeup', { stop: true }, 'c2'), wake).wakeUps).toHaveLength(1);
});

test('a job of its timetable that was deleted is no wake-up', () => {
  const job = call('CronCreate', { cron: '7 * * * *', prompt: 'go on' });
  const other = call('CronCreate', { cron: '9 * * * *', prompt: 'look' }, 'c2');
  const deleted = (isError: boolean) => [
    call('CronDelete', { id: 'a1' }, 'c3'),
    answer('Cancelled job a1', undefined, 'c3', isError),
  ];
  expect(fold(job, ...deleted(false)).wakeUps).toEqual([]);
  expect(fold(job, other, ...deleted(false)).wakeUps).toHaveLength(1);
  expect(fold(job, ...deleted(true)).wakeUps).toHaveLength(1);
  const woken = call('ScheduleWakeup', { delaySeconds: 60, prompt: 'go on' });
  expect(fold(woken, ...deleted(false)).wakeUps).toHaveLength(1);
});

test('no stream makes a session remember more than a hundred of them', () => {
  const many = Array.from({ length: 300 }, (_, index) =>
    started('local_agent', { task_id: `w${index}`, tool_use_id: null, description: 'x'.repeat(10_000) }),
  );
  const seen = fold(...many);
  expect(seen.background).toHaveLength(100);
  expect(JSON.stringify(seen.background).length).toBeLessThan(60_000);
});

describe('a file of a session', () => {
  const A = '11111111-aaaa-4aaa-8aaa-111111111111';
  const launched = [
    claudePrompt(A, 0, 'implement it'),
    claudeAnswer(A, 1, 'm1', {
      type: 'tool_use',
      id: 'c1',
      name: 'Agent',
      input: { description: 'make it' },
    }),
    claudeResult(A, 2, 'c1', 'Async agent launched successfully.', {
      toolUseResult: { isAsync: true, status: 'async_launched', agentId: 'w1' },
    }),
    claudeAnswer(A, 3, 'm2', saying('I wait.')),
  ];
  const note = '<task-notification>\n<task-id>w1</task-id>\n<status>completed</status>\n</task-notification>';
  const left = (...more: readonly object[]) => {
    const file = path.join(scratchFolder(), 'full.jsonl');
    writeFileSync(file, [...launched, ...more].map((line) => `${JSON.stringify(line)}\n`).join(''));
    const [session] = readSessions(file).sessions;
    return session && { works: outstandingWork(session.transcript).length, prompts: session.prompts };
  };

  test('says what runs on by the structures of its answers', () => {
    expect(left()).toEqual({ works: 1, prompts: 1 });
  });

  test.each<[string, object]>([
    ['a message to the model', claudePrompt(A, 4, note)],
    ['what waits in line', claudeLine(A, 4, 'queue-operation', { operation: 'enqueue', content: note })],
    [
      'what comes into a turn that goes on',
      claudeLine(A, 4, 'attachment', { attachment: { type: 'queued_command', prompt: note } }),
    ],
  ])('and that it is over by %s, which is not a prompt', (_, line) => {
    expect(left(line)).toEqual({ works: 0, prompts: 1 });
  });
});
