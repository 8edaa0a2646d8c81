import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkImport, importInto } from '../../src/control/desk/exchange/import-files.ts';
import type { ImportReport } from '../../src/control/desk/exchange/import-tally.ts';
import { openProject } from '../../src/control/project/project.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { ReliabilityReport } from '../../src/report/reliability.ts';
import { geminiAnswer, geminiHeader, geminiPrompt } from '../support/gemini-lines.ts';
import { piAnswer, piHeader, piPrompt, piSaying } from '../support/pi-lines.ts';
import { scratchEnvironment, scratchFolder } from '../support/scratch.ts';
import { stint, stintJson } from '../support/stint-here.ts';
import {
  claudeAnswer,
  claudePrompt,
  codexEvent,
  codexMeta,
  codexSays,
  saying,
} from '../support/transcript-lines.ts';

// Who sat at an imported session, by what the import and its other sessions say of it.

interface Place {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

function place(): Place {
  return { folder: scratchFolder(), env: scratchEnvironment(scratchFolder()) };
}

function threadOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

function write({ folder }: Place, name: string, lines: readonly object[]): void {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

const template = (number: number): string =>
  `You are worker ${number}. Take issue #${100 + number} of "${'x'.repeat(number)}" in /work/w${number}/app, started on 2026-10-0${number + 1}.\nMore: ${number}`;

function claude(number: number, prompts: readonly string[], more: object = {}): object[] {
  const thread = threadOf(number);
  return prompts.flatMap((prompt, index) => [
    claudePrompt(thread, 2 * index, prompt, more),
    claudeAnswer(thread, 2 * index + 1, `m${index}-${number}`, saying('Done.')),
  ]);
}

const WAYS: Record<string, (number: number, prompt: string) => object[]> = {
  'Claude Code': (number, prompt) => claude(number, [prompt]),
  'Claude Code in a terminal': (number, prompt) => claude(number, [prompt], { entrypoint: 'cli' }),
  Codex: (number, prompt) => [
    codexMeta(threadOf(number), 0, { originator: 'codex_cli_rs', source: 'cli' }),
    codexEvent(1, 'user_message', { message: prompt }),
    codexSays(2, 'Done.'),
  ],
  'Gemini CLI': (number, prompt) => [
    geminiHeader(threadOf(number), 0),
    geminiPrompt(1, prompt),
    geminiAnswer(2, 'Done.'),
  ],
  pi: (number, prompt) => [
    piHeader(threadOf(number), 0),
    piPrompt(1, prompt),
    piAnswer(2, [piSaying('Done.')]),
  ],
};

async function attended(at: Place): Promise<Record<string, string>> {
  const records = await stintJson<SessionRecord[]>(at, 'sessions');
  return Object.fromEntries(records.map((each) => [each.thread ?? '', each.attended]));
}

async function allOf(at: Place): Promise<unknown[]> {
  const records = await stintJson<SessionRecord[]>(at, 'sessions');
  return records.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

const importOf = (at: Place, ...words: string[]): Promise<ImportReport> =>
  stintJson<ImportReport>(at, 'import', ...words);

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('five sessions that begin with the same words', () => {
  test.each(Object.keys(WAYS))('ran without a person: %s', async (way) => {
    const at = place();
    for (const number of numbers(5))
      write(at, `in/${threadOf(number)}.jsonl`, WAYS[way]?.(number, template(number)) ?? []);
    expect(await importOf(at, 'in')).toMatchObject({
      sessions: 5,
      new: 5,
      updated: 0,
      files: 5,
      byAttended: { no: 5 },
    });
    const records = await stintJson<SessionRecord[]>(at, 'sessions');
    expect(records.map((each) => each.attended)).toEqual(Array(5).fill('no'));
    for (const { reasons } of records) expect(reasons.at(-1)).toMatch(/^attended no: .*\(templated\)/);
    expect(await importOf(at, 'in')).toMatchObject({
      unchanged: 5,
      filesUnchanged: 5,
      byAttended: { no: 5 },
    });
    expect(await importOf(at, 'in', '--again')).toMatchObject({ updated: 0, unchanged: 5 });
  });

  test('four of them, and what people type often, prove nothing', async () => {
    const at = place();
    for (const number of numbers(4)) write(at, `in/a${number}.jsonl`, claude(number, [template(number)]));
    for (const number of numbers(6)) write(at, `in/b${number}.jsonl`, claude(10 + number, ['fix the tests']));
    await importOf(at, 'in');
    expect(new Set(Object.values(await attended(at)))).toEqual(new Set(['unknown']));
  });

  test('a person who prompted one of them again was there, at that one', async () => {
    const at = place();
    for (const number of numbers(4)) write(at, `in/${number}.jsonl`, claude(number, [template(number)]));
    write(at, 'in/4.jsonl', claude(4, [template(4), 'and now the docs']));
    write(at, 'in/5.jsonl', claude(5, [template(5), '[Request interrupted by user]']));
    await importOf(at, 'in');
    const found = await attended(at);
    expect(numbers(6).map((number) => found[threadOf(number)])).toEqual([
      'no',
      'no',
      'no',
      'no',
      'yes',
      'yes',
    ]);
  });

  test('the order of the files and of the imports changes no record', async () => {
    const ways = [['in/0', 'in/1', 'in/2', 'in/3', 'in/4'], ['in/4', 'in/2', 'in/0', 'in/1', 'in/3'], ['in']];
    const found: unknown[] = [];
    for (const calls of ways) {
      const at = place();
      for (const number of numbers(5))
        write(at, `in/${number}/${threadOf(number)}.jsonl`, claude(number, [template(number)]));
      const reports: ImportReport[] = [];
      for (const each of calls) reports.push(await importOf(at, each));
      // The fifth makes a template of the first four.
      if (calls.length > 1) expect(reports.at(-1)).toMatchObject({ new: 1, updated: 4, files: 1 });
      found.push(await allOf(at));
    }
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
  });

  test('on standard input they are judged alike, and so are they the next time', async () => {
    const at = place();
    const project = await openProject({
      folder: at.folder,
      env: at.env,
      clock: systemClock,
      access: 'write',
      needsProject: false,
    });
    onTestFinished(() => project.close());
    const piped = async (lines: readonly object[], isUnattended = false): Promise<ImportReport> => {
      const input = Readable.from(lines.map((line) => Buffer.from(`${JSON.stringify(line)}\n`)));
      const never = new AbortController().signal;
      const request = { paths: ['-'], input, isAll: false, repositories: [], isAgain: false, isUnattended };
      return importInto(project, await checkImport(at.folder, request, never), never);
    };
    const five = numbers(5).flatMap((number) => claude(number, [template(number)]));
    expect(await piped(five)).toMatchObject({ new: 5, updated: 0, byAttended: { no: 5 } });
    expect(await piped(five)).toMatchObject({ new: 0, updated: 0, byAttended: { no: 5 } });
    const steered = claude(9, ['fix it', 'and the docs']);
    expect(await piped(steered, true)).toMatchObject({ new: 1, byAttended: { no: 1 } });
    expect(await piped(steered)).toMatchObject({ updated: 0, byAttended: { no: 1 } });
  });

  test('a session whose file is gone counts, and keeps its record', async () => {
    const at = place();
    for (const number of numbers(5)) write(at, `${number}/s.jsonl`, claude(number, [template(number)]));
    for (const number of numbers(4)) await importOf(at, String(number));
    rmSync(path.join(at.folder, '0'), { recursive: true });
    await importOf(at, '4');
    const found = await attended(at);
    expect(numbers(5).map((number) => found[threadOf(number)])).toEqual(['unknown', 'no', 'no', 'no', 'no']);
  });
});

describe('--unattended', () => {
  test('says that no person was there, whatever the files show, and stays said', async () => {
    const at = place();
    const seen = claude(0, ['fix it', 'and the docs'], { entrypoint: 'cli' });
    write(at, 'loop/a.jsonl', seen);
    write(at, 'mine/b.jsonl', claude(1, ['fix it', 'and the docs']));
    await importOf(at, '.');
    expect(await attended(at)).toEqual({ [threadOf(0)]: 'yes', [threadOf(1)]: 'yes' });

    expect(await importOf(at, '--unattended', 'loop')).toMatchObject({ updated: 1, byAttended: { no: 1 } });
    expect(await attended(at)).toEqual({ [threadOf(0)]: 'no', [threadOf(1)]: 'yes' });
    const records = await stintJson<SessionRecord[]>(at, 'sessions');
    const mine = records.find((each) => each.attended === 'no');
    expect(mine?.reasons.at(-1)).toMatch(/--unattended/);
    const { stdout } = await stint(at, 'show', mine?.id ?? '', '--history');
    expect(stdout).toMatch(/stint:import: the import says that no person was there\n.*attended: yes → no/);

    expect(await importOf(at, '--unattended', 'loop')).toMatchObject({ updated: 0, filesUnchanged: 1 });
    expect(await importOf(at, '.', '--again')).toMatchObject({ updated: 0, unchanged: 2 });
    appendFileSync(
      path.join(at.folder, 'loop/a.jsonl'),
      `${JSON.stringify(claudePrompt(threadOf(0), 9, 'once more'))}\n`,
    );
    await importOf(at, '.');
    expect(await attended(at)).toEqual({ [threadOf(0)]: 'no', [threadOf(1)]: 'yes' });
  });

  test('holds for rows of another loop, those that come later too', async () => {
    const at = place();
    const row = (id: string) => ({
      session_id: id,
      outcome: 'productive',
      attended: true,
      start_time: '2026-01-01T10:00:00Z',
      end_time: '2026-01-01T10:30:00Z',
    });
    write(at, 'rows.jsonl', [row('a')]);
    expect(await importOf(at, 'rows.jsonl')).toMatchObject({
      byAttended: { yes: 1 },
      byOutcome: { productive: 1 },
    });
    expect(await importOf(at, '--unattended', 'rows.jsonl')).toMatchObject({
      updated: 1,
      byAttended: { no: 1 },
    });
    appendFileSync(path.join(at.folder, 'rows.jsonl'), `${JSON.stringify(row('b'))}\n`);
    expect(await importOf(at, 'rows.jsonl')).toMatchObject({ new: 1, unchanged: 1, byAttended: { no: 2 } });
    expect(await attended(at)).toEqual({ a: 'no', b: 'no' });
    expect(await importOf(at, '--unattended', 'rows.jsonl')).toMatchObject({ updated: 0, filesUnchanged: 1 });
  });

  test('needs a path', async () => {
    const said = await stint(place(), 'import', '--unattended');
    expect([said.code, said.stderr]).toEqual([2, expect.stringMatching(/--unattended needs a path/)]);
  });
});

test('the import and the report show a storm of dead starts, with a person or without', async () => {
  const at = place();
  for (const number of numbers(12)) {
    const thread = threadOf(number);
    const more = number % 2 === 0 ? { entrypoint: 'cli' } : {};
    const error = saying('API Error: Connection error.');
    write(at, `in/${number}.jsonl`, [
      claudePrompt(thread, 0, 'go', more),
      claudeAnswer(thread, 1, `m${number}`, error, { isApiErrorMessage: true, ...more }),
    ]);
  }
  write(at, 'in/ok.jsonl', claude(50, ['fix it', 'thanks']));
  expect(await importOf(at, 'in')).toMatchObject({
    byOutcome: { 'not-run': 12 },
    byAttended: { unknown: 6, yes: 7 },
  });
  const report = await stintJson<ReliabilityReport>(at, 'report', 'reliability');
  expect(report).toMatchObject({
    sessions: 12,
    notCounted: { notRun: 12 },
    isTrustworthy: false,
    leftOut: { attended: 1, notKnown: 0, older: 0 },
    failing: { rate: null },
  });
  const { stdout } = await stint(at, 'report', 'reliability');
  expect(stdout).toMatch(/^12 sessions: 12 not-run$/m);
  expect(stdout).toMatch(/^left out: 1 that a person steered \(see --attended\)$/m);
});
