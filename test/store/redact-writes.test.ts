import { expect, test } from 'vitest';
import type { CategoryName, SessionId } from '../../src/domain/ids.ts';
import { saveCheck } from '../../src/store/checks.ts';
import { insertLockEvent } from '../../src/store/lock-events.ts';
import { changeParking } from '../../src/store/parkings.ts';
import { insertRecord } from '../../src/store/records.ts';
import { claimStop, findSession, insertIntent, setWorkspace } from '../../src/store/sessions.ts';
import { openHostStore, openStore, type HostStore, type Store } from '../../src/store/store.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { parkingOf } from '../support/parkings.ts';
import { recordOf } from '../support/records.ts';

const TOKEN = `ghp_${'a1B2'.repeat(9)}`;
const WORDS = `said "${TOKEN}"\n${TOKEN}`;
const PLAN = {
  category: 'code' as CategoryName,
  harness: 'a',
  account: 'a',
  model: null,
  runType: 'manual',
  prompt: WORDS,
} as Plan;
const AT = '2026-01-01T00:00:00.000Z';

/** All that a database holds, as text. */
async function contentOf(store: Store | HostStore): Promise<string> {
  const tables = await store.introspection.getTables();
  const rows = await Promise.all(
    tables.map(({ name }) =>
      (store as unknown as Store)
        .selectFrom(name as 'sessions')
        .selectAll()
        .execute(),
    ),
  );
  return JSON.stringify(rows);
}

test('whatever is written loses its secrets: inserts, updates and conflicts, text and JSON', async () => {
  const store = await openStore(':memory:');
  const id = 'abcde12345' as SessionId;
  const workspace = {
    isolation: 'shared',
    folder: `/${TOKEN}`,
    branch: null,
    base: null,
    baseRef: null,
  } as const;
  await insertIntent(store, id, PLAN, AT);
  await claimStop(store, id, 'cancelled', WORDS);
  await insertLockEvent(store, { at: AT, lock: 'code', sessionId: id, kind: 'acquired', detail: WORDS });
  await saveCheck(store, 'tree', 'digest', { result: 'failed', detail: 'x' }, AT);
  await saveCheck(store, 'tree', 'digest', { result: 'failed', detail: WORDS }, AT);
  await insertRecord(store, recordOf(1, { reasons: [WORDS], warnings: [WORDS] }), '/r');
  expect(await contentOf(store)).not.toContain(TOKEN);
  expect((await contentOf(store)).match(/\[redacted: github-token\]/g)?.length).toBe(2 * 6);
  // What things are found by stays: here it is the folder that has to be removed.
  await setWorkspace(store, id, workspace);
  expect((await findSession(store, id))?.workspace).toEqual(workspace);
  await store.destroy();
});

test('the machine’s own database too', async () => {
  const host = await openHostStore(':memory:');
  const parking = parkingOf({ reason: WORDS });
  await changeParking(host, parking, () => ({ after: parking, result: null }));
  expect(await contentOf(host)).not.toContain(TOKEN);
  await host.destroy();
});
