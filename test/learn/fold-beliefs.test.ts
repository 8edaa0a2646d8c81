import { fc } from '../support/fixed-seed.ts';
import { describe, expect, test } from 'vitest';
import type { Arm } from '../../src/domain/belief.ts';
import { slotName, type CategoryName } from '../../src/domain/ids.ts';
import type { RunType } from '../../src/domain/record.ts';
import type { RecordFacts } from '../../src/domain/record-facts.ts';
import { emptyFold, foldRecords } from '../../src/learn/fold-beliefs.ts';
import { believe, believeAll, lastEndOf } from '../../src/learn/posterior.ts';
import { seededRandom } from '../../src/lib/random.ts';
import { factsOf, timeOf } from '../support/facts.ts';

const WEIGHTS = { prior: 2, borrow: 4 };
const name = (text: string): CategoryName => text as CategoryName;
const category = (text: string): Arm => ({ kind: 'category', category: name(text) });
const harness = (harnessName: string, model: string | null, of = 'code'): Arm => ({
  kind: 'harness',
  category: name(of),
  harness: harnessName,
  model,
});

function belief(records: readonly RecordFacts[], arm: Arm = category('code'), weights = WEIGHTS) {
  return believe(foldRecords(emptyFold('own'), records), arm, weights);
}

describe('what is believed about a category', () => {
  test('is that anything may be, before its first session', () => {
    expect(belief([])).toMatchObject({
      alpha: 1,
      beta: 1,
      mean: 0.5,
      updates: 0,
      sessions: 0,
      lastAt: null,
      evidence: 0,
      changes: 0,
      changedAt: null,
      borrows: { from: null, mean: 0.5, sessions: 2 },
    });
    expect(belief([], category('code'), { prior: 10, borrow: 4 })).toMatchObject({ alpha: 5, beta: 5 });
  });

  test('moves by the grade: what was reached and what was missed', () => {
    const grades = [0.7, 0, 1].map((grade, index) => factsOf(2 * index, { grade }));
    const after = belief(grades);
    expect(after.alpha).toBeCloseTo(2.7, 12);
    expect(after.beta).toBeCloseTo(2.3, 12);
    expect(after.mean).toBeCloseTo(0.54, 12);
    expect(after).toMatchObject({ updates: 3, sessions: 3, lastAt: timeOf(4), weight: 1 });
  });

  test.each([
    ['feeds no belief', { feedsBelief: false }],
    ['has no grade', { grade: null }],
    ['was attended', { attended: 'yes' }],
    ['may have been attended', { attended: 'unknown' }],
  ])('does not move for a session that %s, which counts all the same', (_, given) => {
    for (const arm of [category('code'), harness('script', null)])
      expect(belief([factsOf(0, given)], arm)).toMatchObject({
        evidence: 0,
        updates: 0,
        sessions: 1,
        lastAt: timeOf(0),
      });
  });

  test('is not touched by a session that its provider turned away: it had no turn', () => {
    const turnedAway = { outcome: 'not-run', failureModes: ['usage_limit'], grade: null } as const;
    const records = [factsOf(0), factsOf(600, turnedAway)];
    const fold = foldRecords(emptyFold('own'), records);
    expect(fold).toStrictEqual(foldRecords(emptyFold('own'), records.slice(0, 1)));
    expect(believe(fold, category('code'), WEIGHTS).lastAt).toBe(timeOf(0));
    // Once at work it has had it, and so has one whose own setup fails: it would be first in line for ever.
    for (const given of [{ outcome: 'failed' }, { failureModes: ['setup'] }] as const)
      expect(belief([factsOf(0), factsOf(600, { ...turnedAway, ...given })])).toMatchObject({
        sessions: 2,
        lastAt: timeOf(600),
      });
  });

  test('knows the latest start and end, in whatever order the records came', () => {
    const fold = foldRecords(emptyFold('own'), [factsOf(10, { endedAt: timeOf(50) }), factsOf(20)]);
    expect(believe(fold, category('code'), WEIGHTS).lastAt).toBe(timeOf(20));
    expect(lastEndOf(fold, name('code'))).toBe(timeOf(50));
    expect(lastEndOf(fold, name('docs'))).toBeNull();
  });
});

describe('a harness and model in a category', () => {
  const good = (minute: number, given: Partial<RecordFacts> = {}) =>
    factsOf(minute, { modelAsked: 'sonnet', grade: 0.9, ...given });

  test('starts as its category does, weighing as much as a few sessions', () => {
    const records = [good(0), good(1), good(2)];
    // The category: (1 + 2.7) / (2 + 3).
    const unplayed = belief(records, harness('script', 'opus'));
    expect(unplayed.mean).toBeCloseTo(0.74, 12);
    expect(unplayed.alpha + unplayed.beta).toBeCloseTo(4, 12);
    expect(unplayed.borrows).toMatchObject({ from: category('code'), sessions: 4 });
    expect(belief([], harness('script', 'opus'))).toMatchObject({ alpha: 2, beta: 2 });
  });

  test('goes by its own sessions the more it has of them', () => {
    const opus = (minute: number) => good(minute, { modelAsked: 'opus', grade: 0 });
    const means = [0, 1, 5, 50].map((count) => {
      const records = [
        ...Array.from({ length: 50 }, (_, at) => good(at)),
        ...Array.from({ length: count }, (_, at) => opus(100 + at)),
      ];
      return belief(records, harness('script', 'opus')).mean;
    });
    expect(means).toEqual(means.toSorted((a, b) => b - a));
    expect(means[0]).toBeGreaterThan(0.85);
    expect(means[3]).toBeLessThan(0.05);
  });

  test('is one of its own by what was asked for, whatever answered, and in each category', () => {
    const fold = foldRecords(emptyFold('own'), [
      good(0, { model: 'claude-sonnet-4-5' }),
      good(1, { model: 'claude-sonnet-5' }),
      good(2, { modelAsked: null, model: 'claude-sonnet-5' }),
      good(3, { category: name('docs') }),
      good(4, { harness: 'other' }),
    ]);
    const counts = (arm: Arm) => believe(fold, arm, WEIGHTS).updates;
    expect(counts(harness('script', 'sonnet'))).toBe(2);
    expect(counts(harness('script', null))).toBe(1);
    expect(counts(harness('script', 'sonnet', 'docs'))).toBe(1);
    expect(counts(harness('other', 'sonnet'))).toBe(1);
    expect(counts(harness('script', 'claude-sonnet-5'))).toBe(0);
  });

  test('cannot be taken for another, whatever names other systems have', () => {
    const records = [
      factsOf(0, { harness: 'a b', modelAsked: 'c' }),
      factsOf(1, { harness: 'a', modelAsked: 'b c' }),
    ];
    expect(believeAll(foldRecords(emptyFold('own'), records), WEIGHTS)).toHaveLength(4);
  });
});

test('each run type has a belief of its own, over all categories', () => {
  const runTypes: RunType[] = ['respawn', 'timer', 'timer'];
  const records = runTypes.map((runType, minute) =>
    factsOf(minute, { runType, category: name(`c${minute}`), grade: 0.5 }),
  );
  expect(belief(records, { kind: 'run-type', runType: 'timer' })).toMatchObject({
    alpha: 2,
    beta: 2,
    updates: 2,
  });
  expect(belief(records, { kind: 'run-type', runType: 'respawn' })).toMatchObject({
    // Two sessions of others since.
    alpha: 1 + (0.5 * 500) / 502,
    updates: 1,
  });
});

test('one-off work beside the categories is no category, and has its run type all the same', () => {
  const slot = factsOf(0, { category: slotName(1), runType: 'oneoff', grade: 0.5 });
  expect(believeAll(foldRecords(emptyFold('own'), [slot]), WEIGHTS)).toMatchObject([
    { arm: { kind: 'run-type', runType: 'oneoff' }, updates: 1 },
  ]);
});

describe('what came before a change', () => {
  const random = seededRandom(9);
  const before = Array.from({ length: 80 }, (_, at) => factsOf(at, { grade: 0.6 + 0.2 * random() }));
  const fall = (count: number) => Array.from({ length: count }, (_, at) => factsOf(100 + at, { grade: 0 }));

  test('counts less with each session of its own, and only with those', () => {
    const found = Array.from({ length: 40 }, (_, count) => belief([...before, ...fall(count)]));
    const at = found.findIndex(({ changes }) => changes > 0);
    // (80 · 0.7 − mean) · n > 6 + …: a fall from about 0.7 to 0 takes some ten sessions.
    expect(at).toBeGreaterThan(5);
    expect(at).toBeLessThan(15);
    expect(found[at]?.changedAt).toBe(timeOf(100 + at));
    // All of the 80 count until then; then 0.8 for each session since the change began.
    expect(found[at - 1]?.evidence).toBeCloseTo(80 + at - 1, 9);
    expect(found[at]?.evidence).toBeCloseTo(at + 80 * 0.8 ** at, 9);
    expect(found[at + 3]?.evidence).toBeCloseTo(at + 3 + 80 * 0.8 ** (at + 3), 9);
    expect(found[39]?.mean).toBeLessThan(0.05);
    expect(found[39]?.updates).toBe(119);
  });

  test('is not touched by the changes and sessions of others', () => {
    const others = [...before, ...fall(40)].map((each) => ({
      ...each,
      category: name('docs'),
      harness: 'other',
    }));
    const alone = belief(before);
    const beside = belief(
      before.flatMap((each, index) => [others[index] ?? each, each]).concat(others.slice(80)),
    );
    expect(beside).toMatchObject({ changes: 0, changedAt: null, updates: 80 });
    // Only its own share is said to be a little smaller: 40 sessions of others since.
    expect(beside.weight).toBeCloseTo(500 / 540, 12);
    expect(beside.evidence).toBeCloseTo((alone.evidence * 500) / 540, 9);
  });
});

describe('an arm that is not played', () => {
  const bad = Array.from({ length: 20 }, (_, at) => factsOf(at, { grade: 0.1, modelAsked: 'old' }));
  const others = (count: number, given: Partial<RecordFacts>) =>
    Array.from({ length: count }, (_, at) => factsOf(100 + at, given));

  test('widens towards its parent, slowly, and is itself again when it is played', () => {
    const docs = { category: name('docs'), grade: 0.9 };
    const [now, later, muchLater] = [0, 500, 1500].map((count) => belief([...bad, ...others(count, docs)]));
    expect(now?.evidence).toBeCloseTo(20, 9);
    expect(later?.evidence).toBeCloseTo(10, 9);
    expect(muchLater?.evidence).toBeCloseTo(5, 9);
    // Its parent is the starting belief: (1 + 20 · 0.1 · w) / (2 + 20 · w).
    expect(muchLater?.mean).toBeCloseTo((1 + 0.5) / (2 + 5), 9);
    const again = belief([...bad, ...others(1500, docs), factsOf(9000, { grade: 0.1 })]);
    expect(again.evidence).toBeCloseTo(21, 9);
  });

  test('of a category widens with that category’s sessions only', () => {
    const arm = harness('script', 'old');
    expect(belief([...bad, ...others(500, { category: name('docs') })], arm).weight).toBe(1);
    const beside = belief([...bad, ...others(500, { modelAsked: 'new', grade: 0.1 })], arm);
    expect(beside.weight).toBe(0.5);
    // The category is at (1 + 2 + 50) / (2 + 520) by now, and it goes there.
    expect(beside.mean).toBeCloseTo((4 * (53 / 522) + 1) / (4 + 10), 9);
  });

  test('does not widen by sessions that say nothing', () => {
    const outage = others(600, { category: name('docs'), feedsBelief: false, grade: null });
    expect(belief([...bad, ...outage])).toEqual(belief(bad));
  });
});

describe('imported sessions', () => {
  const imported = factsOf(0, { source: 'import', runType: 'import', feedsBelief: false, model: 'm' });
  const withImported = (records: readonly RecordFacts[], arm: Arm = category('code')) =>
    believe(foldRecords(emptyFold('with-imported'), records), arm, WEIGHTS);

  test('are no sessions of this loop, unless learn.imported says so', () => {
    expect(belief([imported])).toMatchObject({ alpha: 1, updates: 0, sessions: 0, lastAt: null });
    expect(withImported([imported])).toMatchObject({
      alpha: 1 + 0.64,
      updates: 1,
      sessions: 1,
      lastAt: timeOf(0),
    });
    // What was asked for is not said; what answered is the nearest to it.
    expect(withImported([imported], harness('script', 'm')).updates).toBe(1);
  });

  test('feed nothing without a grade, when a person was there, or when others ended them', () => {
    for (const given of [
      { grade: null },
      { attended: 'yes' },
      { failureModes: ['usage_limit' as const] },
      { failureModes: ['stuck' as const] },
      { failureModes: ['disk' as const] },
      { failureModes: ['cancelled' as const] },
    ])
      expect(withImported([{ ...imported, ...given }]).updates).toBe(0);
    expect(withImported([{ ...imported, failureModes: ['abandoned_loop'] }]).updates).toBe(1);
  });

  test('feed nothing where a person committed their work, and count all the same', () => {
    const byPerson = { ...imported, isByPerson: true };
    expect(withImported([byPerson])).toMatchObject({ alpha: 1, beta: 1, updates: 0, sessions: 1 });
    expect(withImported([byPerson], harness('script', 'm'))).toMatchObject({ updates: 0, sessions: 1 });
  });
});

describe('the fold', () => {
  const anyFacts: fc.Arbitrary<RecordFacts> = fc
    .record({
      minute: fc.nat(1000),
      category: fc.constantFrom('code', 'docs', 'ci').map(name),
      harness: fc.constantFrom('script', 'other'),
      modelAsked: fc.constantFrom(null, 'sonnet', 'opus'),
      runType: fc.constantFrom<RunType>('timer', 'respawn'),
      grade: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      feedsBelief: fc.boolean(),
      attended: fc.constantFrom('no', 'no', 'yes', 'unknown'),
      source: fc.constantFrom('run', 'run', 'import'),
    })
    .map(({ minute, ...rest }) => factsOf(minute, rest));

  test('is the same bit for bit however the records are cut, and changes nothing that it was given', () => {
    fc.assert(
      fc.property(fc.array(anyFacts), fc.nat(40), (records, cut) => {
        const copy = structuredClone(records);
        const whole = foldRecords(emptyFold('own'), records);
        expect(records).toEqual(copy);
        const first = foldRecords(emptyFold('own'), copy.slice(0, cut));
        const kept = structuredClone(first);
        expect(foldRecords(first, copy.slice(cut))).toStrictEqual(whole);
        expect(first).toStrictEqual(kept);
      }),
    );
  });

  test('is the sum in the order of the records, each arm for itself, while nothing changes', () => {
    fc.assert(
      fc.property(fc.array(anyFacts, { maxLength: 12 }), (records) => {
        const fold = foldRecords(emptyFold('own'), records);
        const own = records.filter(({ source }) => source === 'run');
        const feeding = own.filter(
          (each) => each.feedsBelief && each.attended === 'no' && each.grade !== null,
        );
        expect([fold.sessions, fold.updates]).toEqual([own.length, feeding.length]);
        for (const { arm, stretch, sessions } of fold.arms.values()) {
          const isOf = (each: RecordFacts): boolean =>
            arm.kind === 'run-type'
              ? each.runType === arm.runType
              : each.category === arm.category &&
                (arm.kind === 'category' || (each.harness === arm.harness && each.modelAsked === arm.model));
          // In this order: another one may differ in the last bit.
          let [up, down] = [0, 0];
          for (const { grade } of feeding.filter(isOf))
            [up, down] = [up + (grade ?? 0), down + 1 - (grade ?? 0)];
          expect([stretch.up, stretch.down, sessions]).toEqual([up, down, own.filter(isOf).length]);
        }
      }),
    );
  });
});
