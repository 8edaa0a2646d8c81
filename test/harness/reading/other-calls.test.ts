import { describe, expect, test } from 'vitest';
import type { CliKind } from '../../../src/domain/plan.ts';
import type { Transcript } from '../../../src/domain/transcript.ts';
import { codexRollout } from '../../../src/harness/codex/rollout.ts';
import { codexStream } from '../../../src/harness/codex/stream.ts';
import { geminiTranscript } from '../../../src/harness/gemini/transcript.ts';
import { piTranscript } from '../../../src/harness/pi/transcript.ts';
import { SessionGatherer } from '../../../src/harness/reading/session-gatherer.ts';
import type { TranscriptFormat } from '../../../src/harness/reading/transcript-format.ts';
import { geminiAnswer, geminiHeader, geminiMessage, geminiPrompt } from '../../support/gemini-lines.ts';
import { piAnswer, piHeader, piPrompt, piSaying } from '../../support/pi-lines.ts';
import { codexLine, codexMeta } from '../../support/transcript-lines.ts';

// The calls of each CLI of which nothing says that they changed nothing; `claude-code/what-was-done.test.ts` has the rest.

function read(harness: CliKind, format: TranscriptFormat, lines: readonly object[]): Transcript {
  const gatherer = new SessionGatherer(harness, null, null);
  const take = format.open('');
  for (const line of lines) gatherer.take(take(line as Record<string, unknown>));
  const [session] = gatherer.finish();
  if (!session) throw new Error('no session');
  return session.transcript;
}

const names = ({ otherCalls }: Transcript): string[] => otherCalls.map(({ name }) => name);

describe('pi', () => {
  const call = (block: object) =>
    read('pi', piTranscript, [
      piHeader('a', 0),
      piPrompt(1),
      piAnswer(2, [block]),
      piAnswer(3, [piSaying('Done.')]),
    ]);
  const calling = (name: string, input: object) =>
    call({ type: 'toolCall', id: 'c', name, arguments: input });

  test.each<[string, object, string[]]>([
    ['read', { path: 'a' }, []],
    ['bash', { command: 'git log | head' }, []],
    ['bash', { command: 'make' }, ['make']],
    ['bash', { cmd: 'ls' }, ['bash']],
    ['deploy', {}, ['deploy']],
    ['mcp_docs_search', {}, ['mcp_docs_search']],
  ])('%s %j', (name, input, others) => {
    expect(names(calling(name, input))).toEqual(others);
  });

  test('a block of an unknown kind', () => {
    const transcript = call({ type: 'toolRequest', id: 'c', name: 'read' });
    expect([names(transcript), transcript.unknownTools]).toEqual([['read'], [{ tool: 'read', calls: 1 }]]);
  });
});

describe('Gemini CLI', () => {
  const turn = (answer: object) =>
    read('gemini', geminiTranscript, [
      geminiHeader('a', 0),
      geminiPrompt(1),
      answer,
      geminiAnswer(3, 'Done.'),
    ]);
  const calling = (name: string, args: object) =>
    turn(geminiAnswer(2, '', { toolCalls: [{ id: 'c', name, args, status: 'success', result: [] }] }));

  test.each<[string, object, string[]]>([
    ['read_file', { absolute_path: '/work/app/a' }, []],
    ['run_shell_command', { command: 'ls && cat a' }, []],
    ['run_shell_command', { command: 'npm test' }, ['npm']],
    ['read_file', { target: 'a' }, ['read_file']],
    ['google_web_search', { query: 'x' }, ['google_web_search']],
    ['teleport', {}, ['teleport']],
  ])('%s %j', (name, args, others) => {
    expect(names(calling(name, args))).toEqual(others);
  });

  test('a call that stands among the parts of a message alone', () => {
    const content = [{ functionCall: { name: 'write_file', args: {} } }];
    expect(names(turn(geminiMessage(2, 'gemini', content, { model: 'a-model' })))).toEqual(['write_file']);
  });
});

describe('Codex', () => {
  const rollout = (...items: readonly object[]) =>
    read('codex', codexRollout, [
      codexMeta('a', 0),
      ...items.map((item, index) => codexLine(index + 1, 'response_item', item)),
    ]);
  const calling = (name: string, input: object) =>
    names(rollout({ type: 'function_call', name, call_id: 'c', arguments: JSON.stringify(input) }));

  test.each<[string, object, string[]]>([
    ['exec_command', { cmd: 'rg foo | head' }, []],
    ['shell', { command: ['bash', '-lc', 'git status && cat a'] }, []],
    ['shell', { command: ['bash', '-lc', 'cat > f <<EOF\nx\nEOF'] }, ['cat > f']],
    ['exec_command', { cmd: 'cargo test' }, ['cargo']],
    ['exec_command', { program: 'ls' }, ['exec_command']],
    ['write_stdin', { session_id: 1, chars: '' }, []],
    ['write_stdin', { session_id: 1, chars: 'y\n' }, ['write_stdin']],
    ['docs__search', {}, ['docs__search']],
    ['update_plan', { plan: [] }, []],
  ])('%s %j', (name, input, others) => {
    expect(calling(name, input)).toEqual(others);
  });

  test('a command of which a program hides a part', () => {
    const source = (text: string) =>
      names(rollout({ type: 'custom_tool_call', name: 'exec', call_id: 'c', input: text }));
    expect(source("await tools.exec_command({cmd: 'ls'})")).toEqual([]);
    expect(source('await tools.exec_command({cmd: `cat ${file} ` + rest(file)})')).toHaveLength(1);
    expect(source('text(1 + 1)')).toEqual([]);
  });

  test('its stream names the tool of a server', () => {
    const item = { id: 'i', type: 'mcp_tool_call', server: 'docs', tool: 'search', status: 'completed' };
    const lines = [
      { type: 'thread.started', thread_id: 'a' },
      { type: 'item.completed', item },
      {
        type: 'item.completed',
        item: {
          id: 'j',
          type: 'command_execution',
          command: "bash -lc 'ls'",
          status: 'completed',
          exit_code: 0,
        },
      },
    ];
    expect(names(read('codex', codexStream, lines))).toEqual(['mcp__docs__search']);
  });
});
