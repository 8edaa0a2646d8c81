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

test('the calls of a helper are those of its session, and a helper with lines was told of', () => {
  const session = transcriptSession({
    helpers: { tool: 'Task', started: 2, told: 0 },
    transcript: { otherCalls: [{ name: 'npm', calls: 1 }] },
  });
  const calling = transcriptSession({
    kind: 'subagent',
    agent: 'a1',
    transcript: {
      otherCalls: [
        { name: 'npm', calls: 2 },
        { name: 'FooBar', calls: 1 },
      ],
      unknownTools: [{ tool: 'FooBar', calls: 1 }],
    },
  });
  const { transcript, helpers } = withSubagents(session, [calling]);
  expect(transcript.otherCalls).toEqual([
    { name: 'npm', calls: 3 },
    { name: 'FooBar', calls: 1 },
  ]);
  expect(transcript.unknownTools).toEqual([{ tool: 'FooBar', calls: 1 }]);
  expect(helpers).toEqual({ tool: 'Task', started: 2, told: 1 });
});
