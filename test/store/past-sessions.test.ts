import { expect, test } from 'vitest';
import type { CategoryName } from '../../src/domain/ids.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import type { Verdict } from '../../src/domain/verdict.ts';
import { insertAmendments } from '../../src/store/amendments.ts';
import { averageUse, countStarts, sumUsage } from '../../src/store/facts.ts';
import { insertLift, listLifts, listPastSessions } from '../../src/store/past-sessions.ts';
import { insertRecord } from '../../src/store/records.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { recordOf, sessionId } from '../support/records.ts';

const CODE = 'code' as CategoryName;
const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
const tokens = (input: number | null) => ({
  usage: { input, output: null, cacheRead: null, cacheWrite: null, peakContext: null, turns: null },
});

async function storeWith(...given: readonly Partial<SessionRecord>[]): Promise<Store> {
  const store = await openStore(':memory:');
  for (const [index, each] of given.entries()) await insertRecord(store, recordOf(index, each), 'repository');
  return store;
}

const blocked: Partial<SessionRecord> = {
  outcome: 'blocked',
  grade: null,
  declared: { kind: 'blocked', reason: 'it needs a key' },
  reasons: ['it declared itself blocked: it needs a key'],
};

test('the past of a category: the last that ended first, with its words where they matter', async () => {
  const store = await storeWith(
    { declared: { kind: 'done', reason: 'all of it' } },
    blocked,
    { category: 'docs' as CategoryName },
    { source: 'import' },
    { outcome: 'not-run', grade: null },
    // Began before the one above it, and ended last.
    { startedAt: at(0), endedAt: at(50), outcome: 'noop', reasons: ['it ended well and delivered nothing'] },
  );
  expect(await listPastSessions(store, CODE, 10)).toMatchObject([
    { id: sessionId(5), declared: null, text: 'it ended well and delivered nothing', endedAt: at(50) },
    { id: sessionId(1), declared: 'blocked', text: 'it needs a key', grade: null },
    { id: sessionId(0), declared: null, text: '', grade: 0.64, feedsBelief: true },
  ]);
  expect(await listPastSessions(store, CODE, 1)).toMatchObject([{ id: sessionId(1) }]);
});

test('an amended outcome is what the past says', async () => {
  const store = await storeWith(blocked);
  const stamp = { sessionId: sessionId(0), at: at(9), who: 'me', why: 'it was not' };
  await insertAmendments(store, stamp, () => ({ verdict: { outcome: 'productive' } as Verdict }));
  expect(await listPastSessions(store, CODE, 10)).toMatchObject([{ outcome: 'productive', declared: null }]);
});

test('starts are counted by category since a time, without those of another loop', async () => {
  const docs = 'docs' as CategoryName;
  const store = await storeWith({}, {}, { category: docs }, { source: 'import' }, {});
  expect(await countStarts(store, at(1))).toEqual({
    first: at(1),
    starts: new Map([
      ['code', 2],
      ['docs', 1],
    ]),
  });
  expect(await countStarts(store, at(30))).toEqual({ first: null, starts: new Map() });
});

test('what was used is summed by the day on which a session ended, and what nobody reported is told', async () => {
  const long = { startedAt: at(-600), endedAt: at(10) };
  const store = await storeWith(
    { ...tokens(100), costUsd: 1, startedAt: at(-2), endedAt: at(-1) },
    { ...tokens(200), costUsd: 0.5, ...long },
    { ...tokens(null), costUsd: null },
    { ...tokens(null), costUsd: null, outcome: 'not-run' },
    { ...tokens(700), costUsd: null, category: 'slot-1' as CategoryName },
    { ...tokens(9000), source: 'import' },
  );
  expect((await sumUsage(store, at(0))).toSorted((a, b) => a.tokens - b.tokens)).toEqual([
    { category: 'code', tokens: 200, costUsd: 0.5, silentTokens: 1, silentCost: 1 },
    { category: 'slot-1', tokens: 700, costUsd: 0, silentTokens: 0, silentCost: 1 },
  ]);
  expect(await averageUse(store, ['code'], 10)).toEqual({ tokens: 150, costUsd: 0.75 });
  expect(await averageUse(store, ['code'], 1)).toEqual({ tokens: 100, costUsd: 1 });
  const both = await averageUse(store, ['code', 'slot-1'], 10);
  expect(both.tokens).toBeCloseTo((100 + 200 + 700) / 3, 9);
  expect(await averageUse(store, ['docs'], 10)).toEqual({ tokens: 0, costUsd: 0 });
});

test('the last time that a hold was lifted is kept', async () => {
  const store = await openStore(':memory:');
  await insertLift(store, CODE, at(1));
  await insertLift(store, CODE, at(2));
  expect(await listLifts(store)).toEqual(new Map([['code', at(2)]]));
});
