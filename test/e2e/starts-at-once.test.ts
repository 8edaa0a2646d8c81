import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, test } from 'vitest';
import { placeAtNoon } from '../support/noon.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { rowsOf, sessionFolders } from '../support/sessions.ts';
import { startStint, stint, waitUntil, type StintResult } from '../support/stint.ts';

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
  let started;
  try {
    database.exec('begin immediate');
    started = calls.map((words) => startStint(project, ...words));
    await waitUntil('all of them', () => sessionFolders(project).length === before + calls.length);
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
