import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { SessionId } from '../../src/domain/ids.ts';
import type { Parking, Probe } from '../../src/domain/parking.ts';
import { HOST_MIGRATIONS } from '../../src/store/migrations/steps.ts';
import { changeParking, listParkings } from '../../src/store/parkings.ts';
import { openHostStore } from '../../src/store/store.ts';
import { parkingOf } from '../support/parkings.ts';
import { scratchFolder } from '../support/scratch.ts';

const PROBE: Probe = {
  sessionId: 'p123456789' as SessionId,
  repository: '/r',
  pid: 7,
  startTime: '8',
  bootId: 'b',
};

test('a parking comes back as it was written, and one of the same name elsewhere is another', async () => {
  const host = await openHostStore(':memory:');
  onTestFinished(() => host.destroy());
  const put = (parking: Parking) =>
    changeParking(host, parking, (before) => ({ after: parking, result: before }));
  const account = parkingOf({ probe: PROBE, credentials: 'c', met: [PROBE.sessionId, 'b' as SessionId] });
  const here = parkingOf({
    kind: 'harness',
    project: '/one',
    cause: 'failing',
    since: '2026-01-03T00:00:00Z',
  });
  const there = { ...here, project: '/two' };
  const opus = parkingOf({ model: 'opus', asked: ['opus', null], since: '2026-01-04T00:00:00Z' });
  for (const each of [account, here, there, opus]) expect(await put(each)).toBeNull();
  expect(await listParkings(host)).toEqual([account, here, there, opus]);
  await changeParking(host, opus, () => ({ after: null, result: null }));
  expect(await put({ ...here, rests: 2 })).toEqual(here);
  await changeParking(host, there, () => ({ after: null, result: null }));
  expect(await listParkings(host)).toEqual([account, { ...here, rests: 2 }]);
});

test('an account that an older stint parked stays parked', async () => {
  const file = path.join(scratchFolder(), 'host.db');
  const old = new SqliteDatabase(file);
  old.exec(HOST_MIGRATIONS[0] ?? '');
  old.exec(
    "INSERT INTO accounts VALUES ('team', '2026-01-02T17:00:00.000Z', 'full', 'ab00000001', '2026-01-02T12:00:00.000Z')",
  );
  old.pragma('user_version = 1');
  old.close();
  const host = await openHostStore(file);
  onTestFinished(() => host.destroy());
  expect(await listParkings(host)).toEqual([
    parkingOf({
      reason: 'full',
      since: '2026-01-02T12:00:00.000Z',
      until: '2026-01-02T17:00:00.000Z',
      met: ['ab00000001' as SessionId],
      repository: '',
    }),
  ]);
});

test('what an older stint has parked, or parks while it still runs, is an account as a whole', async () => {
  const file = path.join(scratchFolder(), 'host.db');
  const columns = 'kind, name, project, cause, reason, since, until, rests, met, repository';
  const values = (name: string): string =>
    `'account', '${name}', '', 'usage_limit', 'full', '2026-01-02T12:00:00.000Z', '2026-01-02T17:00:00.000Z', 1, '["ab00000001"]', '/r'`;
  const old = new SqliteDatabase(file);
  for (const step of HOST_MIGRATIONS.slice(0, 3)) old.exec(step);
  old.exec(`INSERT INTO parkings (${columns}) VALUES (${values('before')})`);
  old.pragma('user_version = 3');
  const host = await openHostStore(file);
  onTestFinished(() => host.destroy());
  old.exec(`INSERT INTO parkings (${columns}) VALUES (${values('since')})`);
  old.close();
  const given = { reason: 'full', rests: 1, since: '2026-01-02T12:00:00.000Z', repository: '/r' };
  const met = ['ab00000001' as SessionId];
  expect(await listParkings(host)).toEqual(
    ['before', 'since'].map((name) => parkingOf({ ...given, met, name, model: null, asked: [] })),
  );
});
