import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CategoryName } from '../../src/domain/ids.ts';
import { foldBeliefs, meanOf, type BeliefFacts } from '../../src/learn/fold-beliefs.ts';

const name = (text: string): CategoryName => text as CategoryName;
const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

function facts(minute: number, given: Partial<BeliefFacts> = {}): BeliefFacts {
  return {
    category: name('code'),
    grade: 0.64,
    feedsBelief: true,
    attended: 'no',
    source: 'run',
    failureModes: [],
    startedAt: at(minute),
    endedAt: at(minute + 1),
    ...given,
  };
}

function belief(records: readonly BeliefFacts[], category = 'code') {
  return foldBeliefs(records, [name('code'), name('docs')], false).get(name(category));
}

describe('a belief', () => {
  test('is uniform before its first session', () => {
    expect(belief([])).toEqual({
      category: 'code',
      alpha: 1,
      beta: 1,
      updates: 0,
      sessions: 0,
      lastAt: null,
      othersSince: 0,
    });
  });

  test('moves by the grade: what was reached and what was missed', () => {
    const after = belief([facts(0, { grade: 0.7 }), facts(2, { grade: 0 }), facts(4, { grade: 1 })]);
    expect(after?.alpha).toBeCloseTo(2.7, 12);
    expect(after?.beta).toBeCloseTo(2.3, 12);
    expect(after).toMatchObject({ updates: 3, sessions: 3, lastAt: at(4) });
    expect(after && meanOf(after)).toBeCloseTo(0.54, 12);
  });

  test.each([
    ['feeds no belief', { feedsBelief: false }],
    ['has no grade', { grade: null }],
    ['was attended', { attended: 'yes' }],
    ['may have been attended', { attended: 'unknown' }],
  ])('does not move for a session that %s, which counts all the same', (_, given) => {
    expect(belief([facts(0, given)])).toMatchObject({
      alpha: 1,
      beta: 1,
      updates: 0,
      sessions: 1,
      lastAt: at(0),
    });
  });

  test('of a category that is configured no more is kept', () => {
    expect(belief([facts(0, { category: name('old') })], 'old')).toMatchObject({ updates: 1 });
  });

  test('knows the sessions of others since its own last one, not those that ran beside it', () => {
    const docs = { category: name('docs') };
    const records = [
      facts(0, docs),
      facts(10, { endedAt: at(20) }),
      facts(15, docs),
      facts(21, docs),
      facts(22, docs),
    ];
    expect(belief(records)?.othersSince).toBe(2);
    expect(belief(records, 'docs')?.othersSince).toBe(0);
    expect(belief([facts(0, docs), facts(5, docs)])?.othersSince).toBe(2);
  });
});

describe('imported sessions', () => {
  const imported = facts(0, { source: 'import', feedsBelief: false });
  const withImported = (records: readonly BeliefFacts[]) =>
    foldBeliefs(records, [name('code')], true).get(name('code'));

  test('are no sessions of this loop, unless learn.imported says so', () => {
    expect(belief([imported])).toMatchObject({ alpha: 1, updates: 0, sessions: 0, lastAt: null });
    expect(withImported([imported])).toMatchObject({
      alpha: 1 + 0.64,
      updates: 1,
      sessions: 1,
      lastAt: at(0),
    });
  });

  test('feed nothing without a grade, when a person was there, or when others ended them', () => {
    for (const given of [
      { grade: null },
      { attended: 'yes' },
      { failureModes: ['usage_limit' as const] },
      { failureModes: ['stuck' as const] },
    ])
      expect(withImported([{ ...imported, ...given }])?.updates).toBe(0);
    expect(withImported([{ ...imported, failureModes: ['abandoned_loop'] }])?.updates).toBe(1);
  });
});

describe('the fold', () => {
  const anyFacts: fc.Arbitrary<BeliefFacts> = fc
    .record({
      minute: fc.nat(1000),
      category: fc.constantFrom('code', 'docs', 'ci').map(name),
      grade: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      feedsBelief: fc.boolean(),
      attended: fc.constantFrom('no', 'no', 'yes', 'unknown'),
      source: fc.constantFrom('run', 'run', 'import'),
    })
    .map(({ minute, ...rest }) => facts(minute, rest));

  test('gives the same beliefs bit for bit, and changes nothing that it was given', () => {
    fc.assert(
      fc.property(fc.array(anyFacts), (records) => {
        const copy = structuredClone(records);
        const first = foldBeliefs(records, [name('code')], false);
        expect(records).toEqual(copy);
        expect(foldBeliefs(copy, [name('code')], false)).toEqual(first);
      }),
    );
  });

  test('is the sum in the order of the records, each category for itself', () => {
    fc.assert(
      fc.property(fc.array(anyFacts, { maxLength: 30 }), (records) => {
        for (const [category, { alpha, beta, updates, sessions }] of foldBeliefs(records, [], false)) {
          const own = records.filter((each) => each.category === category && each.source === 'run');
          let [up, down, count] = [1, 1, 0];
          for (const { grade, feedsBelief, attended } of own) {
            if (grade === null || !feedsBelief || attended !== 'no') continue;
            // In this order: another one may differ in the last bit.
            up = up + grade;
            down = down + 1 - grade;
            count++;
          }
          expect([alpha, beta, updates, sessions]).toEqual([up, down, count, own.length]);
        }
      }),
    );
  });
});
