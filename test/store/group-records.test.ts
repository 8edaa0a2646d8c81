import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { CategoryName } from '../../src/domain/ids.ts';
import { factsOf } from '../../src/domain/record-facts.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import type { Verdict } from '../../src/domain/verdict.ts';
import { emptyFold, foldRecords } from '../../src/learn/fold-beliefs.ts';
import { listFacts } from '../../src/store/facts.ts';
import { FACTS_VERSION } from '../../src/store/fact-rows.ts';
import { groupRecords, LARGEST_BATCH } from '../../src/store/group-records.ts';
import { findRecord, insertRecord } from '../../src/store/records.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { fc } from '../support/fixed-seed.ts';
import { EarlierBuild } from '../support/earlier-build.ts';
import { startProgram } from '../support/programs.ts';
import { recordOf, sessionId } from '../support/records.ts';
import { scratchFolder } from '../support/scratch.ts';

function scratchFile(): string {
  return path.join(scratchFolder(), 'stint.db');
}

function earlierBuild(file: string): EarlierBuild {
  const build = new EarlierBuild(file);
  onTestFinished(() => build.close());
  return build;
}

async function openScratch(file: string): Promise<Store> {
  const store = await openStore(file);
  onTestFinished(() => store.destroy());
  return store;
}

const CATEGORIES = ['code', 'docs', 'ci'] as CategoryName[];

/** A history in which few sessions are alike. */
function historyOf(count: number): SessionRecord[] {
  return Array.from({ length: count }, (_, number) =>
    recordOf(number, {
      category: CATEGORIES[number % 3] as CategoryName,
      model: number % 4 === 0 ? null : `model-${number % 4}`,
      grade: number % 5 === 0 ? null : (number % 17) / 17,
      costUsd: number % 2 === 0 ? null : number / 100,
    }),
  );
}

/** All rows of the tables that are made of records, in one order. */
function derivedRows(file: string): unknown {
  const database = new SqliteDatabase(file, { readonly: true });
  try {
    return [
      `SELECT record_facts.*, combination FROM record_facts JOIN groups ON id = group_id ORDER BY seq`,
      `SELECT * FROM usage ORDER BY seq, line`,
      `SELECT * FROM record_marks`,
    ].map((query) => database.prepare(query).all().map(withoutGroupId));
  } finally {
    database.close();
  }
}

/** Groups get their ids in the order in which they are met. */
function withoutGroupId(row: unknown): unknown {
  return { ...(row as object), group_id: null };
}

describe('a store of the build before the facts', () => {
  test('has the same facts as its records, whatever was amended', async () => {
    const file = scratchFile();
    const earlier = earlierBuild(file);
    for (const record of historyOf(40)) earlier.insert(record);
    earlier.amend(sessionId(3), { verdict: { outcome: 'noop', grade: 0.05 } as Verdict });
    earlier.amend(sessionId(5), { facts: { costUsd: 12.5 } });
    const store = await openScratch(file);
    expect(await listFacts(store)).toEqual(earlier.records().map(factsOf));
    const costs = await store.selectFrom('record_facts').select('cost_usd').orderBy('seq').execute();
    expect(costs.map(({ cost_usd }) => cost_usd)).toEqual(earlier.records().map(({ costUsd }) => costUsd));
  });

  test('has null for facts that an old record does not tell', async () => {
    const file = scratchFile();
    const record = recordOf(1, {
      usage: { input: 7, output: null, cacheRead: null, cacheWrite: 0, peakContext: null, turns: null },
    });
    earlierBuild(file).insert(record);
    const store = await openScratch(file);
    await groupRecords(store);
    const reported = { seq: 1, line: 0, model: record.model, input: 7, cache_write: 0 };
    const [line, ...rest] = await store.selectFrom('usage').selectAll().execute();
    expect(line).toMatchObject(reported);
    const others = Object.entries(line ?? {}).filter(([name]) => !(name in reported));
    expect(others.length).toBeGreaterThan(5);
    expect(others.filter(([, value]) => value !== null)).toEqual([]);
    expect(rest).toEqual([]);
  });

  test('keeps all that a price needs, by model', async () => {
    const file = scratchFile();
    const tokens = { input: 5, output: 3, cacheRead: 100, cacheWrite: 30 };
    const own = {
      model: 'opus',
      isSubagent: false,
      messages: 4,
      serviceTier: 'batch',
      contextBand: '200k',
    } as const;
    const helper = { model: null, isSubagent: true, messages: 1, tokens } as const;
    earlierBuild(file).insert(
      recordOf(1, {
        usageByModel: [{ ...own, tokens: { ...tokens, cacheWrite5m: 20, cacheWrite1h: 10 } }, helper],
      }),
    );
    const store = await openScratch(file);
    await groupRecords(store);
    const counts = { input: 5, output: 3, cache_read: 100, cache_write: 30 };
    const price = { service_tier: 'batch', context_band: '200k', cache_write_5m: 20, cache_write_1h: 10 };
    const untold = { service_tier: null, context_band: null, cache_write_5m: null, cache_write_1h: null };
    expect(await store.selectFrom('usage').selectAll().execute()).toEqual([
      { seq: 1, line: 0, model: 'opus', is_subagent: 0, requests: 4, ...counts, ...price },
      { seq: 1, line: 1, model: null, is_subagent: 1, requests: 1, ...counts, ...untold },
    ]);
  });

  test('is grouped in small batches, and each is told', async () => {
    const file = scratchFile();
    earlierBuild(file).insertAll(historyOf(2500));
    const store = await openScratch(file);
    const told: number[] = [];
    await groupRecords(store, (done, total) => {
      told.push(done);
      expect(total).toBe(2500);
    });
    const sizes = told.map((done, index) => done - (told[index - 1] ?? 0));
    expect(sizes.length).toBeGreaterThan(2);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(LARGEST_BATCH);
    expect(told.at(-1)).toBe(2500);
    expect(await listFacts(store)).toHaveLength(2500);
  });

  test('grouping that is killed at any moment goes on, and comes to the same', async () => {
    const history = historyOf(3000);
    const [killed, whole] = [scratchFile(), scratchFile()];
    for (const file of [killed, whole]) {
      const earlier = new EarlierBuild(file);
      earlier.insertAll(history);
      earlier.close();
    }
    let kills = 0;
    for (let round = 0; round < 3; round++) {
      const grouping = startProgram(
        `const { openStore } = await src('store/store.ts');
         const { groupRecords } = await src('store/group-records.ts');
         const store = await openStore(arg(1));
         await groupRecords(store, (done, total) => process.stdout.write(done < total ? 'batch\\n' : 'whole\\n'));
         await store.destroy();`,
        [killed],
      );
      await Promise.race([grouping.said('batch'), grouping.done]);
      grouping.child.kill('SIGKILL');
      if (!(await grouping.done).stdout.includes('whole')) kills++;
    }
    expect(kills).toBeGreaterThan(0);
    const store = await openScratch(whole);
    await Promise.all([groupRecords(store), groupRecords(await openScratch(killed))]);
    expect(derivedRows(killed)).toEqual(derivedRows(whole));
    expect(await listFacts(store)).toEqual(history.map(factsOf));
  });

  test('two processes that group it at once come to the same', async () => {
    const file = scratchFile();
    const history = historyOf(1500);
    earlierBuild(file).insertAll(history);
    const [one, other] = [await openScratch(file), await openScratch(file)];
    await Promise.all([groupRecords(one), groupRecords(other)]);
    expect(await listFacts(one)).toEqual(history.map(factsOf));
  });
});

describe('an older process that has the file open', () => {
  test('goes on with its own words, and the next report counts its records', async () => {
    const file = scratchFile();
    const earlier = earlierBuild(file);
    earlier.insertAll(historyOf(4));
    const store = await openScratch(file);
    // Before the records are grouped, and after.
    earlier.insert(recordOf(4));
    earlier.amend(sessionId(1), { verdict: { outcome: 'failed', grade: 0 } as Verdict });
    expect(await listFacts(store)).toEqual(earlier.records().map(factsOf));
    earlier.insert(recordOf(5));
    earlier.amend(sessionId(2), { verdict: { outcome: 'noop', grade: 0 } as Verdict });
    earlier.amend(sessionId(5), { facts: { category: 'ci' as CategoryName } });
    expect(await listFacts(store)).toEqual(earlier.records().map(factsOf));
    expect(earlier.countByOutcome()).toEqual([
      { outcome: 'failed', count: 1 },
      { outcome: 'noop', count: 1 },
      { outcome: 'productive', count: 4 },
    ]);
  });

  test('a record that is gone has no facts', async () => {
    const file = scratchFile();
    earlierBuild(file).insertAll(historyOf(3));
    const store = await openScratch(file);
    expect(await listFacts(store)).toHaveLength(3);
    await store.deleteFrom('records').where('seq', '=', 2).execute();
    expect((await listFacts(store)).map(({ id }) => id)).toEqual([sessionId(0), sessionId(2)]);
    expect(await store.selectFrom('usage').select('seq').where('seq', '=', 2).execute()).toEqual([]);
  });

  test('records whose group is gone get another one', async () => {
    const file = scratchFile();
    const history = historyOf(12);
    earlierBuild(file).insertAll(history);
    const store = await openScratch(file);
    expect(await listFacts(store)).toEqual(history.map(factsOf));
    await store.deleteFrom('groups').where('category', '=', 'docs').execute();
    expect(await listFacts(store)).toEqual(history.map(factsOf));
  });

  test('in any interleaving with a newer one the facts are those of the records as they stand', async () => {
    const steps = fc.array(
      fc.record({ isOld: fc.boolean(), kind: fc.constantFrom('insert', 'amend', 'read'), at: fc.nat(20) }),
      { maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const file = scratchFile();
        const earlier = new EarlierBuild(file);
        const store = await openStore(file);
        let next = 0;
        for (const { isOld, kind, at } of all)
          if (kind === 'insert') {
            const record = recordOf(next++);
            if (isOld) earlier.insert(record);
            else if (await insertRecord(store, record, '')) earlier.know(record);
          } else if (kind === 'amend' && at < next) {
            earlier.amend(sessionId(at), { verdict: { outcome: 'noop', grade: at / 100 } as Verdict });
          } else if (kind === 'read') await listFacts(store);
        const facts = await listFacts(store);
        expect(facts).toEqual(earlier.records().map(factsOf));
        expect(foldRecords(emptyFold('own'), facts)).toEqual(
          foldRecords(emptyFold('own'), earlier.records().map(factsOf)),
        );
        earlier.close();
        await store.destroy();
      }),
      { numRuns: 25 },
    );
  });
});

describe('a record that was damaged by hand', () => {
  const history = historyOf(3);

  /** The facts after some damage to a store of the build before them. */
  async function factsAfter(damage: (database: SqliteDatabase.Database) => void): Promise<unknown> {
    const file = scratchFile();
    const earlier = new EarlierBuild(file);
    earlier.insertAll(history);
    earlier.close();
    const database = new SqliteDatabase(file);
    damage(database);
    database.close();
    const store = await openStore(file);
    const facts = await listFacts(store);
    await store.destroy();
    return facts;
  }

  test('counts by its columns, whatever stands in its body', async () => {
    const part = fc.oneof(fc.jsonValue(), fc.constant([null]), fc.constant([{ model: {} }]));
    const field = fc.constantFrom('usageByModel', 'usage', 'declared', 'stop', 'costUsd', 'model', 'effects');
    const body = fc.oneof(
      fc.constantFrom('', '{', 'null', '[]', '5'),
      fc.tuple(field, part).map(([name, value]) => JSON.stringify({ ...history[1], [name]: value })),
      fc
        .constantFrom({ kind: {} }, { reason: true })
        .map((value) => JSON.stringify({ declared: value, stop: value })),
    );
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        const facts = await factsAfter((database) =>
          database.prepare('UPDATE records SET body = ? WHERE seq = 2').run(text),
        );
        expect(facts).toEqual(history.map(factsOf));
      }),
      { numRuns: 60 },
    );
  });

  test('counts by its columns where an amendment of it or a number is damaged', async () => {
    const facts = await factsAfter((database) => {
      database.exec(
        'UPDATE records SET duration_ms = 9223372036854775807, tokens = 9007199254740993 WHERE seq = 1',
      );
      database
        .prepare(
          `INSERT INTO amendments (session_id, at, who, why, field, old_value, new_value)
           VALUES (?, '2026-01-01T00:00:00.000Z', 'a person', 'it was another', 'costUsd', '1', '{')`,
        )
        .run(sessionId(1));
    });
    expect(facts).toEqual(history.map(factsOf));
  });
});

describe('facts of another version', () => {
  /** The columns that are made of records. Never change a line: another column is another version. */
  const COLUMNS: Readonly<Record<number, string>> = {
    1: 'record_facts: seq group_id session_id started_at ended_at grade duration_ms cost_usd tokens input output cache_read cache_write leftovers survivors exit_code version; groups: id combination category harness model model_asked run_type attended source is_imported outcome modes feeds_belief is_contained declared stop host; usage: seq line model is_subagent service_tier context_band requests input output cache_read cache_write cache_write_5m cache_write_1h',
    2: 'record_facts: seq group_id session_id started_at ended_at grade duration_ms cost_usd tokens input output cache_read cache_write leftovers survivors exit_code version traces; groups: id combination category harness model model_asked run_type attended source is_imported outcome modes feeds_belief is_contained declared stop host; usage: seq line model is_subagent service_tier context_band requests input output cache_read cache_write cache_write_5m cache_write_1h',
  };

  test('another column is another version', async () => {
    const file = scratchFile();
    await openScratch(file);
    const database = new SqliteDatabase(file, { readonly: true });
    const tables = ['record_facts', 'groups', 'usage'].map((table) => {
      const columns = database.pragma(`table_info(${table})`) as { name: string }[];
      return `${table}: ${columns.map(({ name }) => name).join(' ')}`;
    });
    database.close();
    expect(tables.join('; ')).toBe(COLUMNS[FACTS_VERSION]);
  });

  /** As a process of that version leaves the facts that it writes: what it does not know is null. */
  async function writeAs(version: number, store: Store, seqs: readonly number[]): Promise<void> {
    const facts = store.updateTable('record_facts').where('seq', 'in', seqs);
    await facts.set({ version, cost_usd: null }).execute();
  }

  async function costs(store: Store): Promise<(number | null)[]> {
    await listFacts(store);
    const rows = await store.selectFrom('record_facts').select('cost_usd').orderBy('seq').execute();
    return rows.map(({ cost_usd }) => cost_usd);
  }

  test('are made again where a process wrote them that does not know a column', async () => {
    const store = await openScratch(scratchFile());
    const history = historyOf(8);
    for (const record of history) await insertRecord(store, record, '');
    await writeAs(FACTS_VERSION - 1, store, [2, 4, 8]);
    expect(await costs(store)).toEqual(history.map(({ costUsd }) => costUsd));
  });

  test('are left as they are where a newer process wrote them', async () => {
    const store = await openScratch(scratchFile());
    for (const record of historyOf(4)) await insertRecord(store, record, '');
    await writeAs(FACTS_VERSION + 1, store, [2]);
    expect((await costs(store))[1]).toBe(null);
    expect(historyOf(4)[1]?.costUsd).not.toBe(null);
  });

  test('are made again in batches where all of them lack a column', async () => {
    const file = scratchFile();
    const history = historyOf(1500);
    earlierBuild(file).insertAll(history);
    const store = await openScratch(file);
    await groupRecords(store);
    await store
      .updateTable('record_facts')
      .set({ version: FACTS_VERSION - 1, cost_usd: null })
      .execute();
    const told: number[] = [];
    await groupRecords(store, (done, total) => {
      told.push(done);
      expect(total).toBe(1500);
    });
    expect(told.length).toBeGreaterThan(1);
    expect(told.at(-1)).toBe(1500);
    expect(await costs(store)).toEqual(history.map(({ costUsd }) => costUsd));
  });
});

test('a record is written although its facts cannot be, and the next reader says why', async () => {
  const file = scratchFile();
  const store = await openScratch(file);
  const record = recordOf(1);
  const damage = new SqliteDatabase(file);
  damage.exec('ALTER TABLE record_facts RENAME TO lost');
  expect(await insertRecord(store, record, '')).toBe(true);
  expect((await findRecord(store, record.id))?.record).toEqual(record);
  await expect(listFacts(store)).rejects.toThrow('record_facts');
  damage.exec('ALTER TABLE lost RENAME TO record_facts');
  damage.close();
  expect(await listFacts(store)).toEqual([factsOf(record)]);
});
