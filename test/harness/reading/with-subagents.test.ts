import { expect, test } from 'vitest';
import { withSubagents } from '../../../src/harness/reading/with-subagents.ts';
import { sessionEdits } from '../../support/edits.ts';
import { transcriptSession } from '../../support/transcript-session.ts';

const helper = transcriptSession({
  kind: 'subagent',
  transcript: { edited: ['a.ts'] },
  edits: sessionEdits({ 'a.ts': ['first line', 'second line'] }, {}, { firstAt: '2026-01-05T12:00:30.000Z' }),
});

test('the edits of a helper are those of its session', () => {
  expect(withSubagents(transcriptSession(), [helper])).toMatchObject({
    transcript: { edited: ['a.ts'] },
    edits: helper.edits,
  });
});

test('a line that the session took out of its helper’s work is gone, and the first edit is the helper’s', () => {
  const session = transcriptSession({
    transcript: { edited: ['b.ts', 'a.ts'] },
    edits: sessionEdits({ 'b.ts': ['other line'] }, { 'a.ts': ['second line'] }),
  });
  const { edits, transcript } = withSubagents(session, [helper]);
  expect(transcript.edited).toEqual(['b.ts', 'a.ts']);
  expect(edits?.files).toEqual(sessionEdits({ 'b.ts': ['other line'], 'a.ts': ['first line'] }).files);
  expect(edits?.firstAt).toBe('2026-01-05T12:00:30.000Z');
});
