import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../../src/domain/evidence.ts';
import { emptyTranscript, foldEvents } from '../../../src/domain/transcript.ts';
import { parseStreamJson } from '../../../src/harness/claude-code/stream.ts';
import { claudeTranscript } from '../../../src/harness/claude-code/transcript.ts';
import { decideOutcome } from '../../../src/judge/outcome.ts';
import { evidenceOf, stopped } from '../../support/evidence.ts';

const AT = new Date('2026-11-30T12:00:00Z');

const init = (permissionMode?: string) => ({
  type: 'system',
  subtype: 'init',
  session_id: 't',
  permissionMode,
});
const SAID = {
  type: 'assistant',
  message: { id: 'm1', model: 'a', content: [{ type: 'text', text: 'Nothing needs doing.' }] },
};
const ended = (...refused: readonly string[]) => ({
  type: 'result',
  subtype: 'success',
  is_error: false,
  result: 'Nothing needs doing.',
  permission_denials: refused.map((name, index) => ({
    tool_name: name,
    tool_use_id: `t${index}`,
    tool_input: {},
  })),
});

function outcomeOf(lines: readonly object[], given: Partial<Evidence> = {}): string {
  const events = lines.flatMap((line) => parseStreamJson(JSON.stringify(line), AT));
  const transcript = foldEvents(emptyTranscript, events);
  const { outcome, reason } = decideOutcome(stopped(), evidenceOf({ transcript, ...given }));
  return `${outcome}: ${reason}`;
}
const NOOP = 'noop: it ended well and delivered nothing';
const blockedBy = (tools: string) =>
  `blocked: it was refused ${tools}; \`permissions\` in stint.yaml decides that`;

describe('a session that was started to plan only', () => {
  test('by the word of the CLI is not blocked by the end of plan mode', () => {
    expect(outcomeOf([init('plan'), SAID, ended('ExitPlanMode')])).toBe(NOOP);
    expect(outcomeOf([init('plan'), SAID, ended('ExitPlanMode', 'ExitPlanMode')])).toBe(NOOP);
    // A turn later, in the mode that its own line names.
    expect(outcomeOf([init('plan'), SAID, ended(), init('plan'), ended('ExitPlanMode')])).toBe(NOOP);
  });

  test('by its permissions is not either, where the CLI does not name its mode', () => {
    expect(outcomeOf([init(), SAID, ended('ExitPlanMode')], { isReadOnly: true })).toBe(NOOP);
    expect(outcomeOf([SAID, ended('exit_plan_mode')], { isReadOnly: true })).toBe(NOOP);
  });

  test('is blocked by any other tool, and by that alone', () => {
    const lines = [init('plan'), SAID, ended('ExitPlanMode', 'Write', 'ExitPlanMode')];
    expect(outcomeOf(lines, { isReadOnly: true })).toBe(blockedBy('Write'));
    expect(outcomeOf([init('plan'), SAID, ended('AskUserQuestion')])).toBe(blockedBy('AskUserQuestion'));
  });

  test('is told by the file that the CLI keeps, too', () => {
    const line = { sessionId: 't', timestamp: '2026-11-30T12:00:00.000Z' };
    const refusal = { permissionDecision: { decision: 'reject', source: 'config' } };
    const result = { type: 'tool_result', tool_use_id: 't1', content: 'Exit plan mode?', is_error: true };
    const use = { type: 'tool_use', id: 't1', name: 'ExitPlanMode', input: {} };
    const read = claudeTranscript.open('t.jsonl');
    const events = [
      { ...line, type: 'user', message: { role: 'user', content: 'Review it.' }, permissionMode: 'plan' },
      { ...line, type: 'assistant', message: { id: 'm1', model: 'a', content: [use] } },
      { ...line, type: 'user', message: { role: 'user', content: [result] }, ...refusal },
      { ...line, ...SAID },
    ].flatMap((each) => read(each).events);
    expect(foldEvents(emptyTranscript, events)).toMatchObject({
      isPlanMode: true,
      deniedTools: [],
      deniedPlanEnds: ['ExitPlanMode'],
    });
  });
});

describe('a session that may change files', () => {
  test.each(['acceptEdits', 'bypassPermissions', 'default'])(
    'in mode %s waits where it may not leave plan mode',
    (mode) => {
      expect(outcomeOf([init(mode), SAID, ended('ExitPlanMode')])).toBe(blockedBy('ExitPlanMode'));
      // The word of the CLI is nearer to what happened than the configuration.
      expect(outcomeOf([init(mode), SAID, ended('ExitPlanMode')], { isReadOnly: true })).toBe(
        blockedBy('ExitPlanMode'),
      );
    },
  );

  test('can do without plan mode', () => {
    expect(outcomeOf([init('acceptEdits'), SAID, ended('EnterPlanMode')])).toBe(NOOP);
  });
});
