import { describe, expect, test } from 'vitest';
import type { TranscriptSession } from '../../../src/domain/transcript-session.ts';
import { geminiTranscript } from '../../../src/harness/gemini/transcript.ts';
import { SessionGatherer } from '../../../src/harness/reading/session-gatherer.ts';
import { marksOf } from '../../support/edits.ts';
import { geminiAnswer, geminiHeader, geminiPrompt } from '../../support/gemini-lines.ts';
import { atMinute } from '../../support/transcript-lines.ts';

const FILE = '/work/app/a.ts';

/** A session that made these calls in one message. */
function sessionOf(...calls: readonly Readonly<Record<string, unknown>>[]): TranscriptSession {
  const gatherer = new SessionGatherer('gemini', null, null);
  const read = geminiTranscript.open('/work/session.jsonl');
  const toolCalls = calls.map((call, index) => ({
    id: `c${index}`,
    status: 'success',
    result: [{ functionResponse: { response: { output: 'well done' } } }],
    timestamp: atMinute(2),
    ...call,
  }));
  for (const line of [geminiHeader('a', 0), geminiPrompt(1), geminiAnswer(2, 'I do.', { toolCalls })])
    gatherer.take(read(line as Record<string, unknown>));
  const [session] = gatherer.finish();
  if (!session) throw new Error('no session');
  return session;
}

const replace = {
  name: 'replace',
  args: { file_path: FILE, old_string: 'old line', new_string: 'new line' },
};
const write = { name: 'write_file', args: { file_path: FILE, content: 'kept line\nnew line' } };

describe('the lines that each tool of Gemini CLI leaves', () => {
  test('replace', () => {
    const { edits, transcript } = sessionOf(replace);
    expect(edits?.files.get(FILE)).toEqual(marksOf('new line'));
    expect(edits?.removed.get(FILE)).toEqual(marksOf('old line'));
    expect(edits?.firstAt).toBe(atMinute(2));
    expect(transcript.edited).toEqual([FILE]);
  });

  test('write_file, of a new file', () => {
    const shown = { resultDisplay: { originalContent: null, newContent: write.args.content } };
    for (const call of [write, { ...write, ...shown }])
      expect(sessionOf(call).edits?.files.get(FILE)).toEqual(marksOf('kept line', 'new line'));
  });

  test.each([
    ['its texts', { originalContent: 'kept line\nold line', newContent: 'kept line\nnew line' }],
    ['a diff', { fileDiff: '--- a.ts\n+++ a.ts\n@@ -1,2 +1,2 @@\n kept line\n-old line\n+new line' }],
  ])('write_file over a file, where the CLI showed %s', (_, resultDisplay) => {
    const { edits } = sessionOf({ ...write, resultDisplay });
    expect(edits?.files.get(FILE)).toEqual(marksOf('new line'));
    expect(edits?.removed.get(FILE)).toEqual(marksOf('old line'));
  });

  test('a file that is written again has the lines of the last time', () => {
    const again = { ...write, args: { ...write.args, content: 'kept line\nlast line' } };
    expect(sessionOf(write, again).edits?.files.get(FILE)).toEqual(marksOf('kept line', 'last line'));
  });
});

describe('which of its edits count', () => {
  test.each([
    ['was cancelled', { status: 'cancelled' }],
    ['met an error', { status: 'error' }],
    [
      'was answered with an error',
      { result: [{ functionResponse: { response: { error: 'no such text' } } }] },
    ],
    ['waits for a person', { status: 'awaiting_approval' }],
    ['names no file', { args: { content: 'a line' } }],
    [
      'is of another tool',
      { name: 'read_file', resultDisplay: { originalContent: null, newContent: 'a line' } },
    ],
  ])('none that %s', (_, more) => {
    const { edits, transcript } = sessionOf({ ...write, ...more });
    expect([edits, transcript.edited]).toEqual([null, []]);
  });
});
