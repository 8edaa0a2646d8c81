import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ImportReport } from '../../src/control/desk/exchange/import-tally.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { scratchEnvironment, scratchFolder } from '../support/scratch.ts';
import { stint, stintJson } from '../support/stint-here.ts';
import { claudeAnswer, claudePrompt, saying } from '../support/transcript-lines.ts';

const threadOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

function session(number: number, more: object = {}): object[] {
  const thread = threadOf(number);
  const odd = claudeAnswer(thread, 1, `m1-${number}`, saying('.'), more);
  return [claudePrompt(thread, 0, 'go'), odd, claudeAnswer(thread, 4, `m2-${number}`, saying('Done.'))];
}

test('import and audit name sessions whose times cannot be true, and no duration is spoiled', async () => {
  const folder = scratchFolder();
  const place = { folder, env: scratchEnvironment(scratchFolder()) };
  const write = (name: string, lines: readonly object[]): void =>
    writeFileSync(path.join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  write('plain.jsonl', session(1));
  write('epoch.jsonl', session(2, { timestamp: '1970-01-01T00:00:01.000Z' }));
  write('future.jsonl', session(3, { timestamp: '2999-01-01T00:00:00.000Z' }));
  const rows = [
    {
      session_id: 'old',
      outcome: 'productive',
      start_time: '1999-01-01T00:00:00Z',
      end_time: '1999-01-01T01:00:00Z',
    },
    {
      session_id: 'back',
      outcome: 'productive',
      start_time: '2026-01-05T12:00:00Z',
      end_time: '2026-01-05T11:00:00Z',
    },
    {
      session_id: 'good',
      outcome: 'productive',
      start_time: '2026-01-05T12:00:00Z',
      end_time: '2026-01-05T13:00:00Z',
    },
  ];
  write('rows.jsonl', rows);
  const report = await stintJson<ImportReport>(place, 'import', '.');
  const records = await stintJson<SessionRecord[]>(place, 'sessions');
  const named = records.filter(({ id }) => report.impossibleTimes.some((each) => each.id === id));
  expect(named.map(({ thread }) => thread ?? '').toSorted()).toEqual([
    threadOf(2),
    threadOf(3),
    'back',
    'old',
  ]);
  for (const { durationMs, warnings } of records.filter(({ thread }) => thread?.startsWith('0000')))
    expect([durationMs, warnings.length]).toEqual([4 * 60_000, expect.any(Number) as number]);
  expect(records.find(({ thread }) => thread === threadOf(2))?.warnings).toEqual([
    'lines of its files with a time that cannot be true: 1; they count for no time',
  ]);
  // Files that did not change are remembered.
  const again = await stint(place, 'import', 'epoch.jsonl', 'future.jsonl');
  expect(again.stdout).toMatch(/\n2 sessions with impossible times: \w+, \w+\n/);

  const audit = await stint(place, 'audit', '--json');
  const { findings } = JSON.parse(audit.stdout) as { findings: { kind: string; sessionId: string }[] };
  const kindsOf = (thread: string): string[] => {
    const id = records.find((each) => each.thread === thread)?.id ?? '';
    return findings.filter(({ sessionId }) => sessionId === id).map(({ kind }) => kind);
  };
  expect(kindsOf('old')).toContain('impossible-time');
  expect(kindsOf('back')).toContain('end-before-start');
  // Their odd lines count for no time, and so what the records say of time is true: a person may accept it.
  expect([threadOf(2), threadOf(3)].map(kindsOf)).toEqual([['impossible-time'], ['impossible-time']]);
  // Evidence does not change their verdict: nothing is there to fix.
  const repaired = await stint(place, 'audit', '--fix', '--dry-run', '--json');
  const { repairs } = JSON.parse(repaired.stdout) as { repairs: { id: string }[] };
  expect(repairs.filter(({ id }) => named.some((each) => each.id === id))).toEqual([]);
  for (const thread of [threadOf(1), 'good']) expect(kindsOf(thread)).not.toContain('impossible-time');
});
