import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import type { KyselyPlugin, RootOperationNode } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import type { CategoryName } from '../../src/domain/ids.ts';
import {
  averageUse,
  countOthersSince,
  countStarts,
  lastStarts,
  listFacts,
  listFactsSince,
  listRecentFacts,
  sumUsage,
  visitRecent,
  visitStartedSince,
} from '../../src/store/facts.ts';
import { listFailedSetups, listPastSessions } from '../../src/store/past-sessions.ts';
import { insertRecord } from '../../src/store/records.ts';
import { lastPromise } from '../../src/store/sessions.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { recordOf } from '../support/records.ts';
import { scratchFolder } from '../support/scratch.ts';

const CODE = 'code' as CategoryName;
const SINCE = '2026-01-01T00:10:00.000Z';

const BLOCKED = ['blocked', ['blocked']] as const;
const UNSET = ['not-run', ['setup']] as const;

/** The plans of all queries of `work`, on a store with some records: a line for each step. */
async function plansOf(work: (store: Store) => Promise<unknown>): Promise<string[]> {
  const file = path.join(scratchFolder(), 'stint.db');
  const store = await openStore(file);
  onTestFinished(() => store.destroy());
  for (let number = 0; number < 30; number++) {
    const [outcome = 'productive', failureModes = []] =
      number % 3 === 0 ? BLOCKED : number === 29 ? UNSET : [];
    await insertRecord(store, recordOf(number, { outcome, failureModes }), 'repository');
  }
  const known = new WeakMap<object, RootOperationNode>();
  const asked: RootOperationNode[] = [];
  const listener: KyselyPlugin = {
    transformQuery: ({ queryId, node }) => {
      known.set(queryId, node);
      return node;
    },
    // A part of another query gives no result by itself.
    transformResult: async ({ queryId, result }) => {
      const node = known.get(queryId);
      if (node) asked.push(node);
      return result;
    },
  };
  await work(store.withPlugin(listener));
  const database = new SqliteDatabase(file, { readonly: true });
  onTestFinished(() => {
    database.close();
  });
  return asked.flatMap((node) => {
    const { sql, parameters } = store.getExecutor().compileQuery(node, { queryId: 'explained' });
    const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(parameters) as { detail: string }[];
    return steps.map(({ detail }) => detail);
  });
}

/** Steps that look at every row of a table, or at every entry of an index. */
function scansIn(plans: readonly string[]): string[] {
  return plans.filter((step) => /^SCAN (records|record_facts|facts|usage)\b/.test(step));
}

test('the newest promise is found from the end, with nothing to sort', async () => {
  expect(await plansOf((store) => lastPromise(store))).toEqual(['SCAN lock_events']);
});

const NARROW: [string, (store: Store) => Promise<unknown>][] = [
  ['a part of the fold', (store) => listFacts(store, 5, 20)],
  ['the sessions of a day', (store) => listFactsSince(store, SINCE)],
  ['the categories of a window', (store) => visitStartedSince(store, SINCE, () => undefined)],
  ['the last starts', (store) => lastStarts(store)],
  ['the starts of a week', (store) => countStarts(store, SINCE)],
  ['the turns of others', (store) => countOthersSince(store, CODE, SINCE, false)],
  ['the past of a category', (store) => listPastSessions(store, CODE, 40)],
  ['its failed setups', (store) => listFailedSetups(store, CODE, 12)],
  ['the use of a day', (store) => sumUsage(store, SINCE)],
  ['the usual use', (store) => averageUse(store, [CODE], 10)],
];

test.each(NARROW)('%s is found without a look at all sessions', async (_, work) => {
  const plans = await plansOf(work);
  expect(plans.length).toBeGreaterThan(1);
  expect(scansIn(plans)).toEqual([]);
});

test('the newest sessions are read in the order of an index that has all that a report counts', async () => {
  const plans = await plansOf((store) => visitRecent(store, 10, false, () => undefined));
  // Those that the report leaves out are counted, each by an index entry.
  expect(scansIn(plans)).toEqual([
    'SCAN record_facts USING COVERING INDEX record_facts_started',
    'SCAN record_facts USING COVERING INDEX record_facts_group',
  ]);
  const recent = await plansOf((store) => listRecentFacts(store, 10));
  expect(scansIn(recent)).toEqual(['SCAN record_facts USING INDEX record_facts_started']);
});
