import { describe, expect, test } from 'vitest';
import { importRules } from '../../../src/domain/import-rules.ts';
import type { TranscriptSession } from '../../../src/domain/transcript-session.ts';
import { claudeTranscript } from '../../../src/harness/claude-code/transcript.ts';
import { SessionGatherer } from '../../../src/harness/reading/session-gatherer.ts';
import {
  calling,
  claudeAnswer,
  claudeLine,
  claudePrompt,
  claudeResult,
  saying,
} from '../../support/transcript-lines.ts';

// What the lines of Claude Code say of the end of a session, and of what its calls did.

const T = 'a-thread';

function sessionOf(
  lines: readonly object[],
  settings: { readOnly?: string[]; endingCommands?: string[] } = {},
) {
  const rules = importRules({ readOnly: [], endingCommands: [], ...settings });
  const gatherer = new SessionGatherer('claude-code', T, null, rules);
  const read = claudeTranscript.open('');
  for (const line of lines) gatherer.take(read(line as Record<string, unknown>));
  const [session] = gatherer.finish();
  if (!session) throw new Error('no session');
  return session;
}

const ended = ({ prompts, lastWord, attended }: TranscriptSession) => ({ prompts, lastWord, attended });
const ANSWERED = [claudePrompt(T, 0, 'Sum it up'), claudeAnswer(T, 1, 'm1', saying('So it is.'))];
const called = (tool: string, input: object, more: object = {}) => [
  claudePrompt(T, 0, 'Look'),
  claudeAnswer(T, 1, 'm1', { type: 'tool_use', id: 't1', name: tool, input }, more),
  claudeResult(T, 2, 't1', 'text', more),
  claudeAnswer(T, 3, 'm2', saying('Done.')),
];
const queued = (minute: number, operation: string, content?: string) =>
  claudeLine(T, minute, 'queue-operation', { operation, content });

describe('a command to the CLI itself is not a prompt', () => {
  test.each([
    ['with its marks', '<command-name>/exit</command-name>\n<command-message>exit</command-message>'],
    [
      'with the message first',
      '<command-message>model</command-message>\n<command-name>/model</command-name>',
    ],
    ['without the slash', '<command-name>quit</command-name>'],
    ['as it is typed', '/exit'],
    ['with an argument', '/model opus'],
    ['of a shell', '<bash-input>ls</bash-input>'],
  ])('%s', (_, words) => {
    expect(ended(sessionOf([...ANSWERED, claudePrompt(T, 5, words)]))).toEqual({
      prompts: 1,
      lastWord: 'agent',
      attended: 'yes',
    });
  });

  test('in blocks, and with what it printed', () => {
    const content = [{ type: 'text', text: '<command-name>/cost</command-name>' }];
    const printed = claudePrompt(T, 5, '<local-command-stdout>$1</local-command-stdout>');
    const lines = [...ANSWERED, claudeLine(T, 5, 'user', { message: { role: 'user', content } }), printed];
    expect(ended(sessionOf(lines))).toMatchObject({ prompts: 1, lastWord: 'agent' });
  });

  test('whatever its name, where the CLI printed its answer', () => {
    const lines = [...ANSWERED, claudePrompt(T, 5, '<command-name>/next-years-command</command-name>')];
    expect(ended(sessionOf(lines))).toMatchObject({ prompts: 2, lastWord: 'person' });
    const printed = claudePrompt(T, 5, '<local-command-stdout></local-command-stdout>');
    expect(ended(sessionOf([...lines, printed]))).toMatchObject({ prompts: 1, lastWord: 'agent' });
    const later = [
      ...lines,
      claudeAnswer(T, 6, 'm9', saying('It was one.')),
      claudePrompt(T, 7, 'x'),
      printed,
    ];
    expect(ended(sessionOf(later))).toMatchObject({ prompts: 3, lastWord: 'person' });
  });

  test('but a command that the model answers is one', () => {
    const lines = [
      ...ANSWERED,
      claudePrompt(T, 5, '<command-message>review</command-message>\n<command-name>/review</command-name>'),
    ];
    expect(ended(sessionOf(lines))).toMatchObject({ prompts: 2, lastWord: 'person' });
    expect(ended(sessionOf([...ANSWERED, claudePrompt(T, 5, '/help me with the parser')]))).toMatchObject({
      prompts: 2,
    });
    expect(ended(sessionOf([...ANSWERED, claudePrompt(T, 5, '/tmp/log says why')]))).toMatchObject({
      prompts: 2,
    });
  });
});

describe('a prompt without an answer', () => {
  test.each<[string, readonly object[], number]>([
    ['that waits in line alone', [queued(0, 'enqueue', 'Fix it')], 1],
    ['that was taken from the line', [queued(0, 'enqueue', 'Fix it'), queued(0, 'dequeue')], 1],
    ['behind an answer', [...ANSWERED, claudePrompt(T, 5, 'And now?')], 2],
    ['in line behind an answer', [...ANSWERED, queued(5, 'enqueue', 'And now?')], 1],
  ])('%s', (_, lines, prompts) => {
    expect(ended(sessionOf(lines))).toMatchObject({ prompts, lastWord: 'person' });
  });

  test.each<[string, readonly object[]]>([
    ['was answered', [queued(0, 'enqueue', 'Sum'), queued(0, 'dequeue'), ...ANSWERED]],
    ['was taken back', [...ANSWERED, queued(5, 'enqueue', 'And?'), queued(6, 'popAll')]],
    ['was given to a turn that goes on', [queued(0, 'enqueue', 'And?'), queued(0, 'remove'), ...ANSWERED]],
    ['is a command', [...ANSWERED, queued(5, 'enqueue', '/exit')]],
    [
      'is news of the CLI',
      [
        ...ANSWERED,
        queued(
          5,
          'enqueue',
          '<task-notification><task-id>b1</task-id><status>completed</status></task-notification>',
        ),
      ],
    ],
  ])('is not one that %s', (_, lines) => {
    expect(ended(sessionOf(lines))).toMatchObject({ prompts: 1, lastWord: 'agent' });
  });
});

describe('a line of the CLI about an interruption is no error', () => {
  const own = (minute: number, words: string, more: object = {}) =>
    claudeLine(T, minute, 'assistant', {
      message: { id: 'own', model: '<synthetic>', role: 'assistant', content: [saying(words)] },
      ...more,
    });
  const interruption = claudePrompt(T, 5, '[Request interrupted by user]');
  const marked = { isApiErrorMessage: true, error: 'unknown' };

  test.each<[string, readonly object[]]>([
    ['behind it', [interruption, own(6, 'No response requested.')]],
    ['behind it, marked as an error', [interruption, own(6, 'No response requested.', marked)]],
    [
      'behind it, that the request was aborted',
      [interruption, own(6, 'API Error: Request was aborted.', marked)],
    ],
    ['before it', [own(4, 'API Error: Request was aborted.', marked), interruption]],
    ['behind a command', [claudePrompt(T, 5, '/exit'), own(6, 'No response requested.', marked)]],
  ])('%s', (_, lines) => {
    const { transcript, lastWord } = sessionOf([...ANSWERED, ...lines]);
    expect([transcript.trouble, lastWord]).toEqual([null, 'agent']);
  });
});

describe('a later answer of the model closes older calls', () => {
  const grep = (id: string, message: string, minute: number) =>
    claudeAnswer(T, minute, message, { type: 'tool_use', id, name: 'Grep', input: { pattern: 'x' } });

  test('with an answered call in between', () => {
    const lines = [
      grep('t1', 'm1', 1),
      grep('t2', 'm2', 2),
      claudeResult(T, 3, 't2', 'x'),
      claudeAnswer(T, 4, 'm3', saying('All right.')),
    ];
    const { lastWord, transcript } = sessionOf(lines);
    expect([lastWord, transcript.openCalls]).toEqual(['agent', []]);
  });

  test('with words alone', () => {
    expect(sessionOf([grep('t1', 'm1', 1), claudeAnswer(T, 4, 'm2', saying('So be it.'))]).lastWord).toBe(
      'agent',
    );
  });

  test('not those of the same message, which come line by line', () => {
    const lines = [
      grep('t1', 'm1', 1),
      grep('t2', 'm1', 1),
      claudeResult(T, 2, 't1', 'x'),
      grep('t3', 'm1', 2),
    ];
    const { lastWord, transcript } = sessionOf(lines);
    expect(lastWord).toBe('call');
    expect(transcript.openCalls.map(({ callId }) => callId)).toEqual(['t2', 't3']);
  });

  test('and what such an edit did is not known', () => {
    const edit = {
      type: 'tool_use',
      id: 't1',
      name: 'Edit',
      input: { file_path: '/work/app/a', old_string: 'a', new_string: 'b' },
    };
    const { transcript } = sessionOf([
      claudeAnswer(T, 1, 'm1', edit),
      claudeAnswer(T, 4, 'm2', saying('So be it.')),
    ]);
    expect(transcript.otherCalls).toEqual([{ name: 'Edit', calls: 1 }]);
  });
});

describe('calls of which nothing says that they changed nothing', () => {
  const others = (...given: Parameters<typeof called>) => sessionOf(called(...given)).transcript.otherCalls;

  test.each<[string, object]>([
    ['Read', { file_path: '/work/app/a' }],
    ['Glob', { pattern: '*' }],
    ['Bash', { command: 'git status && ls | head' }],
    ['TodoWrite', { todos: [] }],
    ['AskUserQuestion', { questions: [] }],
    ['Write', { file_path: '/work/app/a', content: 'x' }],
  ])('not %s', (tool, input) => {
    expect(others(tool, input)).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['Bash', { command: 'curl https://example.org' }, 'curl'],
    ['Bash', { command: 'ls | tee files' }, 'tee'],
    ['mcp__docs__search', { command: 'ls' }, 'mcp__docs__search'],
    ['WebFetch', { url: 'https://example.org' }, 'WebFetch'],
    ['Skill', { skill: 'deploy' }, '/deploy'],
    ['FooBar', {}, 'FooBar'],
    ['Read', { paths: ['/work/app/a'] }, 'Read'],
    ['Bash', { script: 'ls' }, 'Bash'],
    ['Edit', { target: '/work/app/a' }, 'Edit'],
  ])('%s %j', (tool, input, name) => {
    expect(others(tool, input)).toEqual([{ name, calls: 1 }]);
  });

  test('a call in a block of an unknown kind', () => {
    const block = { type: 'tool_use_v2', id: 't1', name: 'Read', input: { file_path: '/a' } };
    const { transcript } = sessionOf([
      claudeAnswer(T, 1, 'm1', block),
      claudeAnswer(T, 2, 'm2', saying('Done.')),
    ]);
    expect(transcript.otherCalls).toEqual([{ name: 'Read', calls: 1 }]);
    expect(transcript.openCalls).toEqual([]);
  });

  test('the report tells a tool that is not known from arguments that are not', () => {
    const unknown = (tool: string, input: object) => sessionOf(called(tool, input)).transcript.unknownTools;
    expect(unknown('FooBar', {})).toEqual([{ tool: 'FooBar', calls: 1 }]);
    expect(unknown('Read', { paths: [] })).toEqual([{ tool: 'Read', calls: 1, isShape: true }]);
    expect(unknown('mcp__docs__search', {})).toEqual([]);
  });

  test('a helper among its lines counts for it, and a start of one without lines is a call', () => {
    const task = { type: 'tool_use', id: 't1', name: 'Task', input: { prompt: 'Look' } };
    const start = [claudePrompt(T, 0, 'Look'), claudeAnswer(T, 1, 'm1', task)];
    const end = [claudeResult(T, 5, 't1', 'text'), claudeAnswer(T, 6, 'm2', saying('Done.'))];
    const aside = { isSidechain: true };
    const helper = [
      claudeAnswer(T, 2, 'h1', calling('h1', 'npm test'), aside),
      claudeResult(T, 3, 'h1', 'ok', aside),
    ];
    expect(sessionOf([...start, ...end]).helpers).toEqual({ tool: 'Task', started: 1, told: 0 });
    const told = sessionOf([...start, ...helper, ...end]);
    expect(told.helpers).toEqual({ tool: 'Task', started: 1, told: 1 });
    expect(told.transcript.otherCalls).toEqual([{ name: 'npm', calls: 1 }]);
  });

  test('a user may declare some of them to change nothing', () => {
    const readOnly = ['mcp__docs__*', 'mytool list', 'WebFetch'];
    const left = (tool: string, input: object) =>
      sessionOf(called(tool, input), { readOnly }).transcript.otherCalls.map(({ name }) => name);
    expect(left('mcp__docs__search', {})).toEqual([]);
    expect(left('WebFetch', {})).toEqual([]);
    expect(left('Bash', { command: 'mytool list --all; ls' })).toEqual([]);
    expect(left('Bash', { command: 'mytool list > f' })).toEqual(['mytool']);
    expect(left('Bash', { command: 'mytool remove' })).toEqual(['mytool']);
    expect(left('mcp__docs2__write', {})).toEqual(['mcp__docs2__write']);
  });
});

describe('a hand-off of the loop is an end', () => {
  const endingCommands = ['gptodo done', '/handoff'];
  const handOff = (lines: readonly object[]) => sessionOf(lines, { endingCommands }).handOff;
  const done = called('Bash', { command: 'cd /work && gptodo done 12' });

  test('as the last call, answered or not', () => {
    expect(handOff(done.slice(0, 3))).toBe('gptodo done');
    const { transcript, handOff: open } = sessionOf(done.slice(0, 2), { endingCommands });
    expect([open, transcript.openCalls, transcript.otherCalls]).toEqual(['gptodo done', [], []]);
  });

  test('as a command of the CLI, typed or called', () => {
    const typed = claudePrompt(T, 5, '<command-name>/handoff</command-name><command-args>now</command-args>');
    expect(handOff([...ANSWERED, typed])).toBe('/handoff');
    expect(handOff(called('Skill', { skill: 'handoff' }).slice(0, 3))).toBe('/handoff');
  });

  test('not where the session goes on, nor for another command', () => {
    expect(handOff([...done, claudePrompt(T, 9, 'And now?')])).toBeNull();
    expect(handOff(called('Bash', { command: 'gptodo list' }).slice(0, 3))).toBeNull();
  });
});
