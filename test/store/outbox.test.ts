import path from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { insertAmendments } from '../../src/store/amendments.ts';
import { saveIncoming } from '../../src/store/imports.ts';
import { PROJECT_MIGRATIONS } from '../../src/store/migrations/steps.ts';
import { openDatabase } from '../../src/store/dialect/open-database.ts';
import {
  listDue,
  listSetAside,
  noteFailed,
  noteNewItems,
  ownItems,
  reopenSetAside,
  type Reader,
} from '../../src/store/outbox.ts';
import { toNewRow } from '../../src/store/record-columns.ts';
import { insertIntent } from '../../src/store/sessions.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import type { Tables } from '../../src/store/tables.ts';
import { writeOwnRecord } from '../support/outbox.ts';
import { planOf, recordOf, sessionId } from '../support/records.ts';
import { scratchFolder } from '../support/scratch.ts';

const NOW = new Date('2026-01-01T12:00:00.000Z');
const HOUR_MS = 3_600_000;
const AFTER: Reader = { name: 'after', streams: ['records'], wants: () => true };
const DUE = { now: NOW, longestWaitMs: 2 * HOUR_MS };

const later = (ms: number): Date => new Date(NOW.getTime() + ms);

async function importRecords(store: Store, numbers: readonly number[]): Promise<void> {
  const incoming = numbers.map((number) => {
    const record = recordOf(number, { source: 'import' });
    return { id: record.id, record, amendments: [], missing: () => [] };
  });
  await saveIncoming(store, incoming, '/r');
}

/** As a stint does that knows no outbox. */
async function writeOldRecord(store: Store, number: number): Promise<void> {
  const record = recordOf(number);
  await insertIntent(store, sessionId(number), planOf(), record.startedAt);
  await store.insertInto('records').values(toNewRow(record)).execute();
}

async function dueIds(store: Store, sink = 'after', now = NOW): Promise<string[]> {
  return (await listDue(store, sink, { ...DUE, now })).map(({ sessionId: id }) => id);
}

test('a new store begins with the first record', async () => {
  const store = await openStore(':memory:');
  await writeOwnRecord(store, 1);
  await noteNewItems(store, AFTER);
  await noteNewItems(store, AFTER);
  expect(await dueIds(store)).toEqual([sessionId(1)]);
});

test('what follows a record of an older stint, which still works on the same store, is not done twice', async () => {
  const store = await openStore(':memory:');
  await noteNewItems(store, AFTER);
  await writeOldRecord(store, 1);
  await writeOwnRecord(store, 2);
  await noteNewItems(store, AFTER);
  expect(await dueIds(store)).toEqual([sessionId(2)]);
});

test('the migration puts the cursor at the newest item of a store that an older stint wrote', async () => {
  const file = path.join(scratchFolder(), 'stint.db');
  const step = PROJECT_MIGRATIONS.findIndex((each) => each.includes('CREATE TABLE sinks'));
  const { ordinary: old } = await openDatabase<Tables>(file, PROJECT_MIGRATIONS.slice(0, step));
  for (const number of [1, 2, 3]) await writeOldRecord(old, number);
  await old.destroy();
  const store = await openStore(file);
  await noteNewItems(store, AFTER);
  expect(await dueIds(store)).toEqual([]);
  await writeOwnRecord(store, 4);
  await noteNewItems(store, AFTER);
  expect(await dueIds(store)).toEqual([sessionId(4)]);
  await store.destroy();
});

test('a sink that is new begins at the newest item', async () => {
  const store = await openStore(':memory:');
  const fresh = { ...AFTER, name: 'fresh' };
  await writeOwnRecord(store, 1);
  await noteNewItems(store, fresh);
  await writeOwnRecord(store, 2);
  await noteNewItems(store, fresh);
  expect(await dueIds(store, 'fresh')).toEqual([sessionId(2)]);
});

test('a sink that is new begins with the record that its process has just written', async () => {
  const store = await openStore(':memory:');
  for (const number of [1, 2]) await writeOwnRecord(store, number);
  await noteNewItems(store, { ...AFTER, name: 'fresh' }, sessionId(2));
  expect(await dueIds(store, 'fresh')).toEqual([sessionId(2)]);
});

test('a record that the sink does not want is skipped', async () => {
  const store = await openStore(':memory:');
  const reader: Reader = { ...AFTER, wants: ({ after }) => after !== null };
  await writeOwnRecord(store, 1);
  await writeOwnRecord(store, 2, { shell: 'true' });
  await noteNewItems(store, reader);
  await noteNewItems(store, AFTER);
  expect(await dueIds(store)).toEqual([sessionId(2)]);
});

test('amendments are a stream of their own, and those of imported records pass no sink', async () => {
  const store = await openStore(':memory:');
  const both: Reader = { ...AFTER, streams: ['records', 'amendments'] };
  await writeOwnRecord(store, 1);
  await importRecords(store, [2]);
  for (const number of [1, 2, 1])
    await insertAmendments(
      store,
      { sessionId: sessionId(number), at: NOW.toISOString(), who: 'me', why: 'why' },
      ({ costUsd }) => ({ facts: { costUsd: (costUsd ?? 0) + 1 } }),
    );
  await noteNewItems(store, both);
  const due = await listDue(store, 'after', DUE);
  expect(due.map(({ stream, sessionId: id }) => [stream, id])).toEqual([
    ['amendments', sessionId(1)],
    ['records', sessionId(1)],
    ['amendments', sessionId(1)],
  ]);
});

test('a long imported history is passed by an index, without a look at any of it', async () => {
  const store = await openStore(':memory:');
  const numbers = Array.from({ length: 2000 }, (_, index) => index + 10);
  await importRecords(store, numbers);
  await writeOwnRecord(store, 1);
  await noteNewItems(store, AFTER);
  expect(await dueIds(store)).toEqual([sessionId(1)]);
  const steps = await ownItems(store, 'records', 0).explain<{ detail: string }>(undefined, sql`query plan`);
  expect(steps[0]?.detail).toMatch(/^(SEARCH|SCAN) records USING COVERING INDEX records_own/);
});

test('an item that failed waits, comes behind those that failed less, and is set aside in the end', async () => {
  const store = await openStore(':memory:');
  for (const number of [1, 2]) await writeOwnRecord(store, number);
  await noteNewItems(store, AFTER);
  const [first] = await listDue(store, 'after', DUE);
  if (!first) throw new Error('nothing is due');
  await noteFailed(store, first, 'exited with 1', later(60_000));
  expect(await dueIds(store)).toEqual([sessionId(2)]);
  expect(await dueIds(store, 'after', later(59_999))).toEqual([sessionId(2)]);
  expect(await dueIds(store, 'after', later(60_000))).toEqual([sessionId(2), sessionId(1)]);
  await noteFailed(store, { ...first, attempts: 4 }, 'exited with 2', null);
  expect(await dueIds(store, 'after', later(HOUR_MS))).toEqual([sessionId(2)]);
  expect(await listSetAside(store)).toEqual([{ ...first, attempts: 5, because: 'exited with 2' }]);
  await reopenSetAside(store);
  expect(await dueIds(store)).toEqual([sessionId(1), sessionId(2)]);
});

test('a wait that a wrong clock noted does not outlast the longest wait', async () => {
  const store = await openStore(':memory:');
  await writeOwnRecord(store, 1);
  await noteNewItems(store, AFTER);
  const [item] = await listDue(store, 'after', DUE);
  if (!item) throw new Error('nothing is due');
  await noteFailed(store, item, 'exited with 1', later(2 * HOUR_MS));
  expect(await dueIds(store)).toEqual([]);
  await noteFailed(store, item, 'exited with 1', later(9000 * HOUR_MS));
  expect(await dueIds(store)).toEqual([sessionId(1)]);
});
