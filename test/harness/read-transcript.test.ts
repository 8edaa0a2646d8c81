import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { commandHarness } from '../../src/harness/create-harness.ts';
import { readTranscript } from '../../src/harness/read-transcript.ts';
import { scratchFolder } from '../support/scratch.ts';

const AT = new Date(0);
const harness = commandHarness(['agent'], 'stream-json');

function transcriptOf(content: string) {
  const file = path.join(scratchFolder(), 'stdout');
  writeFileSync(file, content);
  return readTranscript(file, harness, AT);
}

const INIT = '{"type":"system","subtype":"init","session_id":"th"}';
const RESULT = '{"type":"result","subtype":"success"}';

test('a last line without a newline counts', () => {
  expect(transcriptOf(`${INIT}\n${RESULT}`).ended?.subtype).toBe('success');
});

test('a torn last line is counted as unreadable', () => {
  expect(transcriptOf(`${INIT}\n{"type":"res`)).toMatchObject({ unreadableLines: 1, ended: null });
});

test('blank lines and CRLF are no trouble', () => {
  expect(transcriptOf(`${INIT}\r\n\r\n\n${RESULT}\r\n`)).toMatchObject({ unreadableLines: 0, thread: 'th' });
});

test('no file is an empty transcript', () => {
  expect(readTranscript(path.join(scratchFolder(), 'none'), harness, AT).events).toBe(0);
});

test('more than one read’s worth is read to the end', () => {
  const filler = `${JSON.stringify({ type: 'other', text: 'x'.repeat(1 << 20) })}\n`.repeat(20);
  const transcript = transcriptOf(`${INIT}\n${filler}${RESULT}\n`);
  expect(transcript.events).toBe(2 + 20 + 1);
  expect(transcript.ended).not.toBeNull();
});
