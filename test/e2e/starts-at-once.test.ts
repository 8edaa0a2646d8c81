import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { CategoryName } from '../../src/domain/ids.ts';
import { drawChance } from '../../src/plan/choose.ts';
import { placeAtNoon } from '../support/noon.ts';
import { scratchFolder, scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf, recordedIds, rowsOf, sessionFolders, waitFor } from '../support/sessions.ts';
import { startStint, stint, waitUntil, type StartedStint, type StintResult } from '../support/stint.ts';

const USAGE = { input_tokens: 300, output_tokens: 100 };
const SAID = { type: 'assistant', message: { id: 'm1', role: 'assistant', content: [], usage: USAGE } };
const ENDED = { type: 'result', subtype: 'success', is_error: false, result: 'well', usage: USAGE };
/** Reports 400 tokens. */
const AGENT = JSON.stringify([
  'sh',
  '-c',
  [SAID, ENDED].map((line) => `echo '${JSON.stringify(line)}'`).join('; '),
]);

const CONFIG = `version: 1
preamble: false
harnesses:
  agent: { command: ${AGENT}, format: stream-json }
categories:
  a: { prompt: x }
  b: { prompt: x }
  c: { prompt: x }
schedule: { cooldown: 0s }
supervise: { sample: 100ms }
timezone: ${placeAtNoon().zone}
`;

/**
 * Makes calls that stand side by side at the last moment before their promise: nobody can write into the store until each
 * has a session's folder.
 */
async function callAtOnce(project: ScratchProject, calls: readonly string[][]): Promise<StintResult[]> {
  const before = sessionFolders(project).length;
  const database = new SqliteDatabase(path.join(project.stateFolder, 'stint.db'));
  const started: StartedStint[] = [];
  try {
    database.exec('begin immediate');
    // One by one: who finds a lock taken wants to write that down.
    for (const words of calls) {
      started.push(startStint(project, ...words));
      await waitUntil('its folder', () => sessionFolders(project).length === before + started.length);
    }
  } finally {
    database.close();
  }
  return Promise.all(started.map(({ done }) => done));
}

test('of those that start at once only so many start as a budget has room for', async () => {
  const project = scratchProject(CONFIG);
  const history = ['a', 'b', 'c'].map((name) => stint(project, 'run', name));
  expect((await Promise.all(history)).map(({ code }) => code)).toEqual([0, 0, 0]);
  // 1200 are used, and each takes 400.
  const calls = ['a', 'b', 'c'].map((name) => ['run', name, '--set', 'budget.tokens=1700', '--json']);
  const results = await callAtOnce(project, calls);
  expect(results.map(({ code }) => code).toSorted((a, b) => Number(a) - Number(b))).toEqual([0, 75, 75]);
  for (const { stdout } of results.filter(({ code }) => code === 75))
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'over_budget' } });
  // Of the others there is nothing.
  expect(rowsOf(project)).toHaveLength(4);
  expect(sessionFolders(project)).toHaveLength(4);
});

test('of a category that has never run it is taken to use what the others do', async () => {
  const project = scratchProject(CONFIG);
  expect((await stint(project, 'run', 'a')).code).toBe(0);
  const calls = ['b', 'c'].map((name) => ['run', name, '--set', 'budget.tokens=1000', '--json']);
  const results = await callAtOnce(project, calls);
  expect(results.map(({ code }) => code).toSorted((a, b) => Number(a) - Number(b))).toEqual([0, 75]);
  const refused = results.find(({ code }) => code === 75);
  expect(JSON.parse(refused?.stdout ?? '')).toMatchObject({
    error: {
      message: expect.stringMatching(
        /^[bc] may not start: 800 of 1k tokens are used today.* takes about 400/,
      ),
    },
  });
});

test('slots are one group for a budget: what they used says what the next one will, whichever it gets', async () => {
  const project = scratchProject(CONFIG);
  const slot = ['run', '--slot', '--prompt', 'x'];
  expect((await stint(project, ...slot)).code).toBe(0);
  const calls = [slot, slot].map((words) => [...words, '--set', 'budget.tokens=900', '--json']);
  const results = await callAtOnce(project, calls);
  expect(results.map(({ code }) => code).toSorted((a, b) => Number(a) - Number(b))).toEqual([0, 75]);
  const refused = results.find(({ code }) => code === 75);
  expect(JSON.parse(refused?.stdout ?? '')).toMatchObject({
    error: {
      code: 'over_budget',
      message: expect.stringMatching(
        /^slot-[12] may not start: 800 of 900 tokens are used today.* takes about 400/,
      ),
    },
  });
});

test('choices that are made at once start no more together than may run, whoever makes them', async () => {
  const outside = scratchFolder();
  const [asked, go, end] = ['asked', 'go', 'end'].map((name) => path.join(outside, name)) as [
    string,
    string,
    string,
  ];
  // Asked when it is known already what runs: so each of them chooses as if it were alone.
  const supply = ['sh', '-c', `echo $STINT_CATEGORY >>${asked}; ${waitFor(go)}; echo a task`];
  const names = ['a', 'b', 'c'];
  const category = { harness: 'waits', prompt: 'x', supply };
  const config = configOf(Object.fromEntries(names.map((name) => [name, category])), {
    harnesses: { waits: { command: ['sh', '-c', waitFor(end)], format: 'text' } },
    schedule: { maxConcurrent: 1, top: 1 },
  });
  const project = scratchProject(config);
  const [first, second, third] = names.map((name) => String(seedFor(name, names)));
  const released = [first, second].map((seed) =>
    startStint(project, 'fanout', '--detach', '--json', '--seed', seed ?? ''),
  );
  const run = startStint(project, 'run', '--json', '--seed', third ?? '');
  await waitUntil('all choose', () => existsSync(asked) && linesOf(asked) === 9);
  writeFileSync(go, '');
  const refused: StintResult[] = [];
  for (const { done } of [...released, run])
    void done.then((result) => (result.code === 75 ? refused.push(result) : 0));
  await waitUntil('each has begun or may not', () => rowsOf(project).length + refused.length === 3);
  writeFileSync(end, '');
  await Promise.all([...released, run].map(({ done }) => done));
  expect(refused).toHaveLength(2);
  for (const { stdout } of refused)
    expect(stdout).toMatch(/may not start: 1 session running \(schedule\.maxConcurrent is 1\)/);
  await waitUntil('the record', () => recordedIds(project).length === 1);
});

/** With which this category is drawn first of some of which as much is believed of each. */
function seedFor(name: string, names: readonly string[]): number {
  const drawn = (seed: number, each: string): number => drawChance(seed, each as CategoryName);
  for (let seed = 1; ; seed++)
    if (names.every((each) => each === name || drawn(seed, each) < drawn(seed, name))) return seed;
}

function linesOf(file: string): number {
  return readFileSync(file, 'utf8').split('\n').length - 1;
}
