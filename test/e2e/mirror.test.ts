import { appendFileSync, chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { recordLine } from '../../src/record/exchange-line.ts';
import { recordOf } from '../support/records.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf, recordedIds } from '../support/sessions.ts';
import { startProgram } from '../support/programs.ts';
import { stint, stintJson } from '../support/stint.ts';

function mirrored(mirror = 'log/records.jsonl'): ScratchProject {
  const project = scratchProject(configOf({ code: { prompt: 'true' } }, { records: { mirror } }));
  mkdirSync(path.join(project.folder, 'log'));
  return project;
}

interface Line {
  readonly format: string;
  readonly record?: SessionRecord;
  readonly amendment?: { readonly field: string; readonly to: unknown };
}

const mirrorFile = (project: ScratchProject): string => path.join(project.folder, 'log/records.jsonl');

function linesOf(project: ScratchProject): Line[] {
  return readFileSync(mirrorFile(project), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

/** Writes records as a process that is killed before it comes to the mirror. */
async function writeUnmirrored(project: ScratchProject, records: readonly SessionRecord[]): Promise<void> {
  const program = startProgram(
    `const { openStore } = await src('store/store.ts');
     const { insertRecord } = await src('store/records.ts');
     const store = await openStore(arg(1));
     for (const record of JSON.parse(arg(2))) await insertRecord(store, record, '/r');
     process.kill(process.pid, 'SIGKILL');`,
    [path.join(project.stateFolder, 'stint.db'), JSON.stringify(records)],
  );
  await program.done;
}

const idsOf = (lines: readonly Line[]): string[] => lines.flatMap(({ record }) => record?.id ?? []);

test('every record and every amendment is a line, as it was written', async () => {
  const project = mirrored();
  const record = await stintJson<SessionRecord>(project, 'run', 'code');
  await stint(project, 'amend', record.id, 'outcome=blocked', '--why', 'it waits');
  const lines = linesOf(project);
  expect(lines[0]).toEqual({ format: 'stint-record', version: 1, record, amendments: [] });
  expect(lines.slice(1).every(({ format }) => format === 'stint-amendment')).toBe(true);
  expect(lines.map(({ amendment }) => amendment?.field)).toContain('outcome');
  // What it says makes the same records elsewhere.
  const other = scratchProject();
  await stint(other, 'import', mirrorFile(project));
  expect(await stintJson(other, 'sessions')).toEqual(await stintJson(project, 'sessions'));
});

test('who was killed before the append leaves it to the next, and nothing is doubled', async () => {
  const project = mirrored();
  await stint(project, 'run', 'code');
  const [first, second] = [recordOf(1), recordOf(2)];
  await writeUnmirrored(project, [first, second]);
  // Killed after the append and before it was noted: the lines are there.
  appendFileSync(mirrorFile(project), `${recordLine({ original: first, amendments: [] })}\n`);
  // Killed within the append.
  appendFileSync(mirrorFile(project), recordLine({ original: second, amendments: [] }).slice(0, 50));
  await stint(project, 'run', 'code');
  const texts = readFileSync(mirrorFile(project), 'utf8').split('\n');
  const whole = texts.filter((text) => text.endsWith('}'));
  expect(texts.filter((text) => text !== '')).toHaveLength(whole.length + 1);
  expect(idsOf(whole.map((text) => JSON.parse(text) as Line))).toEqual(recordedIds(project));
});

test('a file that was moved away goes on with what it never had', async () => {
  const project = mirrored();
  await stint(project, 'run', 'code');
  rmSync(mirrorFile(project));
  await stint(project, 'run', 'code');
  expect(idsOf(linesOf(project))).toEqual(recordedIds(project).slice(1));
});

test('eight processes at once write each record once', async () => {
  const project = mirrored();
  const imports = Array.from({ length: 8 }, (_, writer) => {
    const numbers = Array.from({ length: 25 }, (__, index) => writer * 100 + index);
    const lines = numbers.map((number) => recordLine({ original: recordOf(number), amendments: [] }));
    writeFileSync(path.join(project.folder, `in-${writer}.jsonl`), lines.join('\n'));
    return stint(project, 'import', `in-${writer}.jsonl`);
  });
  expect((await Promise.all(imports)).filter(({ code }) => code !== 0)).toEqual([]);
  const ids = recordedIds(project);
  expect(ids).toHaveLength(200);
  expect(idsOf(linesOf(project))).toEqual(ids);
});

test('a place that cannot be written costs one warning; it catches up later', async () => {
  const project = mirrored('log/sub/records.jsonl');
  const result = await stint(project, 'run', 'code');
  expect(result.code).toBe(0);
  expect(result.stderr.match(/records\.mirror: .*cannot be written, and catches up later/g)).toHaveLength(1);
  mkdirSync(path.join(project.folder, 'log/sub'));
  chmodSync(path.join(project.folder, 'log/sub'), 0o700);
  await stint(project, 'run', 'code');
  const text = readFileSync(path.join(project.folder, 'log/sub/records.jsonl'), 'utf8');
  expect(text.trim().split('\n')).toHaveLength(2);
});
