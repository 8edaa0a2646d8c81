import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { emptyTranscript } from '../../src/domain/transcript.ts';
import { commandHarness } from '../../src/harness/create-harness.ts';
import { readLastWords, readTranscript } from '../../src/harness/read-transcript.ts';
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

test('the last words of a CLI are read from the ends of its output, however long that is', () => {
  const folder = scratchFolder();
  const files = { stdout: path.join(folder, 'stdout'), stderr: path.join(folder, 'stderr') };
  const lastWords = (exitCode: number) =>
    readLastWords(emptyTranscript, commandHarness(['agent'], 'copilot'), { files, exitCode, endedAt: AT });
  expect(lastWords(1).trouble).toBeNull();
  writeFileSync(files.stderr, `${'a line of a log\n'.repeat(10_000)}Error: 401 Unauthorized\n`);
  expect(lastWords(1).trouble?.error).toBe('auth');
  const objects = [{ type: 'text' }, ...Array.from({ length: 5000 }, () => ({ type: 'noise' }))];
  const error = { type: 'error', message: 'Hoppla' };
  writeFileSync(files.stdout, [...objects, error].map((each) => `${JSON.stringify(each)}\n`).join(''));
  expect(lastWords(0).trouble?.message).toBe('Hoppla');
});
