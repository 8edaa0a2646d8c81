import { describe, expect, test } from 'vitest';
import { openEnds } from '../../../src/judge/open-ends.ts';
import { emptyTranscript, foldEvents, openSteps } from '../../../src/domain/transcript.ts';
import { parseStreamJson } from '../../../src/harness/claude-code/stream.ts';
import { evidenceOf, stopped } from '../../support/evidence.ts';

const AT = new Date('2026-11-30T12:00:00Z');
let calls = 0;

interface Answer {
  readonly content: unknown;
  readonly isError?: boolean;
  readonly structure?: unknown;
  /** Of a helper. */
  readonly parent?: string;
}

/** A call with its answer, as Claude Code prints them. */
function tool(name: string, input: object, { content, isError, structure, parent }: Answer): object[] {
  const id = `toolu_${++calls}`;
  const of = { parent_tool_use_id: parent ?? null };
  return [
    {
      type: 'assistant',
      message: { id: `m${calls}`, model: 'a', content: [{ type: 'tool_use', id, name, input }] },
      ...of,
    },
    {
      type: 'user',
      message: {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: id, content, is_error: isError }],
      },
      ...(structure === undefined ? {} : { tool_use_result: structure }),
      ...of,
    },
  ];
}

const create = (id: number) =>
  tool('TaskCreate', { subject: `part ${id}` }, { content: `Task #${id} created successfully: part ${id}` });
const update = (taskId: unknown, status: string, content: unknown = 'Updated task status', more = {}) =>
  tool('TaskUpdate', { taskId, status }, { content, ...more });

function open(...lines: readonly object[][]) {
  const events = lines.flat().flatMap((line) => parseStreamJson(JSON.stringify(line), AT));
  return foldEvents(emptyTranscript, events);
}
const steps = (...lines: readonly object[][]) => openSteps(open(...lines));

describe('tasks that are made and changed one by one', () => {
  const three = [create(1), create(2), create(3)];

  test('are open until they are completed or deleted', () => {
    expect(steps(...three)).toBe(3);
    expect(steps(...three, update('1', 'in_progress'))).toBe(3);
    expect(steps(...three, update('1', 'in_progress'), update('1', 'completed'))).toBe(2);
    expect(steps(...three, update('2', 'deleted'), update('3', 'completed'))).toBe(1);
    expect(steps(...three, update('1', 'completed'), update('1', 'pending'))).toBe(3);
    expect(steps(...three, ...[1, 2, 3].map((id) => update(id, 'completed')))).toBe(0);
    expect(
      steps(tool('Read', { file_path: 'a' }, { content: 'Task #9 created successfully: x' })),
    ).toBeNull();
  });

  test('are open ends, as those of a list that is written whole', () => {
    const transcript = { ...open(...three, update('1', 'completed')), ended: evidenceOf().transcript.ended };
    const ends = openEnds(stopped(), evidenceOf({ transcript }));
    expect(ends[0]).toBe('2 open in its todo list');
  });

  test('two hundred of them count', () => {
    const made = Array.from({ length: 200 }, (_, index) => create(index + 1));
    expect(steps(...made, update('150', 'completed'))).toBe(199);
  });

  test('a list that is written whole counts beside them', () => {
    const todos = [{ content: 'a', status: 'pending' }];
    expect(steps(create(1), tool('TodoWrite', { todos }, { content: 'ok' }))).toBe(2);
  });

  test('a task has a name in words, in blocks, in a structure and as a number', () => {
    const blocks = [{ type: 'text', text: 'Task #a-7 created successfully: part' }];
    expect(open(tool('TaskCreate', {}, { content: blocks })).openTasks).toEqual(['a-7']);
    const structure = { task: { id: 4, subject: 'part' } };
    expect(open(tool('TaskCreate', {}, { content: 'Made.', structure })).openTasks).toEqual(['4']);
    const json = JSON.stringify({ task: { id: '5', subject: 'part' } });
    expect(open(tool('TaskCreate', {}, { content: json })).openTasks).toEqual(['5']);
    expect(steps(create(6), update(6, 'completed'))).toBe(0);
    expect(steps(create(6), update('#6', 'completed'))).toBe(0);
  });

  test('a task whose answer names it in no known way is one all the same', () => {
    const made = tool('TaskCreate', {}, { content: 'Noted.' });
    expect(steps(made)).toBe(1);
    expect(steps(made, create(2), update('1', 'completed'))).toBe(1);
    expect(steps(made, update('1', 'completed'), update('1', 'completed'))).toBe(0);
  });

  test('what failed changes nothing', () => {
    const failed = { content: 'InputValidationError', isError: true };
    expect(steps(tool('TaskCreate', { subject: 'x' }, failed))).toBeNull();
    expect(steps(create(1), update('1', 'completed', 'Task not found'))).toBe(1);
    expect(steps(create(1), update('1', 'completed', 'no', { isError: true }))).toBe(1);
    const structure = { success: false, taskId: '1', updatedFields: [] };
    expect(steps(create(1), update('1', 'completed', 'Nothing changed', { structure }))).toBe(1);
  });

  test('a call without an answer has changed nothing yet', () => {
    expect(open(create(1).slice(0, 1))).toMatchObject({
      openTasks: null,
      openCalls: [{ tool: 'TaskCreate' }],
    });
  });
});

describe('tasks of an earlier turn of the thread', () => {
  test('count from where they are named as open', () => {
    expect(steps(update('7', 'in_progress'))).toBe(1);
    expect(steps(update('7', 'completed'))).toBe(0);
    expect(steps(update('7', 'in_progress', 'Task not found'))).toBeNull();
    expect(
      steps(tool('TaskUpdate', { taskId: '7', owner: 'me' }, { content: 'Updated task #7 owner' })),
    ).toBeNull();
  });

  test('an answer that lists all of them takes the place of what was known', () => {
    const content = '#1 [completed] a\n#2 [in_progress] b (me) [blocked by #1]\n#3 [pending] #9 [pending] c';
    expect(open(create(8), tool('TaskList', {}, { content })).openTasks).toEqual(['2', '3']);
    const structure = {
      tasks: [
        { id: 1, status: 'pending' },
        { id: 2, status: 'completed' },
      ],
    };
    expect(open(create(8), tool('TaskList', {}, { content: 'See below', structure })).openTasks).toEqual([
      '1',
    ]);
    expect(steps(create(8), tool('TaskList', {}, { content: 'No tasks found' }))).toBe(0);
    expect(steps(create(8), tool('TaskList', {}, { content: 'Try again later.' }))).toBe(1);
  });

  test('an answer about one of them changes that one', () => {
    const content = 'Task #2: b\nStatus: pending\nDescription: Status: completed';
    expect(open(create(1), tool('TaskGet', { taskId: '2' }, { content })).openTasks).toEqual(['1', '2']);
    const over = 'Task #1: a\nStatus: completed\nDescription: x';
    expect(steps(create(1), tool('TaskGet', { taskId: '1' }, { content: over }))).toBe(0);
  });
});

test('the tasks of a helper are its own', () => {
  const of = { parent: 'toolu_agent' };
  const its = tool('TaskCreate', {}, { content: 'Task #1 created successfully: x', ...of });
  const over = tool(
    'TaskUpdate',
    { taskId: '1', status: 'completed' },
    { content: 'Updated task #1', ...of },
  );
  expect(steps(its)).toBeNull();
  expect(steps(create(1), its, over)).toBe(1);
});

test('an answer about tasks can be long and hostile', () => {
  const content = `Task #${'1'.repeat(100_000)} created successfully: x`;
  expect(steps(tool('TaskCreate', {}, { content }))).toBe(1);
  const many = Array.from({ length: 5000 }, (_, id) => `#${id} [pending] x`).join('\n');
  expect(steps(tool('TaskList', {}, { content: many }))).toBe(1000);
  expect(steps(tool('TaskUpdate', { taskId: { a: 1 }, status: ['x'] }, { content: 'ok' }))).toBeNull();
});
