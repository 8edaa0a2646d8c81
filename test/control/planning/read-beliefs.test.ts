import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  foldStored,
  keepSnapshots,
  readBeliefs,
  readFold,
} from '../../../src/control/planning/read-beliefs.ts';
import { openProject, type Project } from '../../../src/control/project/project.ts';
import { effectiveRecord } from '../../../src/domain/amendment.ts';
import type { CategoryName } from '../../../src/domain/ids.ts';
import { factsOf } from '../../../src/domain/record-facts.ts';
import { emptyFold, type Fold, foldRecords } from '../../../src/learn/fold-beliefs.ts';
import { believe } from '../../../src/learn/posterior.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { seededRandom } from '../../../src/lib/random.ts';
import { insertAmendments } from '../../../src/store/amendments.ts';
import { dropSnapshots, findSnapshot } from '../../../src/store/belief-snapshots.ts';
import { insertRecord, listStored } from '../../../src/store/records.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { startProgram } from '../../support/programs.ts';
import { recordOf, sessionId } from '../../support/records.ts';
import { scratchFolder, scratchProject } from '../../support/scratch.ts';
import { configOf } from '../../support/sessions.ts';

const NAMES = ['code', 'docs', 'ci'] as CategoryName[];
const MODELS = ['x', 'y', null];
const SNAPSHOT = '2 own';

/** What a project's beliefs need of it. */
function reader(store: Store, access: 'read' | 'write'): Project {
  const learn = { imported: false, prior: 2, borrow: 4 };
  return { store, access, settings: () => ({ learn }) } as unknown as Project;
}

/** By the records themselves, as they stand: no column and no snapshot. */
async function foldByHand(store: Store): Promise<Fold> {
  const stored = await listStored(store, 0, 1_000_000);
  return foldRecords(
    emptyFold('own'),
    stored.map(({ original, amendments }) => factsOf(effectiveRecord(original, amendments))),
  );
}

test('beliefs are the same bit for bit in any interleaving of records, amendments and readers, with snapshots or without', async () => {
  const store = await openStore(':memory:');
  onTestFinished(() => store.destroy());
  const draw = seededRandom(7);
  const pick = <T>(of: readonly T[]): T => of[Math.floor(draw() * of.length)] as T;
  let written = 0;
  const write = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const grade = draw() < 0.3 ? 0 : draw();
      const given = {
        category: pick(NAMES),
        modelAsked: pick(MODELS),
        grade,
        commitDetails: [],
        commits: [],
      };
      await insertRecord(store, recordOf(written++, given), '');
    }
  };
  await write(1500);
  let [withSnapshot, reads] = [0, 0];
  for (let step = 0; step < 40; step++) {
    const what = draw();
    if (what < 0.3) await write(Math.floor(draw() * 80));
    else if (what < 0.7) {
      // Mostly new ones, as it is with what becomes known later.
      const number = Math.floor(written * (draw() < 0.3 ? draw() : 1 - 0.2 * draw() ** 2));
      const stamp = { sessionId: sessionId(number), at: '2026-01-02T00:00:00.000Z', who: 'Ada', why: 'so' };
      await insertAmendments(store, stamp, () => ({ facts: { category: pick(NAMES) } }));
    } else if (what < 0.75) await dropSnapshots(store);
    else if (await findSnapshot(store, SNAPSHOT)) withSnapshot++;
    const fold = await readFold(reader(store, draw() < 0.7 ? 'write' : 'read'));
    reads++;
    if (step % 10 === 0) expect(fold).toStrictEqual(await foldByHand(store));
    else expect(fold).toStrictEqual((await foldStored(store, 'own', 'nothing')).fold);
  }
  expect(reads).toBe(40);
  expect(withSnapshot).toBeGreaterThan(1);
});

describe('a snapshot', () => {
  async function storeOf(count: number): Promise<Store> {
    const store = await openStore(':memory:');
    onTestFinished(() => store.destroy());
    for (let number = 0; number < count; number++)
      await insertRecord(store, recordOf(number, { commitDetails: [], commits: [] }), '');
    return store;
  }
  const amend = (store: Store, number: number) => {
    const stamp = { sessionId: sessionId(number), at: '2026-01-02T00:00:00.000Z', who: 'Ada', why: 'so' };
    return insertAmendments(store, stamp, () => ({ facts: { category: 'docs' as CategoryName } }));
  };

  test('is kept by who may write and by nobody else, is gone from an amended record on, and stays before it', async () => {
    const store = await storeOf(2048);
    await readFold(reader(store, 'read'));
    expect(await findSnapshot(store, SNAPSHOT)).toBeNull();
    await readFold(reader(store, 'write'));
    expect((await findSnapshot(store, SNAPSHOT))?.seq).toBe(2048);
    await amend(store, 1500);
    expect((await findSnapshot(store, SNAPSHOT))?.seq).toBe(1024);
    await amend(store, 3);
    expect(await findSnapshot(store, SNAPSHOT)).toBeNull();
  });

  test('that was made before an amendment is not kept after it', async () => {
    const store = await storeOf(1030);
    const early = await foldStored(store, 'own');
    await amend(store, 5);
    await keepSnapshots(store, early);
    expect(await findSnapshot(store, SNAPSHOT)).toBeNull();
    expect(await readFold(reader(store, 'write'))).toStrictEqual(await foldByHand(store));
  });
});

test('what passed a category over is counted to its last end', async () => {
  const project = scratchProject(
    configOf({ code: { prompt: 'x' }, docs: { prompt: 'x' }, ci: { prompt: 'x' } }),
  );
  const opened = await openProject({
    folder: project.folder,
    env: project.env,
    clock: systemClock,
    access: 'write',
  });
  onTestFinished(() => opened.close());
  const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
  const sessions = [
    ['docs', 0, 1],
    ['code', 10, 20],
    ['docs', 15, 16],
    ['docs', 21, 22],
    ['docs', 22, 23],
    ['code', 30, 31, { outcome: 'not-run', failureModes: ['usage_limit'], grade: null }],
    ['docs', 32, 33, { outcome: 'not-run', failureModes: ['auth'], grade: null }],
    ['docs', 34, 35, { outcome: 'not-run', failureModes: ['setup'], grade: null }],
  ] as const;
  for (const [number, [category, start, end, rest = {}]] of sessions.entries()) {
    const given = { ...rest, startedAt: at(start), endedAt: at(end), category: category as CategoryName };
    await insertRecord(opened.store, recordOf(number, given), '');
  }
  const beliefs = await readBeliefs(opened);
  const others = (category: string) => beliefs.get(category as CategoryName)?.othersSince;
  // Those that ran beside it are no neglect, and those that a provider turned away are no sessions of anybody.
  expect(others('code')).toBe(3);
  expect(others('docs')).toBe(0);
  expect(others('ci')).toBe(6);
  expect(beliefs.get('code' as CategoryName)?.lastAt).toBe(at(10));
});

test('eight processes with 200 sessions each that end at once: no update is lost, and the posteriors are those of the fold', async () => {
  const file = path.join(scratchFolder(), 'stint.db');
  await (await openStore(file)).destroy();
  const writers = Array.from({ length: 8 }, (_, number) =>
    startProgram(
      `const { openStore } = await src('store/store.ts');
       const { insertRecord } = await src('store/records.ts');
       const { insertAmendments } = await src('store/amendments.ts');
       const { readFold } = await src('control/planning/read-beliefs.ts');
       const { recordOf, sessionId } = await src('../test/support/records.ts');
       const store = await openStore(arg(1));
       const me = Number(arg(2));
       const learn = { imported: false, prior: 2, borrow: 4 };
       console.log('ready');
       await new Promise((go) => process.stdin.once('data', go));
       process.stdin.unref();
       for (let i = 0; i < 200; i++) {
         const number = me * 1000 + i;
         const given = { category: 'c' + (i % 4), grade: ((i * 37 + me) % 100) / 100, commits: [], commitDetails: [] };
         await insertRecord(store, recordOf(number, given), '');
         if (i % 20 === 19) {
           const stamp = { sessionId: sessionId(number - 10), at: '2026-01-02T00:00:00.000Z', who: 'Ada', why: 'so' };
           await insertAmendments(store, stamp, () => ({ facts: { category: 'late' } }));
           await readFold({ store, access: 'write', settings: () => ({ learn }) });
         }
       }
       await store.destroy();`,
      [file, String(number)],
    ),
  );
  await Promise.all(writers.map((writer) => writer.said('ready')));
  for (const { child } of writers) child.stdin?.write('go\n');
  for (const { done } of writers) expect(await done).toMatchObject({ code: 0, stderr: '' });

  const store = await openStore(file);
  onTestFinished(() => store.destroy());
  const fold = await readFold(reader(store, 'write'));
  expect((await findSnapshot(store, SNAPSHOT))?.seq).toBe(1024);
  expect(fold).toStrictEqual(await foldByHand(store));
  expect([fold.sessions, fold.updates]).toEqual([1600, 1600]);
  // Each process moved 10 of its sessions (i = 9, 29, …, all of c1) to another category.
  const count = (category: string) =>
    believe(fold, { kind: 'category', category: category as CategoryName }, { prior: 2, borrow: 4 }).updates;
  expect(['c0', 'c1', 'c2', 'c3', 'late'].map(count)).toEqual([400, 320, 400, 400, 80]);
  const grades = (await listStored(store, 0, 2000)).map(({ original }) => original.grade ?? 0);
  const each = (i: number, me: number): number => ((i * 37 + me) % 100) / 100;
  const written = Array.from({ length: 1600 }, (_, at) => each(at % 200, Math.floor(at / 200)));
  const inOrder = (of: readonly number[]) => of.toSorted((a, b) => a - b);
  expect(inOrder(grades)).toEqual(inOrder(written));
});
