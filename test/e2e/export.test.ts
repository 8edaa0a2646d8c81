import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fc } from '../support/fixed-seed.ts';
import { expect, test } from 'vitest';
import type { ImportReport } from '../../src/control/desk/exchange/import-tally.ts';
import type { Amendment } from '../../src/domain/amendment.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { OUTCOMES } from '../../src/domain/record-words.ts';
import { recordLine } from '../../src/record/exchange-line.ts';
import type { ReliabilityReport } from '../../src/report/reliability.ts';
import { recordOf, sessionId } from '../support/records.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf } from '../support/sessions.ts';
import { startCommand } from '../support/programs.ts';
import { stint, stintJson, STINT } from '../support/stint.ts';

async function exportOf(project: ScratchProject, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await stint(project, 'export', ...args);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

function grown(number: number): { original: SessionRecord; amendments: Amendment[] } {
  const original = recordOf(number, { outcome: 'noop', grade: 0, failureModes: ['noop'] });
  const stamp = { sessionId: original.id, at: '2026-02-01T00:00:00.000Z', who: 'mara', why: 'it had a PR' };
  const amendments = [
    { ...stamp, field: 'outcome', from: 'noop', to: 'productive' },
    { ...stamp, field: 'grade', from: 0, to: 0.8 },
    { ...stamp, field: 'failureModes', from: ['noop'], to: [] },
  ];
  return { original, amendments };
}

test('own sessions go out, come back without a change, and make the same elsewhere', async () => {
  const project = scratchProject(
    configOf(
      { code: { prompt: 'seq 40 >work; git add work; git commit -qm work' }, docs: { prompt: 'true' } },
      {},
    ),
  );
  for (const category of ['code', 'docs']) await stint(project, 'run', category);
  const [newest] = await stintJson<SessionRecord[]>(project, 'sessions');
  await stint(project, 'amend', newest?.id ?? '', 'outcome=blocked', '--why', 'it waits');
  const lines = await exportOf(project);
  project.write('../out.jsonl', lines);
  expect(await stintJson<ImportReport>(project, 'import', '../out.jsonl')).toMatchObject({
    sessions: 2,
    new: 0,
    updated: 0,
    unchanged: 2,
    conflicts: 0,
  });
  expect(await exportOf(project)).toBe(lines);

  const other = scratchProject();
  other.write('in.jsonl', lines);
  expect(await stintJson<ImportReport>(other, 'import', 'in.jsonl')).toMatchObject({ new: 2 });
  expect(await exportOf(other)).toBe(lines);
  expect(await stintJson(other, 'sessions')).toEqual(await stintJson(project, 'sessions'));
  const [here, there, from] = await Promise.all([
    stintJson<ReliabilityReport>(project, 'report', 'reliability'),
    stintJson<ReliabilityReport>(other, 'report', 'reliability'),
    stintJson<ReliabilityReport>(other, 'report', 'reliability', '--from', 'in.jsonl'),
  ]);
  expect(there).toEqual(here);
  expect(from).toEqual({ ...here, read: expect.objectContaining({ files: 1, sessions: 2 }) });
  expect(here.sessions).toBe(2);
});

test('whatever a record holds: out, in and out again is the same, byte for byte', async () => {
  const anyRecord = fc.record({
    outcome: fc.constantFrom(...OUTCOMES),
    grade: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    model: fc.option(fc.string()),
    reasons: fc.array(fc.string()),
    attended: fc.constantFrom('yes' as const, 'no' as const),
    warnings: fc.array(fc.string({ unit: 'binary' })),
  });
  const tokens = { input: 1, output: 0, cacheRead: null, cacheWrite: null };
  const usageOf = (model: string | null) => ({
    usageByModel: [{ model, isSubagent: false, messages: 1, tokens }],
  });
  const records = fc.sample(anyRecord, { numRuns: 300, seed: 7 });
  const first = records
    .map((given, number) =>
      recordLine(
        number % 10 === 0
          ? grown(number)
          : {
              original: recordOf(number, number % 3 === 0 ? { ...given, ...usageOf(given.model) } : given),
              amendments: [],
            },
      ),
    )
    .join('\n');
  const project = scratchProject();
  project.write('in.jsonl', first);
  expect(await stintJson<ImportReport>(project, 'import', 'in.jsonl')).toMatchObject({
    new: 300,
    unreadableLines: 0,
  });
  const second = await exportOf(project);
  expect(second).toBe(`${first}\n`);
});

test('what an amendment says later is added to a record that is here already', async () => {
  const project = scratchProject();
  const { original, amendments } = grown(1);
  project.write('a.jsonl', `${recordLine({ original, amendments: [] })}\n`);
  project.write('b.jsonl', `${recordLine({ original, amendments })}\n`);
  project.write('c.jsonl', `${recordLine({ original: { ...original, model: 'x' }, amendments: [] })}\n`);
  await stint(project, 'import', 'a.jsonl');
  expect(await stintJson<ImportReport>(project, 'import', 'b.jsonl')).toMatchObject({ updated: 1 });
  expect(await stintJson<SessionRecord[]>(project, 'sessions')).toMatchObject([
    { outcome: 'productive', grade: 0.8, model: null },
  ]);
  // Another record of the same session changes nothing.
  expect(await stintJson<ImportReport>(project, 'import', 'c.jsonl')).toMatchObject({
    new: 0,
    updated: 0,
    conflicts: 1,
  });
});

test('a line that is not what it says is refused with its field', async () => {
  const project = scratchProject();
  const { original, amendments } = grown(1);
  const spoil = (given: object): string =>
    recordLine({ original: { ...original, ...given }, amendments: [] });
  const amend = (given: object): string => {
    const line = JSON.parse(recordLine({ original, amendments: [] })) as object;
    return JSON.stringify({ ...line, original, amendments: [{ ...amendments[0], ...given }] });
  };
  const bad: readonly (readonly [string, string])[] = [
    [spoil({ outcome: 'great' }), 'record.outcome: '],
    [spoil({ grade: 2 }), 'record.grade: '],
    [spoil({ id: '../../etc' }), 'record.id: expected a session id'],
    [spoil({ category: '../x' }), 'record.category: expected the name of a category'],
    [spoil({ usageByModel: [{ model: 'm', messages: -1 }] }), 'record.usageByModel.0.'],
    [spoil({ usageByModel: null }), 'record.usageByModel: '],
    [spoil({ startedAt: 'soon' }), 'record.startedAt: expected a time'],
    [amend({ field: '__proto__' }), 'amendments.0.field: '],
    [amend({ field: 'id', to: sessionId(2) }), 'amendments.0.field: '],
    [amend({ field: 'outcome', to: 'great' }), 'amendments.0: to: '],
    [amend({ sessionId: sessionId(2) }), `it mixes ${original.id} with another session`],
    [JSON.stringify({ format: 'stint-record', version: 99 }), 'version: expected 1, received 99'],
  ];
  project.write('bad.jsonl', bad.map(([line]) => `${line}\n`).join(''));
  const result = await stint(project, 'import', 'bad.jsonl', '--json');
  expect(result.code).toBe(1);
  const { unreadable } = JSON.parse(result.stdout) as ImportReport;
  expect(unreadable.map(({ line }) => line)).toEqual(bad.map((_, index) => index + 1));
  for (const [index, [, reason]] of bad.entries()) expect(unreadable[index]?.reason).toContain(reason);
});

test('a file is written whole, private, and filtered; a reader may go away', async () => {
  const project = scratchProject();
  const lines = Array.from({ length: 2000 }, (_, number) =>
    recordLine({ original: recordOf(number), amendments: [] }),
  );
  project.write('in.jsonl', lines.join('\n'));
  await stint(project, 'import', 'in.jsonl');
  const since = recordOf(1990).startedAt;
  await stint(project, 'export', '--out', 'out.jsonl', '--since', since, '--category', 'code');
  const out = path.join(project.folder, 'out.jsonl');
  expect(readFileSync(out, 'utf8').trim().split('\n')).toEqual(lines.slice(1990));
  expect(statSync(out).mode & 0o777).toBe(0o600);
  expect(readdirSync(project.folder).filter((name) => name.includes('.tmp'))).toEqual([]);
  const { done } = startCommand('sh', [
    '-c',
    `cd '${project.folder}' && XDG_STATE_HOME='${project.env['XDG_STATE_HOME']}' ${STINT} export | head -1 | wc -l`,
  ]);
  expect(await done).toEqual({ code: 0, stdout: expect.stringMatching(/^\s*1\n$/) as string, stderr: '' });
});

test('a secret in a record of elsewhere comes neither in nor out', async () => {
  const project = scratchProject();
  const secret = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`;
  writeFileSync(
    path.join(project.folder, 'r.jsonl'),
    `${JSON.stringify({ session_id: 's', outcome: 'noop', deliverables: [`https://x:${secret}@host/1`], timestamp: '2026-01-01' })}\n`,
  );
  expect(await stintJson<ImportReport>(project, 'import', 'r.jsonl')).toMatchObject({ new: 1 });
  expect(await stintJson<ImportReport>(project, 'import', '--again', 'r.jsonl')).toMatchObject({
    unchanged: 1,
  });
  expect(await exportOf(project)).not.toContain(secret);
  for (const name of readdirSync(project.stateFolder).filter((each) => each.startsWith('stint.db')))
    expect(readFileSync(path.join(project.stateFolder, name), 'latin1')).not.toContain(secret);
});

test('what export writes into a pipe, import reads from it, once', async () => {
  const project = scratchProject();
  const lines = [1, 2, 3].map((number) => `${recordLine(grown(number))}\n`).join('');
  project.write('../in.jsonl', lines);
  await stint(project, 'import', '../in.jsonl');
  const other = scratchProject();
  const shell = (line: string): string =>
    execFileSync('sh', ['-c', line, STINT, other.folder, other.env['XDG_STATE_HOME'] ?? ''], {
      cwd: project.folder,
      env: project.env,
      encoding: 'utf8',
    });
  const piped = '"$0" export | XDG_STATE_HOME="$2" "$0" import - -C "$1" --json';
  expect(JSON.parse(shell(piped))).toMatchObject({ sessions: 3, new: 3, formatUnknown: 0 });
  expect(JSON.parse(shell(piped))).toMatchObject({ sessions: 3, new: 0, unchanged: 3 });
  expect(shell('"$0" import - </dev/null 2>&1; echo "exit $?"')).toMatch(/is empty.*\n?.*exit 1/s);
});
