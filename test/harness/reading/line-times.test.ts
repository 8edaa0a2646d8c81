import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { NO_RULES } from '../../../src/domain/import-rules.ts';
import { readSessions } from '../../../src/harness/read-sessions.ts';
import { scratchFolder } from '../../support/scratch.ts';
import {
  atMinute,
  claudeAnswer,
  claudePrompt,
  codexLine,
  codexMeta,
  codexSays,
  saying,
} from '../../support/transcript-lines.ts';

const A = '00000000-0000-4000-8000-000000000001';
const answer = (minute: number, more: object = {}) =>
  claudeAnswer(A, minute, `m${minute}`, saying('.'), more);

function read(lines: readonly object[]) {
  const file = path.join(scratchFolder(), 'any.jsonl');
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const { sessions } = readSessions(file, null, { ...NO_RULES, until: '2026-02-01T00:00:00.000Z' });
  return sessions[0];
}

test.each<[string, unknown, number]>([
  ['1970', '1970-01-01T00:00:00.000Z', 1],
  ['before there were agent CLIs', '2019-12-31T23:59:59.000Z', 1],
  ['the future', '2031-05-05T12:00:00.000Z', 1],
  ['a few days ahead of now', '2026-02-03T00:00:00.000Z', 1],
  ['years before the others', '2023-01-05T12:03:00.000Z', 1],
  ['a number of milliseconds', 1767614580000, 1],
  ['a number of seconds', 1767614580, 1],
  ['another form', '5 January 2026, 12:03', 1],
  ['none at all', undefined, 0],
])('a line of another time counts for nothing: %s', (_name, timestamp, impossibleTimes) => {
  const told = { startedAt: atMinute(0), endedAt: atMinute(9), activeMs: 9 * 60_000, impossibleTimes };
  const odd = answer(3, { timestamp });
  expect(read([claudePrompt(A, 0, 'go'), answer(1), odd, answer(5), answer(9)])).toMatchObject(told);
  expect(read([claudePrompt(A, 0, 'go'), answer(1), answer(5), answer(9), odd])).toMatchObject(told);
  expect(read([odd, claudePrompt(A, 0, 'go'), answer(1), answer(5), answer(9)])).toMatchObject(told);
});

test('a session of Codex, one that was continued after months, and one without any true time', () => {
  const odd = {
    ...codexLine(3, 'event_msg', { type: 'agent_message', message: '.' }),
    timestamp: '0001-01-01T00:00:00Z',
  };
  expect(read([codexMeta(A, 0), codexSays(2, '.'), odd, codexSays(8, '.')])).toMatchObject({
    startedAt: '2026-01-05T12:00:00.000Z',
    endedAt: '2026-01-05T12:00:08.000Z',
    impossibleTimes: 1,
  });
  const months = [claudePrompt(A, 0, 'go', { timestamp: '2025-04-01T00:00:00.000Z' }), answer(1)];
  expect(read(months)).toMatchObject({
    startedAt: '2025-04-01T00:00:00.000Z',
    endedAt: atMinute(1),
    impossibleTimes: 0,
  });
  const none = [claudePrompt(A, 0, 'go', { timestamp: 'soon' }), answer(1, { timestamp: 12 })];
  expect(read(none)).toMatchObject({ startedAt: null, endedAt: null, activeMs: 0, impossibleTimes: 2 });
});
