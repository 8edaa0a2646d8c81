import { fc } from '../support/fixed-seed.ts';
import { expect, test } from 'vitest';
import { bestAssignment } from '../../src/lib/best-assignment.ts';

/** By trying everything. */
function bestSum(gains: readonly (readonly number[])[], row = 0, taken: readonly number[] = []): number {
  const line = gains[row];
  if (!line) return 0;
  const without = bestSum(gains, row + 1, taken);
  return line.reduce(
    (best, gain, column) =>
      taken.includes(column) ? best : Math.max(best, gain + bestSum(gains, row + 1, [...taken, column])),
    without,
  );
}

test('the sum is the largest that there is, and nothing is given twice', () => {
  const table = fc.tuple(fc.nat(4), fc.nat(5)).chain(([rows, columns]) =>
    fc.array(fc.array(fc.oneof(fc.constant(0), fc.nat(20)), { minLength: columns, maxLength: columns }), {
      minLength: rows,
      maxLength: rows,
    }),
  );
  fc.assert(
    fc.property(table, (gains) => {
      const assigned = bestAssignment(gains);
      const given = assigned.filter((column) => column !== null);
      expect(new Set(given).size).toBe(given.length);
      const sum = assigned.reduce<number>(
        (total, column, row) => total + (gains[row]?.[column ?? -1] ?? 0),
        0,
      );
      expect(sum).toBe(bestSum(gains));
    }),
    { numRuns: 500 },
  );
});

test('what gains nothing gets nothing', () => {
  expect(bestAssignment([])).toEqual([]);
  expect(bestAssignment([[], []])).toEqual([null, null]);
  expect(
    bestAssignment([
      [0, 0],
      [0, 3],
    ]),
  ).toEqual([null, 1]);
});
