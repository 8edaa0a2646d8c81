import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { checkImport, importInto } from '../../src/control/desk/exchange/import-files.ts';
import type { ImportReport } from '../../src/control/desk/exchange/import-tally.ts';
import { openProject } from '../../src/control/project/project.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { ExchangedRecord } from '../../src/record/exchange-line.ts';
import { scratchEnvironment, scratchFolder } from '../support/scratch.ts';
import { stint, stintJson } from '../support/stint-here.ts';
import {
  claudeAnswer,
  claudePrompt,
  codexMeta,
  codexSays,
  codexTokenCount,
  saying,
} from '../support/transcript-lines.ts';

// What an import costs and writes where files hold copies of each other's lines: each session is judged and recorded once.

interface Place {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

type Files = Readonly<Record<string, readonly object[]>>;

function placeWith(files: Files): Place {
  const folder = scratchFolder();
  writeFiles(folder, files);
  return { folder, env: scratchEnvironment(scratchFolder()) };
}

function writeFiles(folder: string, files: Files): void {
  for (const [name, lines] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }
}

function threadOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** A prompt and so many answers, each of 10 tokens of input. */
function session(thread: string, answers: number): object[] {
  return [claudePrompt(thread, 0, 'Go on.'), ...answersOf(thread, 1, answers)];
}

function answersOf(thread: string, from: number, count: number): object[] {
  return Array.from({ length: count }, (_, i) =>
    claudeAnswer(thread, from + i, `m${from + i}-${thread}`, saying('Done.')),
  );
}

/** A line so long that what follows stands in no head. */
function longLine(thread: string): object {
  return claudePrompt(thread, 1, 'x'.repeat(70_000));
}

/** The same as Codex writes it. */
function rollout(thread: string, answers: number, more: object = {}): object[] {
  const lines = Array.from({ length: answers }, (_, i) => [
    codexSays(i + 1, 'Done.'),
    codexTokenCount(i + 1, [10 * (i + 1), 0, i + 1], [10, 0, 1]),
  ]);
  return [codexMeta(thread, 0, more), ...lines.flat()];
}

interface Told {
  readonly input: number;
  /** How often it was amended. */
  readonly amendments: number;
}

/** By the name of the conversation. */
async function told(place: Place): Promise<Record<string, Told>> {
  const { stdout } = await stint(place, 'export');
  const lines = stdout.split('\n').filter((line) => line !== '');
  const exported = lines.map(
    (line) => JSON.parse(line) as ExchangedRecord & { readonly record: SessionRecord },
  );
  return Object.fromEntries(
    exported.map(({ record, amendments }) => [
      record.thread,
      { input: record.usage.input, amendments: new Set(amendments.map(({ at }) => at)).size },
    ]),
  );
}

const [A, B] = [threadOf(1), threadOf(2)];
const once = (answers: number): Told => ({ input: 10 * answers, amendments: 0 });

test.each<[string, Files, Readonly<Record<string, Told>>]>([
  [
    'checkpoints that grow along their names',
    Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`${i}/full.jsonl`, session(A, i + 1)])),
    { [A]: once(6) },
  ],
  [
    'checkpoints that shrink along their names, one of them twice',
    {
      ...Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`${i}/full.jsonl`, session(A, 6 - i)])),
      'x/full.jsonl': session(A, 4),
    },
    { [A]: once(6) },
  ],
  [
    'two parts of a session in two folders, and another between them',
    {
      'a/1.jsonl': session(A, 2),
      'b/1.jsonl': session(B, 3),
      'c/1.jsonl': answersOf(A, 10, 2),
    },
    { [A]: once(4), [B]: once(3) },
  ],
  [
    'a stray line in the middle of a file that is read before',
    {
      'a.jsonl': [...session(A, 2), longLine(A), ...answersOf(B, 50, 1), ...answersOf(A, 9, 1)],
      'b.jsonl': session(B, 2),
    },
    { [A]: once(3), [B]: once(3) },
  ],
  [
    'a stray line in the middle of a file that is read after',
    {
      'b.jsonl': [...session(A, 2), longLine(A), ...answersOf(B, 50, 1), ...answersOf(A, 9, 1)],
      'a.jsonl': session(B, 2),
    },
    { [A]: once(3), [B]: once(3) },
  ],
  [
    'a stray line as the first of a file',
    { 'a.jsonl': [...answersOf(B, 50, 1), ...session(A, 2)], 'b.jsonl': session(B, 2) },
    { [A]: once(2), [B]: once(3) },
  ],
  [
    'a stray line in each of ten files, of a session that has none of its own',
    Object.fromEntries(
      Array.from({ length: 10 }, (_, i) => [
        `${i}.jsonl`,
        [...session(threadOf(10 + i), 2), longLine(threadOf(10 + i)), ...answersOf(B, 50 + i, 1)],
      ]),
    ),
    {
      ...Object.fromEntries(Array.from({ length: 10 }, (_, i) => [threadOf(10 + i), once(2)])),
      [B]: once(10),
    },
  ],
  [
    'a head that names no session',
    {
      'a.jsonl': [
        ...Array.from({ length: 300 }, (_, i) => ({
          type: 'summary',
          summary: 'x'.repeat(9000),
          leafUuid: `${i}`,
        })),
        ...session(A, 3),
      ],
      'b.jsonl': session(A, 2),
      'c.jsonl': session(B, 1),
    },
    { [A]: once(3), [B]: once(1) },
  ],
  [
    'rollouts of Codex, one the beginning of the other, and its helper in another folder',
    {
      'a/1.jsonl': rollout(A, 1),
      'b/1.jsonl': rollout(A, 3),
      'c/1.jsonl': rollout(B, 2, { source: { subagent: { thread_spawn: { parent_thread_id: A } } } }),
    },
    { [A]: once(5) },
  ],
])('one record of each session and no amendment: %s', async (_name, files, wanted) => {
  const place = placeWith(files);
  const report = await stintJson<ImportReport>(place, 'import', place.folder);
  expect(report).toMatchObject({ sessions: Object.keys(wanted).length, updated: 0, unchanged: 0 });
  expect(await told(place)).toEqual(wanted);
  // Nothing is read again, and nothing else comes of it.
  const again = await stintJson<ImportReport>(place, 'import', place.folder);
  expect(again).toMatchObject({
    sessions: report.sessions,
    new: 0,
    updated: 0,
    filesUnchanged: report.files,
  });
  expect(await told(place)).toEqual(wanted);
});

/** More sessions than wait to be written together. */
const MANY = 45;

test.each(['before', 'after'])(
  'a session whose stray lines stand %s its own is amended once at most',
  async (where) => {
    const strays = Array.from({ length: 10 }, (_, i): [string, object[]] => [
      `${where === 'before' ? 'a' : 'z'}/${i}.jsonl`,
      [...session(threadOf(200 + i), 1), longLine(threadOf(200 + i)), ...answersOf(B, 50 + i, 1)],
    ]);
    const others = Array.from({ length: MANY }, (_, i): [string, object[]] => [
      `m/${i}.jsonl`,
      session(threadOf(100 + i), 1),
    ]);
    const place = placeWith({ ...Object.fromEntries([...strays, ...others]), 'b/own.jsonl': session(B, 2) });
    const report = await stintJson<ImportReport>(place, 'import', place.folder);
    expect(report).toMatchObject({ sessions: MANY + 11, new: MANY + 11, updated: 0, unchanged: 0 });
    const { [B]: stray, ...rest } = await told(place);
    expect(stray?.input).toBe(10 * 12);
    expect(stray?.amendments).toBe(where === 'before' ? 0 : 1);
    expect(Object.values(rest).filter(({ amendments }) => amendments > 0)).toEqual([]);
    expect(await stintJson<ImportReport>(place, 'import', place.folder)).toMatchObject({
      filesUnchanged: MANY + 11,
      updated: 0,
    });
  },
);

test('an interrupted import records no session of which files are left to read, and the next one amends none', async () => {
  const copies = Object.fromEntries(
    [A, B].flatMap((thread) =>
      Array.from({ length: 4 }, (_, i) => [`${i}/${thread}.jsonl`, session(thread, i + 1)]),
    ),
  );
  const place = placeWith(copies);
  // The second session is interrupted in the third of its four files.
  expect(await importUntil(place, 7)).toMatchObject({ sessions: 1, new: 1 });
  expect(await told(place)).toEqual({ [A]: once(4) });
  expect(await stintJson<ImportReport>(place, 'import', place.folder)).toMatchObject({
    sessions: 2,
    new: 1,
    updated: 0,
    filesUnchanged: 4,
  });
  expect(await told(place)).toEqual({ [A]: once(4), [B]: once(4) });
});

/** Imports the folder until so many files have been begun. */
async function importUntil({ folder, env }: Place, files: number): Promise<ImportReport> {
  const project = await openProject({
    folder,
    env,
    clock: systemClock,
    access: 'write',
    needsProject: false,
  });
  const begun = new Set<string>();
  const interruption = new AbortController();
  project.events.subscribe((event) => {
    if (event.name === 'import.advanced') begun.add(event.file);
    if (begun.size >= files) interruption.abort();
  });
  try {
    const request = { paths: [folder], isAll: false, repositories: [], isAgain: false };
    return await importInto(project, await checkImport(folder, request), interruption.signal);
  } finally {
    await project.close();
  }
}
