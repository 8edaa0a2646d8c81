import { expect, onTestFinished, test } from 'vitest';
import { findCheck, saveCheck } from '../../src/store/checks.ts';
import { openStore } from '../../src/store/store.ts';

const at = (hour: number): string => `2026-01-01T${String(hour).padStart(2, '0')}:00:00.000Z`;

test('a check is remembered by tree and command, as it last went', async () => {
  const store = await openStore(':memory:');
  onTestFinished(() => store.destroy());
  expect(await findCheck(store, 't', 'npm test')).toBeNull();
  await saveCheck(store, 't', 'npm test', { result: 'failed', detail: 'one' }, at(1));
  await saveCheck(store, 't', 'npm test', { result: 'passed', detail: 'two' }, at(2));
  expect(await findCheck(store, 't', 'npm test')).toEqual({ result: 'passed', detail: 'two' });
  expect(await findCheck(store, 't', 'npm run lint')).toBeNull();
  expect(await findCheck(store, 'u', 'npm test')).toBeNull();
});
