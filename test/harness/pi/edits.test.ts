import { describe, expect, test } from 'vitest';
import type { TranscriptSession } from '../../../src/domain/transcript-session.ts';
import { piTranscript } from '../../../src/harness/pi/transcript.ts';
import { SessionGatherer } from '../../../src/harness/reading/session-gatherer.ts';
import { marksOf } from '../../support/edits.ts';
import { piAnswer, piHeader, piMessage, piPrompt } from '../../support/pi-lines.ts';
import { atMinute } from '../../support/transcript-lines.ts';

const FILE = '/work/app/a.ts';

/** A session that called one tool, with the details of its answer. */
function sessionOf(name: string, args: object, details?: object, isError = false): TranscriptSession {
  const gatherer = new SessionGatherer('pi', null, null);
  const read = piTranscript.open('');
  const content = [{ type: 'text', text: 'well done' }];
  const answer = { role: 'toolResult', toolCallId: 'c1', toolName: name, content, details, isError };
  for (const line of [
    piHeader('a', 0),
    piPrompt(1),
    piAnswer(2, [{ type: 'toolCall', id: 'c1', name, arguments: args }]),
    piMessage(3, answer),
  ])
    gatherer.take(read(line as Record<string, unknown>));
  const [session] = gatherer.finish();
  if (!session) throw new Error('no session');
  return session;
}

const EDIT = { path: FILE, oldText: 'old line', newText: 'new line' };

describe('the lines that each tool of pi leaves', () => {
  test('edit', () => {
    const { edits, transcript } = sessionOf('edit', EDIT);
    expect(edits?.files.get(FILE)).toEqual(marksOf('new line'));
    expect(edits?.firstAt).toBe(atMinute(2));
    expect(transcript.edited).toEqual(['a.ts']);
  });

  test('edit, in whole lines where its answer shows them', () => {
    const diff =
      '     ...\n  11 one line\n- 12 const a = foo(1);\n+ 12 const a = foo(2);\n+113   and more();';
    const { edits } = sessionOf('edit', { ...EDIT, oldText: '1', newText: '2' }, { diff });
    expect(edits?.files.get(FILE)).toEqual(marksOf('const a = foo(2);', 'and more();'));
    expect(edits?.removed.get(FILE)).toEqual(marksOf('const a = foo(1);'));
  });

  test('edit with several replacements, as newer versions take them', () => {
    const edits = [
      { oldText: 'old line\nkept line', newText: 'kept line' },
      { oldText: 'last line', newText: 'very last line' },
    ];
    const session = sessionOf('edit', { path: 'a.ts', edits });
    expect(session.edits?.files.get(FILE)).toEqual(marksOf('very last line'));
    expect(session.edits?.removed.get(FILE)).toEqual(marksOf('old line', 'last line'));
  });

  test('write', () => {
    const { edits } = sessionOf('write', { path: '@a.ts', content: 'first line\n\nsecond line' });
    expect(edits?.files.get(FILE)).toEqual(marksOf('first line', 'second line'));
  });
});

describe('which of its edits count', () => {
  test('none that met an error', () => {
    const { edits, transcript } = sessionOf('edit', EDIT, undefined, true);
    expect([edits, transcript.edited]).toEqual([null, []]);
  });

  test('none of a tool that reads', () => {
    expect(sessionOf('read', EDIT, { diff: '+1 a new line' }).edits).toBeNull();
  });
});
