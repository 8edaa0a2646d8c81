import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { countByGroup, visitRecent } from '../../src/store/facts.ts';
import { insertRecord } from '../../src/store/records.ts';
import { openStore } from '../../src/store/store.ts';
import { recordOf } from '../support/records.ts';
import { scratchFolder } from '../support/scratch.ts';

const DEAD: Partial<SessionRecord> = { outcome: 'not-run', grade: null, failureModes: ['overload'] };

async function storeOf(records: readonly Partial<SessionRecord>[]) {
  const store = await openStore(path.join(scratchFolder(), 'stint.db'));
  onTestFinished(() => store.destroy());
  for (const [index, given] of records.entries())
    await insertRecord(store, recordOf(index, given), 'repository');
  return store;
}

test('sessions that never got to work are visited with the unattended ones, with a person or without', async () => {
  const store = await storeOf([
    {},
    { ...DEAD, attended: 'unknown' },
    { ...DEAD, attended: 'yes' },
    { attended: 'yes' },
    { attended: 'unknown', outcome: 'unknown' },
    DEAD,
  ]);
  const visited = async (isAttended: boolean, limit: number) => {
    const seen: string[] = [];
    const counts = await visitRecent(store, limit, isAttended, ({ attended, outcome }) =>
      seen.push(`${outcome} ${attended}`),
    );
    return { seen, all: counts.reduce((sum, { sessions }) => sum + sessions, 0) };
  };
  expect(await visited(false, 100)).toEqual({
    seen: ['not-run no', 'not-run yes', 'not-run unknown', 'productive no'],
    all: 6,
  });
  expect((await visited(false, 2)).seen).toEqual(['not-run no', 'not-run yes']);
  expect((await visited(true, 100)).seen).toEqual([
    'unknown unknown',
    'productive yes',
    'not-run yes',
    'not-run unknown',
  ]);
});

test('groups are counted, all in all and since a time', async () => {
  const store = await storeOf([{}, {}, DEAD, {}]);
  const since = recordOf(1).startedAt;
  const counts = (await countByGroup(store, since)).map(({ group, ...rest }) => [group.outcome, rest]);
  expect(Object.fromEntries(counts)).toEqual({
    productive: { sessions: 3, recent: 2 },
    'not-run': { sessions: 1, recent: 1 },
  });
});
