import { expect, onTestFinished, test } from 'vitest';
import { listParked, parkAccount } from '../../src/store/accounts.ts';
import { findCheck, saveCheck } from '../../src/store/checks.ts';
import { openHostStore, openStore } from '../../src/store/store.ts';

const at = (hour: number): string => `2026-01-01T${String(hour).padStart(2, '0')}:00:00.000Z`;

test('an account is parked to the latest end that anybody named', async () => {
  const host = openHostStore(':memory:');
  onTestFinished(() => host.destroy());
  const park = (until: string, reason: string) =>
    parkAccount(host, { name: 'team', until, reason, sessionId: 's' }, at(1));
  await park(at(5), 'five hours');
  await park(at(3), 'less');
  expect(await listParked(host, at(2))).toMatchObject([{ name: 'team', until: at(5), reason: 'five hours' }]);
  await park(at(7), 'more');
  expect(await listParked(host, at(6))).toMatchObject([{ until: at(7), reason: 'more' }]);
  expect(await listParked(host, at(7))).toEqual([]);
});

test('a check is remembered by tree and command, as it last went', async () => {
  const store = openStore(':memory:');
  onTestFinished(() => store.destroy());
  expect(await findCheck(store, 't', 'npm test')).toBeNull();
  await saveCheck(store, 't', 'npm test', { result: 'failed', detail: 'one' }, at(1));
  await saveCheck(store, 't', 'npm test', { result: 'passed', detail: 'two' }, at(2));
  expect(await findCheck(store, 't', 'npm test')).toEqual({ result: 'passed', detail: 'two' });
  expect(await findCheck(store, 't', 'npm run lint')).toBeNull();
  expect(await findCheck(store, 'u', 'npm test')).toBeNull();
});
