import { appendFileSync, existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ImportReport } from '../../src/control/desk/exchange/import-tally.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import type { ReliabilityReport } from '../../src/report/reliability.ts';
import {
  scratchEnvironment,
  scratchFolder,
  scratchProject,
  type ScratchProject,
} from '../support/scratch.ts';
import { recordedIds } from '../support/sessions.ts';
import { startStint, stint, stintJson, waitUntil } from '../support/stint.ts';

/** A row as run loops write it; every seventh is a noop. */
function row(number: number, given: object = {}): string {
  return JSON.stringify({
    session_id: `loop-${number}`,
    timestamp: new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString(),
    duration_seconds: 60,
    harness: number % 2 === 0 ? 'gptme' : 'claude-code',
    model: 'sonnet',
    category: 'code',
    outcome: number % 7 === 0 ? 'noop' : 'productive',
    grades: { productivity: number % 7 === 0 ? 0 : 0.6 },
    ...given,
  });
}

function rows(count: number): string {
  return Array.from({ length: count }, (_, number) => `${row(number)}\n`).join('');
}

function importInto(project: ScratchProject, ...args: string[]): Promise<ImportReport> {
  return stintJson<ImportReport>(project, 'import', ...args);
}

test('rows of another run loop become records, and a second import reads nothing', async () => {
  const project = scratchProject();
  project.write('r.jsonl', rows(14));
  const expected = { sessions: 14, unreadableLines: 0, formatUnknown: 0 };
  const byHarness = { 'claude-code': 7, gptme: 7 };
  expect(await importInto(project, 'r.jsonl')).toMatchObject({
    ...expected,
    new: 14,
    updated: 0,
    unchanged: 0,
    byHarness,
    filesUnchanged: 0,
  });
  const again = { ...expected, new: 0, updated: 0, unchanged: 14, byHarness };
  expect(await importInto(project, 'r.jsonl')).toMatchObject({ ...again, filesUnchanged: 1 });
  expect(await importInto(project, '--again', 'r.jsonl')).toMatchObject({ ...again, filesUnchanged: 0 });
  const records = await stintJson<SessionRecord[]>(project, 'sessions');
  expect(records.map(({ thread }) => thread)).toEqual(
    Array.from({ length: 14 }, (_, number) => `loop-${13 - number}`),
  );
  expect(records[0]).toMatchObject({
    source: 'import',
    runType: 'import',
    attended: 'no',
    outcome: 'productive',
    grade: 0.6,
    feedsBelief: false,
    commits: [],
  });
  expect((await stint(project, 'show', records[0]?.id ?? '', '--why')).stdout).toMatch(
    /productive: its record says so/,
  );
  const report = await stintJson<ReliabilityReport>(project, 'report', 'reliability');
  expect(report).toMatchObject({
    sessions: 14,
    outcomes: { productive: 12, noop: 2 },
    failing: { count: 2 },
  });
});

test('the same row from two files is one session', async () => {
  const project = scratchProject();
  const nameless = row(1, { session_id: undefined });
  project.write('in/a.jsonl', `${nameless}\n${row(2)}\n`);
  project.write('in/deep/b.jsonl', `${nameless}\n${row(2)}\n${row(3)}`);
  project.write('in/notes.txt', 'not a record file');
  symlinkSync('a.jsonl', path.join(project.folder, 'in/c.jsonl'));
  expect(await importInto(project, 'in', 'in/c.jsonl')).toMatchObject({
    sessions: 3,
    new: 3,
    updated: 0,
    unchanged: 0,
    files: 2,
  });
});

test('a row that changed later becomes an amendment', async () => {
  const project = scratchProject();
  project.write('r.jsonl', `${row(1)}\n${row(2)}\n`);
  await importInto(project, 'r.jsonl');
  appendFileSync(
    path.join(project.folder, 'r.jsonl'),
    `${row(1, { outcome: 'noop', grades: { productivity: 0.02 } })}\n${row(3)}\n`,
  );
  expect(await importInto(project, 'r.jsonl')).toMatchObject({
    sessions: 3,
    new: 1,
    updated: 1,
    unchanged: 1,
  });
  const records = await stintJson<SessionRecord[]>(project, 'sessions', '--outcome', 'noop');
  expect(records).toMatchObject([{ thread: 'loop-1', grade: 0.02, failureModes: ['noop'] }]);
  // All of it again: the older row does not win back what the newer one said.
  const all = await importInto(project, '--again', 'r.jsonl');
  expect(all).toMatchObject({ sessions: 3, new: 0 });
  expect(await stintJson<SessionRecord[]>(project, 'sessions', '--outcome', 'noop')).toMatchObject([
    { thread: 'loop-1', grade: 0.02 },
  ]);
});

test('a file that was written anew in place is read from its start', async () => {
  const project = scratchProject();
  project.write('r.jsonl', rows(3));
  await importInto(project, 'r.jsonl');
  project.write('r.jsonl', Array.from({ length: 5 }, (_, index) => `${row(index + 10)}\n`).join(''));
  expect(await importInto(project, 'r.jsonl')).toMatchObject({ sessions: 5, new: 5 });
  project.write('new', rows(4));
  renameSync(path.join(project.folder, 'new'), path.join(project.folder, 'r.jsonl'));
  expect(await importInto(project, 'r.jsonl')).toMatchObject({ sessions: 4, new: 1, unchanged: 3 });
});

test('half a row at the end waits until it is whole', async () => {
  const project = scratchProject();
  const torn = row(2);
  project.write('r.jsonl', `${row(1)}\n${torn.slice(0, 40)}`);
  const first = await stint(project, 'import', 'r.jsonl');
  expect(first.stdout).toMatch(/^1 session: 1 new/);
  expect(first.stderr).toMatch(/r\.jsonl: its last record is not whole yet/);
  appendFileSync(path.join(project.folder, 'r.jsonl'), torn.slice(40));
  expect(await importInto(project, 'r.jsonl')).toMatchObject({ new: 1, unchanged: 1, waiting: [] });
});

test('what cannot be read is counted and told with its place, and nothing comes of it', async () => {
  const project = scratchProject();
  project.write(
    'r.jsonl',
    `\ufeff${row(1)}\r\nnonsense\n${row(2)}${row(3)}\n${row(4, { grades: { productivity: '1' } })}\n`,
  );
  project.write('other.jsonl', '{"event":"deploy","ok":true}\n');
  project.write('pretty.jsonl', '{\n  "sessionId": "x",\n  "messages": []\n}\n');
  project.write('empty.jsonl', '');
  project.write('bytes.jsonl', `\u0001\u0002\n\u0003 {}\n{}\n\u0004\n\u0005\n`);
  const result = await stint(project, 'import', '.');
  expect(result.code).toBe(0);
  expect(result.stdout).toMatch(/^3 sessions: 3 new/);
  expect(result.stderr).toMatch(/r\.jsonl:2: not read: no JSON/);
  expect(result.stderr).toMatch(/r\.jsonl:4: not read: grades\.productivity: expected number/);
  expect(result.stderr).toMatch(/other\.jsonl: format unknown; expected stint's own export, or/);
  expect(result.stderr).toMatch(/bytes\.jsonl: format unknown; .*found lines that are not JSON/);
  expect(await importInto(project, '.')).toMatchObject({
    sessions: 3,
    unchanged: 3,
    unreadableLines: 2,
    formatUnknown: 3,
  });
  expect(recordedIds(project)).toHaveLength(3);
  const none = await stint(project, 'import', 'other.jsonl', 'pretty.jsonl');
  expect(none.code).toBe(1);
  expect(none.stdout).toMatch(/^0 sessions/);
});

test('outside every project it needs neither a repository nor a configuration', async () => {
  const scratch = scratchFolder();
  const folder = path.join(scratch, 'work');
  mkdirSync(folder);
  const place = { folder, env: scratchEnvironment(scratch) };
  writeFileSync(path.join(folder, 'r.jsonl'), rows(3));
  expect(await stintJson<ImportReport>(place, 'import', 'r.jsonl')).toMatchObject({ new: 3 });
  expect(await stintJson<SessionRecord[]>(place, 'sessions')).toHaveLength(3);
});

test('two imports at once make one record of each row', async () => {
  const project = scratchProject();
  project.write('r.jsonl', rows(3000));
  const both = await Promise.all([importInto(project, 'r.jsonl'), importInto(project, 'r.jsonl')]);
  expect(both.map(({ sessions }) => sessions)).toEqual([3000, 3000]);
  expect(both.reduce((sum, each) => sum + each.new, 0)).toBe(3000);
  const ids = recordedIds(project);
  expect([ids.length, new Set(ids).size]).toEqual([3000, 3000]);
});

test('an import that is killed leaves whole records, and the next one the rest', async () => {
  const project = scratchProject();
  const count = 20_000;
  project.write('r.jsonl', rows(count));
  const { child, done } = startStint(project, 'import', 'r.jsonl');
  await waitUntil('the first records', () => recordedIds(project).length > 0);
  child.kill('SIGKILL');
  await done;
  const before = recordedIds(project).length;
  const report = await importInto(project, 'r.jsonl');
  expect(report).toMatchObject({ sessions: count, new: count - before, unchanged: before });
  expect(new Set(recordedIds(project)).size).toBe(count);
});

/** An import that was interrupted while it had more to do; of more rows where it was faster than the test. */
async function interruptedImport(
  count = 40_000,
): Promise<{ project: ScratchProject; count: number; stdout: string }> {
  const project = scratchProject();
  project.write('r.jsonl', rows(count));
  const { child, done } = startStint(project, 'import', 'r.jsonl', '--json');
  await waitUntil('the first records', () => recordedIds(project).length > 0);
  child.kill('SIGINT');
  const { code, stdout } = await done;
  if (code === 0 && count < 600_000) return interruptedImport(count * 2);
  expect(code).toBe(130);
  return { project, count, stdout };
}

test('Ctrl-C keeps what was imported', async () => {
  const { project, count, stdout } = await interruptedImport();
  expect((JSON.parse(stdout) as ImportReport).new).toBe(recordedIds(project).length);
  expect((await importInto(project, 'r.jsonl')).sessions).toBe(count);
  expect(recordedIds(project)).toHaveLength(count);
});

test('a wrong path makes no state', async () => {
  const project = scratchProject();
  expect((await stint(project, 'import', 'nowhere.jsonl')).code).toBe(2);
  expect(existsSync(project.stateFolder)).toBe(false);
});
