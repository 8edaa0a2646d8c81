import { expect, test } from 'vitest';
import type { Outcome } from '../../src/domain/record-words.ts';
import { summarizeDay } from '../../src/report/day.ts';
import { factsOf } from '../support/facts.ts';

test('a day is counted by outcome, and noops whose grade says otherwise are told', () => {
  const ended = (outcome: Outcome, grade: number | null) => factsOf(0, { outcome, grade });
  const day = summarizeDay(
    [
      ended('productive', 0.63),
      ended('noop', 0),
      ended('noop', 0.05),
      ended('noop', 0.63),
      ended('noop', null),
      ended('failed', 0),
    ],
    4,
  );
  expect(day).toEqual({
    total: 6,
    imported: 4,
    outcomes: { productive: 1, noop: 4, blocked: 0, failed: 1, 'not-run': 0, unknown: 0 },
    noopWithGrade: { count: 1, of: 4 },
  });
});

test('a noop contradicts itself above 0.1', () => {
  const noops = [0.1, 0.11].map((grade) => factsOf(0, { outcome: 'noop', grade }));
  expect(summarizeDay(noops).noopWithGrade).toEqual({ count: 1, of: 2 });
});
