import { expect, onTestFinished, test } from 'vitest';
import { insertLockEvent, listHolds } from '../../src/store/lock-events.ts';
import { insertRecord } from '../../src/store/records.ts';
import { openStore } from '../../src/store/store.ts';
import { recordOf, sessionId } from '../support/records.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

test('a hold whose release nobody noted lasts to the end of its session, also where it began before', async () => {
  const store = await openStore(':memory:');
  onTestFinished(() => store.destroy());
  const took = (number: number, minute: number, kind: 'acquired' | 'released' = 'acquired') =>
    insertLockEvent(store, { at: at(minute), lock: 'code', sessionId: sessionId(number), kind });
  await took(0, 0);
  await insertRecord(store, recordOf(0, { startedAt: at(0), endedAt: at(10) }), 'repository');
  await took(1, 20);
  await insertRecord(store, recordOf(1, { startedAt: at(20), endedAt: at(50) }), 'repository');
  await took(2, 55);
  await took(2, 58, 'released');
  const found = async (minute: number) =>
    (await listHolds(store, at(minute))).map((hold) => [hold.sessionId, hold.givenAt, hold.endedAt]);
  expect(await found(40)).toEqual([
    [sessionId(1), null, at(50)],
    [sessionId(2), at(58), null],
  ]);
  expect(await found(52)).toEqual([[sessionId(2), at(58), null]]);
  expect(await found(5)).toHaveLength(3);
});
