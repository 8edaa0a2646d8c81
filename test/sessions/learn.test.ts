import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { RebuiltBeliefs } from '../../src/control/desk/rebuild-beliefs.ts';
import type { BeliefReport } from '../../src/control/desk/show-beliefs.ts';
import type { ArmDraw, Choice } from '../../src/domain/choice.ts';
import type { CategoryName } from '../../src/domain/ids.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { insertRecord } from '../../src/store/records.ts';
import { openStore } from '../../src/store/store.ts';
import { recordOf } from '../support/records.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { stint, stintJson } from '../support/stint-here.ts';

const agent = JSON.stringify([
  'sh',
  '-c',
  'echo "$STINT_MODEL" >page; git add page; git commit --quiet --message "docs: with $STINT_MODEL"',
]);

const CONFIG = `version: 1
harnesses:
  worker: { command: ${agent}, format: text, model: [good, poor] }
  other: { command: [no-such-program-anywhere], format: text }
categories:
  code: { harness: [other, worker], prompt: Write. }
  docs: { harness: worker, model: plain, prompt: Write. }
schedule: { cooldown: 0s }
`;

const storeFile = (project: ScratchProject): string => path.join(project.stateFolder, 'stint.db');

function ask(project: ScratchProject, sql: string): unknown[] {
  const database = new SqliteDatabase(storeFile(project));
  try {
    const statement = database.prepare(sql);
    return statement.reader ? statement.all() : [statement.run()];
  } finally {
    database.close();
  }
}

test('which model does best in a category is learned, told, stored and can be drawn again', async () => {
  const project = scratchProject(CONFIG);
  await stint(project, 'learn', 'rebuild'); // It makes the state.

  // A history in which one of them is far better, the other was tried as often.
  const store = await openStore(storeFile(project));
  for (let number = 0; number < 120; number++) {
    const modelAsked = number % 2 === 0 ? 'good' : 'poor';
    const grade = modelAsked === 'good' ? 0.9 : 0.1;
    const given = { harness: 'worker', modelAsked, grade, commits: [], commitDetails: [] };
    await insertRecord(store, recordOf(number, given), '');
  }
  await store.destroy();

  const plan = await stintJson<Choice>(project, 'plan', '--seed', '7', '--top', '2');
  const code = plan.chosen.find(({ category }) => category === 'code');
  expect(code).toMatchObject({ harness: 'worker', model: 'good' });
  expect(code?.candidates.map(({ harness, model }) => [harness, model])).toEqual([
    ['other', null],
    ['worker', 'good'],
    ['worker', 'poor'],
  ]);
  const [absent, good, poor] = code?.candidates ?? [];
  expect(absent).toMatchObject({ draw: null, trouble: expect.stringContaining('no-such-program') as string });
  expect(good?.draw).toBeGreaterThan(poor?.draw ?? 1);
  const text = await stint(project, 'plan', '--seed', '7', '--top', '2', '--why', 'code');
  expect(text.stdout).toContain('code (worker, good)');
  expect(text.stdout).toMatch(
    /starts worker with good: other cannot start: .*worker with good drew 0\.\d{3}[^]*worker with poor drew 0\.\d{3}/s,
  );

  // What starts is what was drawn, and the draw is kept with the session and with the choice.
  const { spawned } = await stintJson<{ spawned: SessionRecord[] }>(
    project,
    'fanout',
    '--seed',
    '7',
    '--top',
    '2',
  );
  expect(spawned.find(({ category }) => category === 'docs')).toMatchObject({
    model: 'plain',
    modelAsked: 'plain',
  });
  const record = spawned.find(({ category }) => category === 'code');
  expect(record).toMatchObject({ harness: 'worker', modelAsked: 'good' });
  expect(project.git('log', '-1', '--format=%s', record?.branch ?? '').trim()).toBe('docs: with good');
  const [row] = ask(project, `select plan, model from sessions where id = '${record?.id ?? ''}'`) as [
    { plan: string; model: string },
  ];
  expect(row.model).toBe('good');
  const draws = (JSON.parse(row.plan) as Plan).arm?.candidates as ArmDraw[];
  expect(draws).toEqual(code?.candidates);
  expect(await stintJson(project, 'plan', '--replay', 'last')).toMatchObject({ replayed: { kind: 'same' } });
  // A person who names the category gets the model that is drawn, too.
  expect(await stintJson(project, 'run', 'code')).toMatchObject({ modelAsked: 'good' });
});

test('what is believed is shown, and comes out the same when it is rebuilt; a snapshot that lies is found', async () => {
  const project = scratchProject(CONFIG);
  expect((await stint(project, 'learn', 'show')).stdout).toMatch(
    /code +0\.50 +0\.03–0\.97 +├───────●───────┤/,
  );
  expect(await stintJson(project, 'learn', 'rebuild')).toMatchObject({ identical: true, sessions: 0 });
  const store = await openStore(storeFile(project));
  for (let number = 0; number < 24; number++) {
    const grade = number < 12 ? 0.8 : 0.2;
    const modelAsked = number < 12 ? 'good' : 'old';
    const given = { harness: 'worker', modelAsked, grade, commits: [], commitDetails: [] };
    await insertRecord(store, recordOf(number, given), '');
  }
  await insertRecord(store, recordOf(99, { category: 'gone' as CategoryName, runType: 'timer' }), '');
  await store.destroy();

  const shown = await stintJson<BeliefReport>(project, 'learn', 'show');
  expect(shown).toMatchObject({ sessions: 25, updates: 25, imported: false, prior: 2, borrow: 4 });
  const of = (wanted: object) => shown.arms.find(({ arm }) => JSON.stringify(arm) === JSON.stringify(wanted));
  const code = of({ kind: 'category', category: 'code' });
  // (1 + 12 · 0.8 + 12 · 0.2) / (2 + 24), its one session of another category since left aside.
  expect(code?.mean).toBeCloseTo(0.5, 3);
  expect(code).toMatchObject({
    updates: 24,
    changes: 0,
    isConfigured: true,
    borrows: { from: null, sessions: 2 },
  });
  expect(code?.interval[0]).toBeLessThan(0.5);
  const good = of({ kind: 'harness', category: 'code', harness: 'worker', model: 'good' });
  // 12 sessions of the other model since: its own evidence counts 500 / 512.
  expect(good?.mean).toBeCloseTo((4 * 0.5 + (500 / 512) * 12 * 0.8) / (4 + (500 / 512) * 12), 2);
  expect(good?.borrows.from).toEqual({ kind: 'category', category: 'code' });
  expect(of({ kind: 'harness', category: 'code', harness: 'worker', model: 'old' })?.isConfigured).toBe(
    false,
  );
  expect(of({ kind: 'harness', category: 'code', harness: 'worker', model: 'poor' })).toMatchObject({
    updates: 0,
    lastAt: null,
  });
  const only = (await stint(project, 'learn', 'show', '--category', 'code')).stdout;
  expect(only).toMatch(/code +0\.50.*●.* 24 +2026-01-01\n +other +.* 0 +never\n +worker, good +0\.7\d/);
  expect(only).not.toContain('docs');

  const rebuilt = await stint(project, 'learn', 'rebuild');
  expect(rebuilt).toMatchObject({
    code: 0,
    stdout: 'identical: folded 25 sessions again; 0 snapshots dropped, 0 kept anew\n',
  });

  // Enough for snapshots; then one of them is made to say something else.
  const columns = (ask(project, "select name from pragma_table_info('records')") as { name: string }[])
    .map(({ name }) => name)
    .filter((name) => !['seq', 'session_id'].includes(name));
  ask(
    project,
    `with recursive n(i) as (select 1 union all select i + 1 from n where i < 1100)
     insert into records (session_id, ${columns.join()}) select printf('t%09d', i), ${columns.join()} from n, records where seq = 1`,
  );
  expect(await stintJson(project, 'learn', 'rebuild')).toMatchObject({
    identical: true,
    sessions: 1125,
    snapshots: { dropped: 0, kept: 1 },
  });
  const right = await stintJson<BeliefReport>(project, 'learn', 'show');
  ask(
    project,
    `update belief_snapshots set arms = (
       select json_set(arms, fullkey || '.stretch.up', 40) from json_each(arms, '$.arms')
       where value ->> '$.arm.kind' = 'category' and value ->> '$.arm.category' = 'code')`,
  );
  const wrong = await stint(project, 'learn', 'rebuild');
  expect(wrong.code).toBe(1);
  expect(wrong.stdout).toMatch(
    /^DIFFERENT: folded 1125 sessions again; 1 snapshot dropped, 1 kept anew\n.*\ncode +mean 0\.\d+/,
  );
  expect(await stintJson(project, 'learn', 'show')).toEqual(right);
  expect(await stintJson<RebuiltBeliefs>(project, 'learn', 'rebuild')).toMatchObject({
    identical: true,
    differences: [],
  });
});
