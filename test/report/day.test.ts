import { expect, test } from 'vitest';
import { summarizeDay } from '../../src/report/day.ts';

test('a day is counted by outcome, and noops whose grade says otherwise are told', () => {
  const day = summarizeDay([
    { outcome: 'productive', grade: 0.63 },
    { outcome: 'noop', grade: 0 },
    { outcome: 'noop', grade: 0.05 },
    { outcome: 'noop', grade: 0.63 },
    { outcome: 'noop', grade: null },
    { outcome: 'failed', grade: 0 },
  ]);
  expect(day).toEqual({
    total: 6,
    outcomes: { productive: 1, noop: 4, blocked: 0, failed: 1, 'not-run': 0, unknown: 0 },
    noopWithGrade: { count: 1, of: 4 },
  });
});
