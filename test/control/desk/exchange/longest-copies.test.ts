import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { LongestCopies } from '../../../../src/control/desk/exchange/longest-copies.ts';
import { type ReadFile, sessionIdsOf } from '../../../../src/control/desk/exchange/sessions-of-files.ts';
import { readSessions } from '../../../../src/harness/read-sessions.ts';
import { identifyFile } from '../../../../src/lib/file-system.ts';
import { scratchFolder } from '../../../support/scratch.ts';
import { claudeAnswer, claudePrompt, saying } from '../../../support/transcript-lines.ts';

const [A, B] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];

function line(object: object): string {
  return `${JSON.stringify(object)}\n`;
}

const FIRST = line(claudePrompt(A, 0, 'Go on.'));
const SECOND = line(claudeAnswer(A, 1, 'm1', saying('One.')));
const THIRD = line(claudeAnswer(A, 2, 'm2', saying('Two.')));
const OF_ANOTHER = line(claudeAnswer(B, 2, 'm3', saying('Three.')));
const OF_A_HELPER = line(claudeAnswer(A, 2, 'm4', saying('Four.'), { isSidechain: true, agentId: '7' }));

function fileWith(text: string): ReadFile {
  const file = path.join(scratchFolder(), 's.jsonl');
  writeFileSync(file, text);
  const walked = identifyFile(file);
  if (!('file' in walked)) throw new Error(walked.because);
  return { walked, reading: readSessions(file) };
}

/** Whether the shorter file needs no reading of its own, once the longer one was read. */
function isKnown(shorter: string, ...longer: readonly string[]): boolean {
  const copies = new LongestCopies();
  const files = longer.map(fileWith);
  for (const file of files) copies.add(file);
  const copy = fileWith(shorter);
  const reading = copies.longerThan(copy.walked, sessionIdsOf(copy)[0]);
  if (reading !== null) expect(files.map((file) => file.reading)).toContain(reading);
  return reading !== null;
}

test('the beginning of a longer file of the same session is not read', () => {
  expect(isKnown(FIRST + SECOND, FIRST + SECOND + THIRD)).toBe(true);
  expect(isKnown((FIRST + SECOND).trimEnd(), FIRST + SECOND + THIRD)).toBe(true);
  expect(isKnown(FIRST + SECOND, FIRST + THIRD + SECOND, FIRST + SECOND + THIRD)).toBe(true);
});

test.each<[string, string, string]>([
  ['other lines', FIRST + THIRD, FIRST + SECOND + THIRD],
  ['half a line at its end', FIRST + SECOND.slice(0, -20), FIRST + SECOND + THIRD],
  ['a longer file with a line of another session', FIRST + SECOND, FIRST + SECOND + OF_ANOTHER],
  ['a longer file with lines of a helper', FIRST + SECOND, FIRST + SECOND + OF_A_HELPER],
  ['a longer file that stint cannot read as a whole', `${FIRST}nonsense\n`, `${FIRST}nonsense\n${SECOND}`],
  ['a longer file with half a line', FIRST, FIRST + SECOND.slice(0, -20)],
  ['a longer file of another session', FIRST, OF_ANOTHER],
])('a file is read for itself: %s', (_why, shorter, longer) => {
  expect(isKnown(shorter, longer)).toBe(false);
});

test('the files of one session are forgotten with the first of another', () => {
  const copies = new LongestCopies();
  copies.add(fileWith(FIRST + SECOND));
  copies.add(fileWith(OF_ANOTHER));
  const copy = fileWith(FIRST);
  expect(copies.longerThan(copy.walked, sessionIdsOf(copy)[0])).toBeNull();
});
