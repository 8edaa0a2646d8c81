import { describe, expect, test } from 'vitest';
import type { HarnessSettings } from '../../src/domain/plan.ts';
import type { SessionEvent } from '../../src/domain/session-event.ts';
import { emptyTranscript, foldEvents } from '../../src/domain/transcript.ts';
import { createHarness } from '../../src/harness/create-harness.ts';
import { unknownToolWords } from '../../src/harness/unknown-tools.ts';
import { called } from '../support/pulses.ts';

const CODEX: HarnessSettings = { type: 'codex', command: ['codex'] };

function wordsOf(settings: HarnessSettings, lines: readonly object[]): string[] {
  const harness = createHarness(settings);
  const events = lines.flatMap((line) => harness.parse(JSON.stringify(line), new Date()));
  return unknownToolWords(settings, foldEvents(emptyTranscript, events).unknownTools);
}

const item = (type: string, id = 'i1', more = {}) => ({
  type: 'item.started',
  item: { id, type, status: 'in_progress', ...more },
});
const use = (...names: readonly string[]) => ({
  type: 'assistant',
  message: {
    id: 'm',
    model: 'a',
    content: names.map((name, id) => ({ type: 'tool_use', id: `t${id}`, name, input: {} })),
  },
});

describe('tools that stint does not know', () => {
  test('are named with the versions of the table', () => {
    const twice = [
      item('teleport'),
      { ...item('teleport'), type: 'item.completed' },
      item('command_execution', 'i2'),
    ];
    expect(wordsOf(CODEX, twice)).toEqual([
      'stint does not know teleport (1 call), which is in no table of tools (Codex 0.32 to 0.171): its silence counts as remote',
    ]);
  });

  test('are those of the CLI whose output a command prints', () => {
    const settings: HarnessSettings = { type: 'command', command: ['./agent'], format: 'stream-json' };
    expect(wordsOf(settings, [use('Teleport', 'Bash')])[0]).toMatch(
      /^stint does not know Teleport \(1 call\), .*Claude Code/,
    );
  });

  test.each([
    [
      'those of MCP servers',
      { type: 'claude-code', command: ['claude'] },
      [use('mcp__a__b', 'TaskCreate', 'Monitor', 'Workflow')],
    ],
    ['those of a text', { type: 'command', command: ['./agent'], format: 'text' }, [use('Teleport')]],
    [
      'notices of Codex',
      CODEX,
      [{ type: 'item.completed', item: { id: 'i', type: 'reasoning', text: 'x' } }],
    ],
  ] as const)('are not %s', (_, settings, lines) => {
    expect(wordsOf(settings, lines)).toEqual([]);
  });

  test('are few, short and without control characters, whatever a model calls', () => {
    const many = Array.from({ length: 100 }, (_, id): SessionEvent =>
      called('unknown', `c${id}`, `tool ${id}\n\u001b[2J${'x'.repeat(500)}`),
    );
    const { unknownTools } = foldEvents(emptyTranscript, many);
    expect(unknownTools).toHaveLength(21);
    expect(unknownTools.at(-1)).toEqual({ tool: 'others', calls: 80 });
    const [words = ''] = unknownToolWords(CODEX, unknownTools);
    expect(words.length).toBeLessThan(2000);
    // eslint-disable-next-line no-control-regex -- control characters are meant
    expect(words).not.toMatch(/[\u0000-\u001f]/);
  });
});
