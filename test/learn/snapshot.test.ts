import { fc } from '../support/fixed-seed.ts';
import { describe, expect, test } from 'vitest';
import { emptyFold, foldRecords } from '../../src/learn/fold-beliefs.ts';
import { decodeFold, encodeFold, foldName, snapshotPlaces } from '../../src/learn/snapshot.ts';
import { factsOf } from '../support/facts.ts';

describe('a snapshot', () => {
  test('gives back every bit of every number', () => {
    const grades = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 80 });
    fc.assert(
      fc.property(grades, grades, (first, then) => {
        // A change in the middle, so that there is something older too.
        const records = [...first, ...first.map(() => 0), ...then].map((grade, at) => factsOf(at, { grade }));
        const fold = foldRecords(emptyFold('own'), records);
        expect(decodeFold(encodeFold(fold), 'own')).toStrictEqual(fold);
      }),
    );
  });

  test('that cannot be read is none', () => {
    for (const text of ['', '{', '{"arms": 3}', 'null', '[]']) expect(decodeFold(text, 'own')).toBeNull();
  });
});

describe('the places of snapshots', () => {
  test('are close together towards the end, and few', () => {
    expect(snapshotPlaces(1023)).toEqual([]);
    expect(snapshotPlaces(1024)).toEqual([1024]);
    expect(snapshotPlaces(5000)).toEqual([2048, 3072, 4096]);
    const places = snapshotPlaces(1_000_000);
    expect(places.length).toBeLessThan(25);
    expect(places.at(-1)).toBe(1024 * Math.floor(1_000_000 / 1024));
  });

  test('are never far from an amended record, measured by how old it is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (last, share) => {
          const amended = Math.ceil(share * last);
          const start = snapshotPlaces(last).findLast((place) => place < amended) ?? 0;
          // What has to be folded again is at most some thousand records and four times what came after it.
          expect(last - start).toBeLessThanOrEqual(2 * 1024 + 4 * (last - amended));
        },
      ),
    );
  });

  test('once kept, are places still until they are given up: none has to be made again', () => {
    for (let last = 1024; last < 60_000; last += 1024) {
      const before = new Set([...snapshotPlaces(last - 1024), last]);
      for (const place of snapshotPlaces(last)) expect(before.has(place)).toBe(true);
    }
  });
});

test('snapshots of two folds have two names', () => {
  expect(foldName('own')).not.toBe(foldName('with-imported'));
});
