import { describe, expect, test } from 'vitest';
import { SessionGatherer } from '../../../src/harness/reading/session-gatherer.ts';
import { claudeTranscript } from '../../../src/harness/claude-code/transcript.ts';
import type { TranscriptSession } from '../../../src/domain/transcript-session.ts';
import { marksOf } from '../../support/edits.ts';
import { claudeAnswer, claudePrompt, claudeResult, atMinute } from '../../support/transcript-lines.ts';

const THREAD = 'a-thread';
const FILE = '/work/app/a.ts';

interface Step {
  readonly tool: string;
  readonly input: object;
  /** What stands beside the message that answers it. */
  readonly structure?: unknown;
  readonly isError?: boolean;
  readonly more?: object;
}

/** A session that made these calls, the first in minute 1. */
function sessionOf(...steps: readonly Step[]): TranscriptSession {
  const gatherer = new SessionGatherer('claude-code', null, null);
  const read = claudeTranscript.open('');
  const lines = [
    claudePrompt(THREAD, 0, 'Fix it'),
    ...steps.flatMap(({ tool, input, structure, isError, more = {} }, index) => {
      const call = { type: 'tool_use', id: `t${index}`, name: tool, input };
      const content = [{ type: 'tool_result', tool_use_id: `t${index}`, content: 'said', is_error: isError }];
      return [
        claudeAnswer(THREAD, index + 1, `m${index}`, call, more),
        claudeResult(THREAD, index + 1, '', '', {
          message: { role: 'user', content },
          toolUseResult: structure,
          ...more,
        }),
      ];
    }),
  ];
  for (const line of lines) gatherer.take(read(line as Record<string, unknown>));
  const [session] = gatherer.finish();
  if (!session) throw new Error('no session');
  return session;
}

const edit = (old: string, now: string): Step => ({
  tool: 'Edit',
  input: { file_path: FILE, old_string: old, new_string: now },
});

describe('the lines that each tool of Claude Code leaves', () => {
  test('Edit', () => {
    const session = sessionOf(edit('const a = 1;', 'const a = 2;\nconst c = 3;'));
    expect(session.edits?.files.get(FILE)).toEqual(marksOf('const a = 2;', 'const c = 3;'));
    expect(session.edits?.firstAt).toBe(atMinute(1));
    expect(session.transcript.edited).toEqual(['a.ts']);
  });

  test('Edit, in whole lines where its answer shows them', () => {
    const structuredPatch = [{ lines: [' one line', '-const a = foo(1);', '+const a = foo(2);'] }];
    const session = sessionOf({
      ...edit('1', '2'),
      structure: { filePath: FILE, structuredPatch, originalFile: 'x' },
    });
    expect(session.edits?.files.get(FILE)).toEqual(marksOf('const a = foo(2);'));
    expect(session.edits?.removed.get(FILE)).toEqual(marksOf('const a = foo(1);'));
  });

  test('MultiEdit, without the lines that stand before and after it', () => {
    const edits = [
      { old_string: 'kept line\nold line', new_string: 'kept line\nnew line' },
      { old_string: 'moved line', new_string: 'another line' },
      { old_string: 'last line', new_string: 'moved line\nlast line' },
    ];
    const session = sessionOf({ tool: 'MultiEdit', input: { file_path: FILE, edits } });
    expect(session.edits?.files.get(FILE)).toEqual(marksOf('new line', 'another line'));
    expect(session.edits?.removed.get(FILE)).toEqual(marksOf('old line'));
  });

  test('Write of a new file', () => {
    const session = sessionOf({
      tool: 'Write',
      input: { file_path: FILE, content: 'first line\n}\nsecond line\n' },
      structure: { type: 'create', filePath: FILE, content: '', structuredPatch: [], originalFile: null },
    });
    expect(session.edits?.files.get(FILE)).toEqual(marksOf('first line', 'second line'));
  });

  test('Write over a file, without the lines that stood there', () => {
    const input = { file_path: FILE, content: 'kept line\nnew line' };
    const structure = {
      type: 'update',
      filePath: FILE,
      content: input.content,
      originalFile: 'old line\nkept line',
    };
    for (const more of [{}, { structuredPatch: [{ lines: ['-old line', ' kept line', '+new line'] }] }]) {
      const session = sessionOf({ tool: 'Write', input, structure: { ...structure, ...more } });
      expect(session.edits?.files.get(FILE)).toEqual(marksOf('new line'));
    }
  });

  test('NotebookEdit, as the lines stand in the notebook’s file', () => {
    const input = { notebook_path: '/work/app/a.ipynb', new_source: 'first = 1\nprint("x")' };
    const session = sessionOf({ tool: 'NotebookEdit', input });
    expect(session.edits?.files.get(input.notebook_path)).toEqual(
      marksOf('"first = 1\\n",', '"print(\\"x\\")"'),
    );
  });
});

describe('which of its edits count', () => {
  test('an edit that a later one takes back leaves no line, and the file was edited', () => {
    const session = sessionOf(edit('old line', 'new line'), edit('new line', 'old line'));
    expect(session.edits?.files.get(FILE)).toEqual(marksOf('old line'));
    expect(session.transcript.edited).toEqual(['a.ts']);
  });

  test('that of a helper, whose lines stand among the session’s own', () => {
    const session = sessionOf({ ...edit('old line', 'new line'), more: { isSidechain: true } });
    expect(session.edits?.files.get(FILE)).toEqual(marksOf('new line'));
    expect(session.transcript.edited).toEqual(['a.ts']);
  });

  test.each<[string, Partial<Step>]>([
    ['met an error', { isError: true }],
    ['a person refused', { structure: 'User rejected tool use' }],
    ['a person refused, as newer versions say it', { more: { permissionDecision: { decision: 'reject' } } }],
    ['the configuration refused', { more: { permissionDecision: { decision: 'reject', source: 'config' } } }],
    ['names no file', { input: { old_string: 'a line', new_string: 'another line' } }],
  ])('none that %s', (_, step) => {
    const session = sessionOf({ ...edit('old line', 'new line'), ...step });
    expect(session.edits).toBeNull();
    expect(session.transcript.edited).toEqual([]);
  });

  test('no call of another tool, whatever its arguments are', () => {
    const session = sessionOf({
      tool: 'Read',
      input: { file_path: FILE, old_string: 'a line', content: 'a line' },
    });
    expect(session.edits).toBeNull();
  });
});
