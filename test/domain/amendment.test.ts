import { describe, expect, test } from 'vitest';
import { effectiveRecord, isCorrectedByPerson, listChanges } from '../../src/domain/amendment.ts';
import { recordOf } from '../support/records.ts';

const record = recordOf(1, { grade: 0.5, outcome: 'productive' });
const stamp = { sessionId: record.id, at: '2026-01-02T00:00:00.000Z', who: 'ann', why: 'it was reverted' };

describe('a correction', () => {
  test('is one amendment for each field that changes', () => {
    const changes = listChanges(record, { facts: { model: 'm2', category: record.category } }, stamp);
    expect(changes).toEqual([{ ...stamp, field: 'model', from: record.model, to: 'm2' }]);
  });

  test('of a field that the record lacked says so', () => {
    expect(listChanges(record, { facts: { usageByModel: [] } }, stamp)).toEqual([
      { ...stamp, field: 'usageByModel', from: null, to: [] },
    ]);
  });

  test('compares what fields hold, not what they are', () => {
    expect(listChanges(record, { facts: { commitDetails: [...record.commitDetails] } }, stamp)).toEqual([]);
    expect(listChanges(record, {}, stamp)).toEqual([]);
  });

  test('makes the record what it says, the last one for each field, and leaves the first as it was', () => {
    const first = listChanges(record, { facts: { model: 'm2' } }, stamp);
    const second = listChanges({ ...record, model: 'm2' }, { facts: { model: 'm3' } }, stamp);
    expect(effectiveRecord(record, [...first, ...second])).toEqual({ ...record, model: 'm3' });
    expect(effectiveRecord(record, [])).toEqual(record);
  });
});

describe('a person', () => {
  const by = (who: string, field: string) => ({ ...stamp, who, field, from: 0, to: 1 });

  test.each(['outcome', 'grade', 'failureModes'])('decides the %s for good', (field) => {
    expect(isCorrectedByPerson([by('stint:audit', 'grade'), by('ann', field)])).toBe(true);
  });

  test('does not decide the verdict by correcting a fact, and a program never does', () => {
    expect(isCorrectedByPerson([by('ann', 'model'), by('stint:judge', 'grade')])).toBe(false);
    expect(isCorrectedByPerson([])).toBe(false);
  });
});
