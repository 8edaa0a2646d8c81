import { fc } from '../support/fixed-seed.ts';
import { describe, expect, test } from 'vitest';
import { FAILURE_MODE_NAMES } from '../../src/domain/failure-mode.ts';
import { OUTCOMES } from '../../src/domain/record-words.ts';
import type { CategoryName } from '../../src/domain/ids.ts';
import type { RecordFacts } from '../../src/domain/record-facts.ts';
import { reliability, ReliabilityTally } from '../../src/report/reliability.ts';
import { factsOf } from '../support/facts.ts';

function facts(given: Partial<RecordFacts> = {}): RecordFacts {
  return factsOf(0, { harness: 'a', grade: 0.7, ...given });
}

const DOCS = 'docs' as CategoryName;
const GOOD = facts();
const NOOP = facts({ outcome: 'noop', grade: 0, failureModes: ['noop'] });
const BROKEN = facts({ grade: 0.3, failureModes: ['ci_break'] });
const TIMED_OUT = facts({ outcome: 'failed', grade: 0, failureModes: ['abandoned_loop'] });
const CRASHED = facts({ outcome: 'failed', grade: 0, failureModes: ['crash'] });
const LIMITED = facts({ outcome: 'not-run', grade: null, failureModes: ['usage_limit'] });
const LATE_LIMIT = facts({ outcome: 'failed', grade: 0, failureModes: ['usage_limit'] });
const BLOCKED = facts({ outcome: 'blocked', grade: null, failureModes: ['blocked'] });
const LOST = facts({ outcome: 'unknown', grade: null, failureModes: ['lost'] });
const MISROUTED = facts({ failureModes: ['routing_mismatch'] });

const times = <T>(count: number, what: T): T[] => Array.from({ length: count }, () => what);

describe('a small set, by hand', () => {
  const set = [
    ...times(5, GOOD),
    ...times(2, NOOP),
    BROKEN,
    TIMED_OUT,
    MISROUTED,
    CRASHED,
    LIMITED,
    LATE_LIMIT,
    BLOCKED,
    LOST,
  ];
  const report = reliability(set, 5);

  test('what was counted and what was not', () => {
    expect(report.sessions).toBe(15);
    // Five good ones, two noops, one broken check, one out of time, one misrouted.
    expect(report.counted).toBe(10);
    expect(report.notCounted).toEqual({
      unknown: 1,
      notRun: 1,
      provider: 1,
      harness: 1,
      external: 1,
      nothingToJudge: 0,
    });
    expect(report.outcomes).toEqual({
      productive: 7,
      noop: 2,
      blocked: 1,
      failed: 3,
      'not-run': 1,
      unknown: 1,
    });
  });

  test('the headline: noops, the broken check and the one out of time, of ten', () => {
    expect(report.failing).toMatchObject({ count: 4, rate: 0.4 });
    // Wilson for 4 of 10, calculated apart.
    expect(report.failing.interval[0]).toBeCloseTo(0.1682, 3);
    expect(report.failing.interval[1]).toBeCloseTo(0.6873, 3);
  });

  test('modes and classes are shares of all sessions, the most frequent first', () => {
    expect(report.modes[0]).toMatchObject({ mode: 'noop', class: 'supply', count: 2, rate: 2 / 15 });
    expect(report.modes.map(({ count }) => count)).toEqual([2, 2, 1, 1, 1, 1, 1, 1]);
    const classes = Object.fromEntries(report.classes.map((row) => [row.class, row.count]));
    expect(classes).toEqual({
      supply: 2,
      external: 1,
      agent: 2,
      selector: 1,
      provider: 2,
      harness: 1,
      host: 1,
    });
  });

  test('it says that a third that was not counted is too much', () => {
    expect(report.isTrustworthy).toBe(false);
  });

  test('the dominant mode comes with its cause and its fix', () => {
    expect(report.dominant).toMatchObject({ mode: 'noop' });
    expect(report.dominant?.fix).not.toBe('');
  });

  test('the rate of no session is not known, and its interval holds every rate', () => {
    expect(reliability([], 5)).toMatchObject({
      failing: { count: 0, rate: null, interval: [0, 1] },
      dominant: null,
    });
  });

  test('the windows are disjoint, and too few to tell', () => {
    expect(report.windows).toEqual({ last: 15, compare: 5, before: 10 });
    expect(report.shifts).toEqual([]);
    expect(report.notCompared).toContain('too few to tell');
  });
});

describe('trust', () => {
  test.each([
    [8, 2, true],
    [79, 21, false],
    [80, 20, true],
    [0, 0, false],
    [0, 3, false],
  ])('%i counted and %i not: %s', (counted, not, isTrustworthy) => {
    expect(reliability([...times(counted, GOOD), ...times(not, LOST)], 1).isTrustworthy).toBe(isTrustworthy);
  });
});

describe('scripts that ended well and left nothing to judge', () => {
  const SCRIPT = facts({ harness: 'wrap', outcome: 'unknown', grade: null, failureModes: [] });
  const UNKNOWN = facts({ outcome: 'unknown', grade: null, failureModes: [] });
  const CANCELLED = { ...SCRIPT, failureModes: ['cancelled'] } as const;

  test('are neither counted nor missed', () => {
    const { counted, notCounted, failing, isTrustworthy } = reliability(
      [...times(9, SCRIPT), GOOD, NOOP, GOOD, GOOD],
      1,
    );
    expect({ counted, failing: failing.count, isTrustworthy }).toEqual({
      counted: 4,
      failing: 1,
      isTrustworthy: true,
    });
    expect(notCounted).toMatchObject({ unknown: 0, nothingToJudge: 9 });
  });

  test.each([
    ['alone', times(3, SCRIPT), true],
    ['beside an agent that is unknown', [...times(96, SCRIPT), ...times(3, GOOD), UNKNOWN], false],
    ['beside a script that was cancelled', [...times(96, SCRIPT), ...times(3, GOOD), CANCELLED], false],
    ['beside a fifth that was not counted', [...times(95, SCRIPT), ...times(4, GOOD), UNKNOWN], true],
  ])('%s: the headline is trusted: %#', (_, sessions, isTrustworthy) => {
    expect(reliability(sessions, 1).isTrustworthy).toBe(isTrustworthy);
  });
});

describe('the dominant mode', () => {
  const dominantOf = (...sessions: readonly RecordFacts[]) => reliability(sessions, 1).dominant?.mode ?? null;
  const CANCELLED = facts({ outcome: 'failed', grade: 0, failureModes: ['cancelled'] });

  test('is the most frequent failure of the work', () => {
    expect(dominantOf(NOOP, ...times(2, BROKEN))).toBe('ci_break');
  });

  test('is a failure of the work even where others are more frequent', () => {
    expect(dominantOf(...times(3, LIMITED), ...times(2, MISROUTED), NOOP)).toBe('noop');
  });

  test('is the most frequent of all where the work has no failure', () => {
    expect(dominantOf(CRASHED, ...times(2, LIMITED))).toBe('usage_limit');
    expect(dominantOf(...times(2, MISROUTED), CRASHED)).toBe('routing_mismatch');
  });

  test('is never that a person or a shutdown ended sessions', () => {
    expect(dominantOf(...times(2, CANCELLED), CRASHED)).toBe('crash');
    expect(dominantOf(CANCELLED, GOOD)).toBeNull();
  });
});

test('a failure of the machine is counted with those of the agent CLI', () => {
  const broken = facts({ outcome: 'failed', grade: 0, failureModes: ['setup'] });
  expect(reliability([broken, GOOD], 1)).toMatchObject({ counted: 1, notCounted: { harness: 1 } });
});

describe('what is no failure of the work', () => {
  test('a mismatch in a productive session', () => {
    expect(reliability([MISROUTED, GOOD], 1).failing.count).toBe(0);
    expect(reliability([{ ...MISROUTED, outcome: 'noop' }], 1).failing.count).toBe(1);
  });

  test('a crash after a delivery: counted, and not failing', () => {
    const report = reliability([facts({ failureModes: ['crash'] })], 1);
    expect(report).toMatchObject({ counted: 1, failing: { count: 0 } });
  });

  test('a failure that names no mode is one all the same', () => {
    expect(reliability([facts({ outcome: 'failed', grade: 0 })], 1).failing).toMatchObject({
      count: 1,
      rate: 1,
    });
  });
});

describe('shifts', () => {
  const shift = (report: ReturnType<typeof reliability>, mode: string) =>
    report.shifts.find((each) => each.mode === mode);

  test('the headline moved: 18 of 30 after 20 of 70', () => {
    const recent = [...times(18, NOOP), ...times(12, GOOD)];
    const earlier = [...times(20, NOOP), ...times(50, GOOD)];
    const report = reliability([...recent, ...earlier], 30);
    expect(report.windows).toEqual({ last: 100, compare: 30, before: 70 });
    // Fisher, calculated apart with whole numbers: 0.003843.
    expect(shift(report, 'failing')?.pValue).toBeCloseTo(0.003843, 5);
    expect(shift(report, 'failing')?.judgement).toBe('moved');
    expect(shift(report, 'noop')).toMatchObject({ judgement: 'moved' });
    expect(shift(report, 'failing')).toMatchObject({
      before: 20 / 70,
      after: 18 / 30,
      counts: { before: 20, after: 18 },
    });
  });

  test('alone it would have moved, among four it leans: 9 of 30 after 7 of 70', () => {
    const others = (count: number) => [
      ...times(count, facts({ failureModes: ['low_productivity'] })),
      ...times(count, facts({ failureModes: ['ci_break'] })),
      ...times(count, facts({ failureModes: ['routing_mismatch'] })),
    ];
    const recent = [...times(9, TIMED_OUT), ...others(3), ...times(12, GOOD)];
    const earlier = [...times(7, TIMED_OUT), ...others(7), ...times(42, GOOD)];
    const row = shift(reliability([...recent, ...earlier], 30), 'abandoned_loop');
    // 0.018069 raw, times four tests 0.072275.
    expect(row?.pValue).toBeCloseTo(0.018069, 5);
    expect(row?.adjustedPValue).toBeCloseTo(0.072275, 5);
    expect(row?.judgement).toBe('leaning');
  });

  test('noise is called noise', () => {
    const report = reliability(
      [...times(2, NOOP), ...times(28, GOOD), ...times(12, NOOP), ...times(58, GOOD)],
      30,
    );
    // 2 of 30 after 12 of 70: 0.218547.
    expect(shift(report, 'failing')).toMatchObject({ judgement: 'noise' });
    expect(shift(report, 'failing')?.pValue).toBeCloseTo(0.218547, 5);
  });

  test('a mode with fewer than five events is not tested', () => {
    const report = reliability([...times(4, NOOP), ...times(26, GOOD), ...times(70, GOOD)], 30);
    expect(shift(report, 'noop')).toBeUndefined();
    expect(shift(reliability([...times(5, NOOP), ...times(95, GOOD)], 30), 'noop')).toBeDefined();
  });

  test('nine counted sessions in a window are too few, ten are enough', () => {
    expect(reliability([...times(9, GOOD), ...times(5, LOST), ...times(50, GOOD)], 14).notCompared).toContain(
      'too few',
    );
    expect(
      reliability([...times(10, GOOD), ...times(5, LOST), ...times(50, GOOD)], 15).notCompared,
    ).toBeNull();
    expect(reliability(times(30, GOOD), 30).notCompared).toContain('too few');
    expect(reliability(times(29, GOOD), 20).notCompared).toContain('too few');
    expect(reliability(times(30, GOOD), 20).notCompared).toBeNull();
  });
});

test('groups of one size come by name, larger ones before them', () => {
  const named = (...harnesses: readonly string[]) =>
    reliability(
      harnesses.map((harness) => facts({ harness })),
      1,
    ).byHarness.map(({ name }) => name);
  expect(named('c', 'b', 'a', 'b')).toEqual(['b', 'a', 'c']);
  expect(named('a', 'b', 'c', 'c')).toEqual(['c', 'a', 'b']);
});

test('each group has its own productive sessions and its own mean grade', () => {
  const { byHarness, byModel } = reliability(
    [
      facts({ harness: 'a', model: 'm', grade: 0.5 }),
      facts({ harness: 'a', model: null, grade: 1 }),
      facts({ ...NOOP, harness: 'b', model: 'm' }),
    ],
    1,
  );
  const row = ({ name, productive, meanGrade }: (typeof byModel)[number]) => [name, productive, meanGrade];
  expect(byHarness.map(row)).toEqual([
    ['a', 2, 0.75],
    ['b', 0, 0],
  ]);
  expect(byModel.map(row)).toEqual([
    ['m', 1, 0.25],
    ['not said', 1, 1],
  ]);
});

test('groups: by category, harness and model, the largest first', () => {
  const { byCategory, byHarness, byModel } = reliability(
    [GOOD, NOOP, facts({ category: DOCS, model: 'm', grade: 0.5 }), facts({ ...LOST, category: DOCS }), GOOD],
    1,
  );
  expect(byCategory.map(({ name, sessions }) => [name, sessions])).toEqual([
    ['code', 3],
    ['docs', 2],
  ]);
  // 0.7, 0 and 0.7; and 0.5 alone, since no grade is no zero.
  expect(byCategory.map(({ meanGrade }) => meanGrade?.toFixed(4))).toEqual(['0.4667', '0.5000']);
  expect(byCategory[0]?.failing).toMatchObject({ count: 1, rate: 1 / 3 });
  expect(byCategory[1]?.failing).toMatchObject({ count: 0, rate: 0 });
  expect(byHarness).toHaveLength(1);
  expect(byModel.map(({ name }) => name)).toEqual(['not said', 'm']);
});

test('the numbers always add up', () => {
  const anyFacts = fc.record({
    category: fc.constantFrom('a' as CategoryName, 'b' as CategoryName),
    harness: fc.constant('h'),
    model: fc.constantFrom(null, 'm'),
    outcome: fc.constantFrom(...OUTCOMES),
    grade: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    failureModes: fc.uniqueArray(fc.constantFrom(...FAILURE_MODE_NAMES), { maxLength: 3 }),
    leftoverCount: fc.nat(3),
    survivorCount: fc.nat(3),
    isContained: fc.constantFrom(true, false, null),
  });
  fc.assert(
    fc.property(fc.array(anyFacts, { maxLength: 60 }), fc.nat(80), (all, recent) => {
      const report = reliability(all, recent);
      const sum = (counts: Readonly<Record<string, number>>): number =>
        Object.values(counts).reduce((a, b) => a + b, 0);
      expect(sum(report.outcomes)).toBe(all.length);
      expect(report.counted + sum(report.notCounted)).toBe(all.length);
      expect(report.windows.compare + report.windows.before).toBe(all.length);
      expect(report.failing.count).toBeLessThanOrEqual(report.counted);
      for (const groups of [report.byCategory, report.byHarness, report.byModel]) {
        expect(groups.reduce((total, { sessions }) => total + sessions, 0)).toBe(all.length);
        expect(groups.reduce((total, { failing }) => total + failing.count, 0)).toBe(report.failing.count);
      }
      // Sessions of one group that come as one object, as from the store, and each as its own, as from files.
      const groups = new Map(all.map((each) => [JSON.stringify(groupOf(each)), groupOf(each)]));
      const tally = new ReliabilityTally(recent);
      for (const each of all) tally.add(groups.get(JSON.stringify(groupOf(each))) ?? each, each);
      expect(tally.report()).toEqual(report);
    }),
  );
});

type Own = 'grade' | 'leftoverCount' | 'survivorCount';

/** A session without what is its own. */
function groupOf<T extends Pick<RecordFacts, Own>>(facts: T): Omit<T, Own> {
  const { grade: _, leftoverCount: __, survivorCount: ___, ...group } = facts;
  return group;
}
