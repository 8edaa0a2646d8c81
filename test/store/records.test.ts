import path from 'node:path';
import { sql } from 'kysely';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FAILURE_MODE_NAMES } from '../../src/domain/failure-mode.ts';
import type { CategoryName } from '../../src/domain/ids.ts';
import { findOwners } from '../../src/store/commits.ts';
import { listFacts, listFactsSince, listRecentFacts } from '../../src/store/facts.ts';
import { fromModeBits, toModeBits } from '../../src/store/mode-bits.ts';
import { findRecord, insertRecord, listRecords } from '../../src/store/records.ts';
import {
  claimStop,
  findIds,
  findSession,
  findStop,
  insertIntent,
  lastPromise,
  listUnsettled,
} from '../../src/store/sessions.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { startProgram } from '../support/programs.ts';
import { planOf, recordOf, sessionId } from '../support/records.ts';
import { scratchFolder } from '../support/scratch.ts';

const REPOSITORY = '/repo/.git';

async function scratchStore(file = ':memory:'): Promise<Store> {
  const store = await openStore(file);
  onTestFinished(() => store.destroy());
  return store;
}

describe('a record', () => {
  test('is written exactly once; a second one changes nothing', async () => {
    const store = await scratchStore();
    await insertIntent(store, sessionId(1), planOf(), '2026-01-01T00:00:00.000Z');
    const first = recordOf(1);
    expect(await insertRecord(store, first, REPOSITORY)).toBe(true);
    expect(await insertRecord(store, recordOf(1, { outcome: 'failed', grade: 0 }), REPOSITORY)).toBe(false);
    expect(await findRecord(store, first.id)).toEqual({ record: first, original: first, amendments: [] });
    expect(await listUnsettled(store)).toEqual([]);
    expect((await findOwners(store, REPOSITORY, first.commits)).get(first.commits[0] ?? '')).toBe(first.id);
  });

  test('that a full disk keeps out leaves its session open, wherever the space ends', async () => {
    let refused = 0;
    for (let spare = 0; spare < 60; spare++) {
      const store = await scratchStore();
      await insertIntent(store, sessionId(1), planOf(), '2026-01-01T00:00:00.000Z');
      const { rows } = await sql<{ page_count: number }>`PRAGMA page_count`.execute(store);
      await sql`PRAGMA max_page_count = ${sql.lit((rows[0]?.page_count ?? 0) + spare)}`.execute(store);
      const record = recordOf(1, { endedAt: '2026-01-01T00:00:00.000Z'.padEnd(20_000) });
      let isWritten = true;
      try {
        await insertRecord(store, record, REPOSITORY);
      } catch (error) {
        expect(error).toMatchObject({ code: 'SQLITE_FULL' });
        isWritten = false;
        refused++;
      }
      expect((await findRecord(store, record.id)) !== null).toBe(isWritten);
      expect(await listUnsettled(store)).toHaveLength(isWritten ? 0 : 1);
      await sql`PRAGMA max_page_count = 1000000`.execute(store);
      expect(await listFacts(store)).toHaveLength(isWritten ? 1 : 0);
    }
    expect(refused).toBeGreaterThan(1);
  });

  test('a commit has one owner, the first', async () => {
    const store = await scratchStore();
    const first = recordOf(1);
    await insertRecord(store, first, REPOSITORY);
    await insertRecord(store, recordOf(2, { commitDetails: first.commitDetails }), REPOSITORY);
    expect([...(await findOwners(store, REPOSITORY, first.commits)).values()]).toEqual([first.id]);
    expect((await findOwners(store, '/other/.git', first.commits)).size).toBe(0);
  });

  test('that cannot be written leaves its session open', async () => {
    const store = await scratchStore();
    await insertIntent(store, sessionId(1), planOf(), '2026-01-01T00:00:00.000Z');
    const broken = { ...recordOf(1), commitDetails: [{ ...recordOf(1).commitDetails[0], sha: null }] };
    await expect(insertRecord(store, broken as never, REPOSITORY)).rejects.toThrow();
    expect(await findRecord(store, sessionId(1))).toBeNull();
    expect((await listUnsettled(store)).map(({ id }) => id)).toEqual([sessionId(1)]);
  });

  test('one that is not there is null', async () => {
    expect(await findRecord(await scratchStore(), sessionId(9))).toBeNull();
  });
});

describe('lists', () => {
  async function threeRecords(): Promise<Store> {
    const store = await scratchStore();
    // Written in another order than they started.
    for (const number of [2, 3, 1])
      await insertRecord(
        store,
        recordOf(number, {
          attended: number === 3 ? 'yes' : 'no',
          category: (number === 2 ? 'docs' : 'code') as CategoryName,
        }),
        REPOSITORY,
      );
    return store;
  }

  test('facts for the fold come in the order of writing', async () => {
    expect((await listFacts(await threeRecords())).map(({ id }) => id)).toEqual([2, 3, 1].map(sessionId));
  });

  test('facts for reports: the newest unattended, newest first', async () => {
    const store = await threeRecords();
    expect((await listRecentFacts(store, 5)).map(({ id }) => id)).toEqual([2, 1].map(sessionId));
    expect((await listRecentFacts(store, 1)).map(({ id }) => id)).toEqual([sessionId(2)]);
    expect((await listFactsSince(store, recordOf(2).endedAt)).map(({ id }) => id)).toEqual(
      [3, 2].map(sessionId),
    );
  });

  test('records: newest first, filtered and limited', async () => {
    const store = await threeRecords();
    expect((await listRecords(store)).map(({ id }) => id)).toEqual([3, 2, 1].map(sessionId));
    expect((await listRecords(store, { category: 'code', limit: 1 })).map(({ id }) => id)).toEqual([
      sessionId(3),
    ]);
    expect(await listRecords(store, { outcome: 'noop' })).toEqual([]);
  });

  test('facts say what the record says', async () => {
    const store = await scratchStore();
    const record = recordOf(1, {
      grade: null,
      feedsBelief: false,
      failureModes: ['memory', 'noop'],
      model: 'm',
      leftovers: ['sleep', 'node'],
      survivors: ['node'],
      containment: 'cgroup',
    });
    await insertRecord(store, record, REPOSITORY);
    const [facts] = await listFacts(store);
    expect(facts).toMatchObject({
      grade: null,
      feedsBelief: false,
      model: 'm',
      outcome: 'productive',
      source: 'run',
      leftoverCount: 2,
      survivorCount: 1,
      isContained: true,
    });
    expect(new Set(facts?.failureModes)).toEqual(new Set(record.failureModes));
  });

  test('ids by their beginning', async () => {
    const store = await scratchStore();
    for (const id of ['ab00000000', 'ab10000000', 'ac00000000'])
      await insertIntent(store, id as never, planOf(), '2026');
    expect(await findIds(store, 'ab', 5)).toEqual(['ab00000000', 'ab10000000']);
    expect(await findIds(store, 'ab', 1)).toEqual(['ab00000000']);
    expect(await findIds(store, 'b', 5)).toEqual([]);
    expect((await findSession(store, 'ac00000000' as never))?.plan).toEqual(planOf());
  });
});

describe('failure modes as bits', () => {
  test('every mode can be stored, each for itself and all together', () => {
    for (const mode of FAILURE_MODE_NAMES) expect(fromModeBits(toModeBits([mode]))).toEqual([mode]);
    expect(fromModeBits(toModeBits(FAILURE_MODE_NAMES)).toSorted()).toEqual(FAILURE_MODE_NAMES.toSorted());
    expect(toModeBits([])).toBe(0);
  });

  test('a bit is stored, so none ever moves', () => {
    // The order in which the modes were added. A new one goes to the end.
    const added =
      'noop blocked low_productivity abandoned_loop ci_break routing_mismatch context_overflow looping budget usage_limit auth overload stuck crash setup lost disk memory cancelled reverted';
    expect(fromModeBits(2 ** 20 - 1)).toEqual(added.split(' '));
    expect(toModeBits(['cancelled'])).toBe(2 ** 18);
  });
});

describe('a promise', () => {
  test('that was decided without the newest one is refused, and nothing of it is written', async () => {
    const store = await scratchStore();
    const after = await lastPromise(store);
    expect(await insertIntent(store, sessionId(1), planOf(), '2026', { host: 'here', after })).toBe(true);
    expect(await insertIntent(store, sessionId(2), planOf(), '2026', { host: 'here', after })).toBe(false);
    expect(await findSession(store, sessionId(2))).toBeNull();
    const again = { host: 'here', after: await lastPromise(store) };
    expect(await insertIntent(store, sessionId(2), planOf(), '2026', again)).toBe(true);
  });

  test('of sessions that all saw the same room is given to one', async () => {
    const file = path.join(scratchFolder(), 'stint.db');
    const store = await scratchStore(file);
    const after = String(await lastPromise(store));
    const starts = Array.from({ length: 4 }, (_, number) =>
      startProgram(
        `const { openStore } = await src('store/store.ts');
         const { insertIntent } = await src('store/sessions.ts');
         const store = await openStore(arg(1));
         console.log(await insertIntent(store, arg(2), JSON.parse(arg(3)), '2026', { host: 'here', after: Number(arg(4)) }));`,
        [file, sessionId(number), JSON.stringify(planOf()), after],
      ),
    );
    const told = (await Promise.all(starts.map(({ done }) => done))).map(({ stdout }) => stdout.trim());
    expect(told.toSorted()).toEqual(['false', 'false', 'false', 'true']);
  });

  test('names its machine, and the facts of its record do', async () => {
    const store = await scratchStore();
    await insertIntent(store, sessionId(1), planOf(), '2026', { host: 'here' });
    await insertRecord(store, recordOf(1), REPOSITORY);
    await insertRecord(store, recordOf(2), REPOSITORY);
    const rows = await store
      .selectFrom('record_facts')
      .innerJoin('groups', 'groups.id', 'record_facts.group_id')
      .select('host')
      .orderBy('seq')
      .execute();
    expect(rows).toEqual([{ host: 'here' }, { host: null }]);
  });
});

describe('the reason of an end', () => {
  test('is written once: the first stands', async () => {
    const store = await scratchStore();
    await insertIntent(store, sessionId(1), planOf(), '2026');
    expect(await findStop(store, sessionId(1))).toBeNull();
    const first = { reason: 'cancelled', because: 'a person' } as const;
    expect(await claimStop(store, sessionId(1), first.reason, first.because)).toEqual(first);
    expect(await claimStop(store, sessionId(1), 'timed-out', 'later')).toEqual(first);
    expect(await findStop(store, sessionId(1))).toEqual(first);
  });

  test('whichever process was first, all are told the same', async () => {
    const file = path.join(scratchFolder(), 'stint.db');
    const store = await scratchStore(file);
    await insertIntent(store, sessionId(1), planOf(), '2026');
    const claims = ['timed-out', 'stuck', 'cancelled', 'budget'].map((reason) =>
      startProgram(
        `const { openStore } = await src('store/store.ts');
         const { claimStop } = await src('store/sessions.ts');
         const store = await openStore(arg(1));
         console.log(JSON.stringify(await claimStop(store, arg(2), arg(3), 'by ' + arg(3))));`,
        [file, sessionId(1), reason],
      ),
    );
    const told = (await Promise.all(claims.map(({ done }) => done))).map(({ stdout }) => stdout.trim());
    expect(new Set(told).size).toBe(1);
    expect(JSON.parse(told[0] ?? '')).toEqual(await findStop(store, sessionId(1)));
  });
});

test('eight processes that write two hundred records each at once lose none, and none needs more than 40 attempts', async () => {
  const file = path.join(scratchFolder(), 'stint.db');
  const store = await scratchStore(file);
  const writers = Array.from({ length: 8 }, (_, writer) =>
    startProgram(
      `const { openStore } = await src('store/store.ts');
       const { insertRecord } = await src('store/records.ts');
       const { default: Database } = await import('better-sqlite3');
       const watch = new Database(arg(1), { readonly: true });
       let [most, counted, seen] = [0, 0, null];
       // A holder that the machine has taken off its processor refuses attempts without end; only those count before
       // which another process wrote.
       const onWait = (refused) => {
         if (refused === 1) [counted, seen] = [0, null];
         const version = watch.pragma('data_version', { simple: true });
         if (version !== seen) counted++;
         seen = version;
         most = Math.max(most, counted);
       };
       const store = await openStore(arg(1), undefined, { onWait });
       const record = JSON.parse(arg(2));
       for (let i = 0; i < 200; i++) {
         const id = 'w' + arg(3) + String(i).padStart(8, '0');
         if (!(await insertRecord(store, { ...record, id, commitDetails: [] }, '/r'))) throw new Error('refused');
       }
       watch.close();
       await store.destroy();
       console.log(most + 1);`,
      [file, JSON.stringify(recordOf(1)), String(writer)],
    ),
  );
  const ends = await Promise.all(writers.map(({ done }) => done));
  expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual(ends.map(() => [0, '']));
  const attempts = ends.map(({ stdout }) => Number(stdout));
  expect(Math.max(...attempts)).toBeGreaterThan(1);
  expect(Math.max(...attempts)).toBeLessThanOrEqual(40);
  const facts = await listFacts(store);
  expect(new Set(facts.map(({ id }) => id)).size).toBe(1600);
  expect(facts).toHaveLength(1600);
});
