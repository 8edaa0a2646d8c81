import { fc } from '../support/fixed-seed.ts';
import { describe, expect, test } from 'vitest';
import { concurrency, type ConcurrencyInput, type HoldFacts } from '../../src/report/concurrency.ts';

const BEGIN = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
const at = (ms: number): string => new Date(BEGIN + ms).toISOString();

/** A hold of `lock` from minute to minute; the order of the notes is the order of the times unless it is given. */
function hold(lock: string, from: number, to: number | null, given: Partial<HoldFacts> = {}): HoldFacts {
  return {
    lock,
    sessionId: `${lock}${from}`,
    takenSeq: from,
    takenAt: at(from * 60_000),
    givenSeq: to,
    givenAt: to === null ? null : at(to * 60_000),
    endedAt: null,
    isHeldNow: false,
    ...given,
  };
}

function report(holds: readonly HoldFacts[], given: Partial<ConcurrencyInput> = {}) {
  return concurrency({
    since: new Date(BEGIN),
    until: new Date(BEGIN + HOUR),
    holds,
    refusals: new Map(),
    locks: [],
    cells: 6,
    leftOut: { imported: 0 },
    ...given,
  });
}

test('counts what was taken in the window, and the most at once, with what reached into it', () => {
  const result = report([hold('a', -30, 15), hold('b', 5, 10), hold('c', 9, 20), hold('a', 15, 70)], {
    refusals: new Map([['b', 3]]),
    locks: ['d'],
  });
  expect(result).toMatchObject({
    peak_concurrency: 3,
    total_acquisitions: 3,
    same_lock_violations: 0,
    peakAt: at(9 * 60_000),
    refusals: 3,
    unknownReleases: 0,
  });
  expect(result.locks.map((row) => [row.lock, row.acquisitions, row.refusals, row.utilisation])).toEqual([
    ['a', 1, 0, 1],
    ['c', 1, 0, 11 / 60],
    ['b', 1, 3, 5 / 60],
    ['d', 0, 0, 0],
  ]);
});

test('of nothing says so', () => {
  expect(report([], { leftOut: { imported: 2 } })).toEqual({
    peak_concurrency: 0,
    leftOut: { imported: 2 },
    total_acquisitions: 0,
    same_lock_violations: 0,
    since: at(0),
    until: at(HOUR),
    peakAt: null,
    refusals: 0,
    unknownReleases: 0,
    violations: [],
    locks: [],
  });
});

test('the peak is the first of two that are alike', () => {
  const result = report([hold('a', 0, 10), hold('b', 20, 30)]);
  expect(result).toMatchObject({ peak_concurrency: 1, peakAt: at(0), total_acquisitions: 2 });
});

test('a lock that was only refused is listed, and equal ones by their names', () => {
  const { locks } = report([], { refusals: new Map([['c', 2]]), locks: ['z', 'b'] });
  expect(locks.map(({ lock, refusals }) => [lock, refusals])).toEqual([
    ['b', 0],
    ['c', 2],
    ['z', 0],
  ]);
});

test('a hold that goes on, or whose end is unknown, is drawn to the end of the window', () => {
  const held = report([hold('a', 30, null, { isHeldNow: true })]).locks[0];
  expect(held).toMatchObject({ heldMs: HOUR / 2, utilisation: 0.5, isHeldNow: true });
  expect(report([hold('a', 30, null)]).locks[0]).toMatchObject({ heldMs: HOUR / 2, isHeldNow: false });
  const recorded = hold('a', 30, null, { endedAt: at(40 * 60_000) });
  expect(report([recorded])).toMatchObject({ unknownReleases: 0, locks: [{ heldMs: HOUR / 6 }] });
  const again = report([hold('a', 0, 10), hold('a', 30, null, { isHeldNow: true })]).locks[0];
  expect(again).toMatchObject({ isHeldNow: true });
});

test('a hold that was over within its millisecond has been there', () => {
  expect(report([hold('a', 5, 5)])).toMatchObject({ peak_concurrency: 1, locks: [{ heldMs: 1 }] });
});

test('a window without length has no shares', () => {
  const [row] = report([hold('a', -5, 5)], { until: new Date(BEGIN) }).locks;
  expect(row).toMatchObject({ utilisation: 0, timeline: [0, 0, 0, 0, 0, 0] });
});

test('holds whose clock was set back between them add up all the same', () => {
  const holds = [hold('a', 30, 40), hold('a', 5, 10, { takenSeq: 41, givenSeq: 42 })];
  expect(report(holds).locks[0]?.heldMs).toBe(15 * 60_000);
});

test('a lock that passes on at the same moment is not held twice', () => {
  const result = report([hold('a', 0, 10), hold('a', 10, 20)]);
  expect(result).toMatchObject({ peak_concurrency: 1, same_lock_violations: 0 });
});

test('the timeline gives the share of each part', () => {
  const [row] = report([hold('a', 5, 10), hold('a', 12, 14), hold('a', 30, 50)]).locks;
  expect(row?.timeline.map((share) => Number(share.toFixed(6)))).toEqual([0.5, 0.2, 0, 1, 1, 0]);
  const [across] = report([hold('a', -30, 15), hold('a', 50, 90)]).locks;
  expect(across?.timeline).toEqual([1, 0.5, 0, 0, 0, 1]);
  const [twice] = report([hold('a', 1, 2), hold('a', 5, 7)]).locks;
  expect(twice?.timeline.map((share) => Number(share.toFixed(6)))).toEqual([0.3, 0, 0, 0, 0, 0]);
});

describe('two holders of one lock', () => {
  test('are found by the order of the notes, whatever the clock said', () => {
    const overlap = [hold('a', 1, 30), hold('a', 10, 20)];
    expect(report(overlap)).toMatchObject({
      same_lock_violations: 1,
      violations: [{ lock: 'a', first: 'a1', second: 'a10', at: at(600_000) }],
    });
    // The clock was set back between them; the kernel gave the lock to one after the other.
    const setBack = [hold('a', 1, 30, { givenSeq: 2 }), hold('a', 10, 40, { takenSeq: 3 })];
    expect(report(setBack).same_lock_violations).toBe(0);
  });

  test('each that came meanwhile counts, also behind a short one', () => {
    const holds = [hold('a', 1, 50), hold('a', 10, 20), hold('a', 30, 40), hold('a', 55, 58)];
    expect(report(holds).violations.map(({ first, second }) => [first, second])).toEqual([
      ['a1', 'a10'],
      ['a1', 'a30'],
    ]);
    expect(report(holds).locks[0]?.heldMs).toBe(52 * 60_000);
  });

  test('a release without a note: the record says when it was over, or the kernel that it is not', () => {
    const next = hold('a', 20, 30);
    const recorded = (end: number) => hold('a', 1, null, { endedAt: at(end * 60_000) });
    expect(report([recorded(15), next]).same_lock_violations).toBe(0);
    expect(report([recorded(20), next]).same_lock_violations).toBe(0);
    expect(report([recorded(25), next]).same_lock_violations).toBe(1);
    expect(report([hold('a', 1, null, { isHeldNow: true }), next]).same_lock_violations).toBe(1);
  });

  test('the one that ends last is compared with the next, however its end is known', () => {
    const pairs = (...holds: HoldFacts[]) =>
      report(holds).violations.map(({ first, second }) => `${first} ${second}`);
    const held = (from: number) => hold('a', from, null, { isHeldNow: true });
    const recorded = (from: number, end: number) => hold('a', from, null, { endedAt: at(end * 60_000) });
    expect(pairs(held(1), hold('a', 10, 20), hold('a', 30, 40))).toEqual(['a1 a10', 'a1 a30']);
    expect(pairs(hold('a', 1, 30), held(10), hold('a', 40, 50))).toEqual(['a1 a10', 'a10 a40']);
    expect(pairs(hold('a', 1, 50), recorded(10, 15), hold('a', 30, 40))).toEqual(['a1 a10', 'a1 a30']);
    expect(pairs(recorded(1, 15), hold('a', 10, 40), hold('a', 30, 35))).toEqual(['a1 a10', 'a10 a30']);
    expect(pairs(hold('a', 1, 20), recorded(10, 40), hold('a', 30, 35))).toEqual(['a1 a10', 'a10 a30']);
    expect(pairs(recorded(1, 50), hold('a', 10, 20), hold('a', 30, 40))).toEqual(['a1 a10', 'a1 a30']);
    expect(pairs(hold('a', 1, null), hold('a', 10, 40), hold('a', 30, 35))).toEqual(['a10 a30']);
    expect(pairs(hold('a', 1, 50), hold('a', 10, null), hold('a', 30, 35))).toEqual(['a1 a10', 'a1 a30']);
  });

  test('of two that end at the same moment, the one that took it first is compared with the next', () => {
    const recorded = (from: number) => hold('a', from, null, { endedAt: at(40 * 60_000) });
    expect(
      report([recorded(1), recorded(10), hold('a', 30, 35)]).violations.map(({ second, first }) => [
        first,
        second,
      ]),
    ).toEqual([
      ['a1', 'a10'],
      ['a1', 'a30'],
    ]);
  });

  test('the one whose end was noted last is it, whatever the clock said of both', () => {
    const clock = { givenAt: at(20 * 60_000) };
    const holds = [
      hold('a', 1, 50, clock),
      hold('a', 10, 20, { givenAt: at(45 * 60_000) }),
      hold('a', 30, 40),
    ];
    expect(report(holds).violations.map(({ first, second }) => `${first} ${second}`)).toEqual([
      'a1 a10',
      'a1 a30',
    ]);
    const later = [
      hold('a', 1, 20, { givenAt: at(45 * 60_000) }),
      hold('a', 10, 50, clock),
      hold('a', 30, 40),
    ];
    expect(report(later).violations.map(({ first, second }) => `${first} ${second}`)).toEqual([
      'a1 a10',
      'a10 a30',
    ]);
  });

  test('where the end is unknown, the report claims nothing and says so', () => {
    const result = report([hold('a', 1, null), hold('a', 20, 30)]);
    expect(result).toMatchObject({ same_lock_violations: 0, unknownReleases: 1 });
    expect(report([hold('a', 1, null, { isHeldNow: true })]).unknownReleases).toBe(0);
  });
});

test('the peak is the most that any moment has seen', () => {
  const minute = fc.integer({ min: 0, max: 59 });
  const span = fc.tuple(minute, fc.integer({ min: 1, max: 30 }));
  fc.assert(
    fc.property(fc.array(span, { maxLength: 40 }), (spans) => {
      const holds = spans.map(([from, length], index) => hold(`lock${index}`, from, from + length));
      const moments = Array.from(
        { length: 60 },
        (_, now) => spans.filter(([from, length]) => from <= now && now < from + length).length,
      );
      expect(report(holds).peak_concurrency).toBe(Math.max(...moments));
    }),
  );
});
