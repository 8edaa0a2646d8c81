import { expect, test } from 'vitest';
import type { Amendment } from '../../src/domain/amendment.ts';
import { amendReread } from '../../src/record/amend-reread.ts';
import { recordOf } from '../support/records.ts';

const stamp = { at: '2026-02-01T00:00:00.000Z', why: 'its file says something else now' };
const original = recordOf(1, { source: 'import', grade: 0.5, model: 'm1' });
const by = (who: string, field: string, from: unknown, to: unknown): Amendment => ({
  ...stamp,
  sessionId: original.id,
  who,
  field,
  from,
  to,
});

test('a file that says the same again amends nothing', () => {
  expect(amendReread(original, [], { ...original }, stamp)).toEqual([]);
});

test('changes of a file become amendments of the importer', () => {
  expect(amendReread(original, [], { ...original, grade: 0.7, usageByModel: [] }, stamp)).toEqual([
    by('stint:import', 'grade', 0.5, 0.7),
    by('stint:import', 'usageByModel', null, []),
  ]);
});

test('another version of the judge amends nothing', () => {
  expect(amendReread(original, [], { ...original, judgeVersion: 99 }, stamp)).toEqual([]);
});

test('the correction of a person holds while the file is unchanged', () => {
  const corrected = [by('mara', 'grade', 0.5, 0.9)];
  expect(amendReread(original, corrected, { ...original }, stamp)).toEqual([]);
  expect(amendReread(original, corrected, { ...original, grade: 0.6 }, stamp)).toEqual([
    by('stint:import', 'grade', 0.9, 0.6),
  ]);
});

test('a file that comes to agree with a person amends nothing', () => {
  const corrected = [by('mara', 'grade', 0.5, 0.9)];
  expect(amendReread(original, corrected, { ...original, grade: 0.9 }, stamp)).toEqual([]);
});

test('a file is compared with the earlier import, not with the first record', () => {
  const before = [by('stint:import', 'grade', 0.5, 0.7)];
  expect(amendReread(original, before, { ...original, grade: 0.7 }, stamp)).toEqual([]);
  expect(amendReread(original, before, { ...original, grade: 0.5 }, stamp)).toEqual([
    by('stint:import', 'grade', 0.7, 0.5),
  ]);
});

test('a file never corrects a session that ran here', () => {
  expect(amendReread(recordOf(1), [], recordOf(1), stamp)).toBeNull();
});
