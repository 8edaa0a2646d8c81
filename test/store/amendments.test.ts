import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { AmendmentStamp } from '../../src/domain/amendment.ts';
import type { CategoryName } from '../../src/domain/ids.ts';
import { judge } from '../../src/judge/judge.ts';
import { emptyFold, foldRecords } from '../../src/learn/fold-beliefs.ts';
import { seededRandom } from '../../src/lib/random.ts';
import { insertAmendments } from '../../src/store/amendments.ts';
import { factsOf } from '../../src/domain/record-facts.ts';
import { listFacts } from '../../src/store/facts.ts';
import { findRecord, insertRecord, listRecords } from '../../src/store/records.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { CODE, commit, evidenceOf, stopped } from '../support/evidence.ts';
import { killProgram, startProgram } from '../support/programs.ts';
import { recordOf, sessionId } from '../support/records.ts';
import { scratchFolder } from '../support/scratch.ts';

async function scratchStore(file = ':memory:'): Promise<Store> {
  const store = await openStore(file);
  onTestFinished(() => store.destroy());
  return store;
}

function stampOf(number: number, given: Partial<AmendmentStamp> = {}): AmendmentStamp {
  return {
    sessionId: sessionId(number),
    at: '2026-01-02T00:00:00.000Z',
    who: 'Ada <ada@example.invalid>',
    why: 'CI said so',
    ...given,
  };
}

describe('an amendment', () => {
  test('is listed field by field; the record as first written stays, the record as it stands follows', async () => {
    const store = await scratchStore();
    const original = recordOf(1);
    await insertRecord(store, original, '');
    const check = { result: 'failed', detail: 'CI' } as const;
    await insertAmendments(store, stampOf(1), () => ({ facts: { check } }));
    const written = await insertAmendments(store, stampOf(1, { why: 'moved' }), (record) => {
      expect(record.check).toEqual(check);
      return { facts: { category: 'docs' as CategoryName, branch: 'b' } };
    });
    expect(written?.map(({ field, from, to }) => [field, from, to])).toEqual([
      ['category', 'code', 'docs'],
      ['branch', null, 'b'],
    ]);
    const history = await findRecord(store, original.id);
    expect(history?.original).toEqual(original);
    expect(history?.record).toEqual({ ...original, check, category: 'docs', branch: 'b' });
    expect(history?.amendments.map(({ field, why }) => [field, why])).toEqual([
      ['check', 'CI said so'],
      ['category', 'moved'],
      ['branch', 'moved'],
    ]);
    expect(await listRecords(store, { category: 'docs' })).toEqual([history?.record]);
    expect(await listRecords(store, { category: 'code' })).toEqual([]);
  });

  test('what filters, reports and beliefs read follows it', async () => {
    const store = await scratchStore();
    await insertRecord(store, recordOf(1), '');
    const verdict = judge(CODE, stopped('crashed'), evidenceOf());
    await insertAmendments(store, stampOf(1), () => ({ verdict }));
    expect((await listFacts(store))[0]).toMatchObject({
      outcome: 'failed',
      grade: 0,
      failureModes: ['crash'],
      feedsBelief: false,
    });
    expect((await listRecords(store, { outcome: 'failed' })).map(({ id }) => id)).toEqual([sessionId(1)]);
    expect(await listRecords(store, { outcome: 'productive' })).toEqual([]);
  });

  test('what is so already is no change, and one that throws changes nothing', async () => {
    const store = await scratchStore();
    const original = recordOf(1);
    await insertRecord(store, original, '');
    const same = { category: original.category, check: original.check };
    expect(await insertAmendments(store, stampOf(1), () => ({ facts: same }))).toEqual([]);
    await expect(
      insertAmendments(store, stampOf(1), () => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect((await findRecord(store, original.id))?.amendments).toEqual([]);
  });

  test('needs a record', async () => {
    expect(
      await insertAmendments(await scratchStore(), stampOf(9), () => ({ facts: { branch: 'b' } })),
    ).toBeNull();
  });

  test('of one session leaves the others alone, also in a long list', async () => {
    const store = await scratchStore();
    for (let number = 1; number <= 3; number++) await insertRecord(store, recordOf(number), '');
    const verdict = judge(CODE, stopped(), evidenceOf({ commits: [commit(1)] }));
    await insertAmendments(store, stampOf(2), () => ({ verdict }));
    const grades = [recordOf(3).grade, verdict.grade, recordOf(1).grade];
    expect((await listRecords(store)).map(({ grade }) => grade)).toEqual(grades);
    expect((await listRecords(store, { limit: 2 })).map(({ grade }) => grade)).toEqual(grades.slice(0, 2));
  });
});

/** Adds its own words to a record's warnings, one amendment after the other, and says which are written. */
const AMENDER = `
  const { openStore } = await src('store/store.ts');
  const { insertAmendments } = await src('store/amendments.ts');
  const store = await openStore(arg(1));
  for (let i = 0; i < Number(arg(4)); i++) {
    const own = arg(3) + '-' + i;
    const stamp = { sessionId: arg(2), at: '2026-01-02T00:00:00.000Z', who: arg(3), why: own };
    await insertAmendments(store, stamp, (record) => ({ facts: { warnings: [...record.warnings, own] } }));
    process.stdout.write(own + '\\n');
  }
  await store.destroy();`;

describe('eight processes that amend one record at once', () => {
  async function amendTogether(file: string, each: number) {
    const store = await scratchStore(file);
    await insertRecord(store, recordOf(1), '');
    return {
      store,
      amenders: Array.from({ length: 8 }, (_, number) =>
        startProgram(AMENDER, [file, sessionId(1), `p${number}`, String(each)]),
      ),
    };
  }

  async function readChain(store: Store): Promise<readonly string[]> {
    const history = await findRecord(store, sessionId(1));
    const amendments = history?.amendments ?? [];
    let before: unknown = [];
    for (const { from, to } of amendments) {
      expect(from).toEqual(before);
      before = to;
    }
    expect(history?.record.warnings).toEqual(before);
    return history?.record.warnings ?? [];
  }

  test('lose none and write none twice', async () => {
    const { store, amenders } = await amendTogether(path.join(scratchFolder(), 'stint.db'), 25);
    const ends = await Promise.all(amenders.map(({ done }) => done));
    expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual(ends.map(() => [0, '']));
    const said = ends.flatMap(({ stdout }) => stdout.trim().split('\n'));
    expect(said).toHaveLength(200);
    expect((await readChain(store)).toSorted()).toEqual(said.toSorted());
  });

  test('killed at any moment: what was acknowledged is there, once', async () => {
    const { store, amenders } = await amendTogether(path.join(scratchFolder(), 'stint.db'), 10_000);
    await Promise.all(
      amenders.map(async (amender, number) => {
        await amender.said(`p${number}-${number}\n`);
        await killProgram(amender);
      }),
    );
    const ends = await Promise.all(amenders.map(({ done }) => done));
    const said = ends.flatMap(({ stdout }) => stdout.split('\n').slice(0, -1));
    const kept = await readChain(store);
    expect(new Set(kept).size).toBe(kept.length);
    expect(said.filter((each) => !kept.includes(each))).toEqual([]);
    // One that was written and not told is the most that a kill can leave of each.
    expect(kept.length - said.length).toBeLessThanOrEqual(amenders.length);
  });
});

test('beliefs are those of a fresh fold over the records as they stand, in whatever order they were amended', async () => {
  const store = await scratchStore();
  const draw = seededRandom(5);
  const verdicts = [
    judge(CODE, stopped(), evidenceOf({ commits: [commit(40)] })),
    judge(CODE, stopped(), evidenceOf()),
    judge(CODE, stopped('crashed'), evidenceOf()),
    judge(CODE, stopped('asked'), evidenceOf()),
  ];
  const categories = ['code', 'docs'] as CategoryName[];
  let written = 0;
  for (let step = 0; step < 120; step++) {
    if (written === 0 || draw() < 0.3) await insertRecord(store, recordOf(written++), '');
    const number = Math.floor(draw() * written);
    const verdict = verdicts[Math.floor(draw() * verdicts.length)];
    const category = categories[Math.floor(draw() * 2)] as CategoryName;
    await insertAmendments(store, stampOf(number), () =>
      verdict && draw() < 0.7 ? { verdict } : { facts: { category } },
    );
  }
  const asTheyStand = await Promise.all(
    Array.from(
      { length: written },
      async (_, number) => (await findRecord(store, sessionId(number)))?.record,
    ),
  );
  const fresh = asTheyStand.filter((record) => record !== undefined);
  expect(fresh).toHaveLength(written);
  const stored = foldRecords(emptyFold('own'), await listFacts(store));
  expect(stored.arms.size).toBe(5); // Two categories, the harness in each, and one run type.
  expect(stored).toEqual(foldRecords(emptyFold('own'), fresh.map(factsOf)));
});
