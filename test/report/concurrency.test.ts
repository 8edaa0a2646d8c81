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

test('a lock that passes on at the same moment is not held twice', () => {
  const result = report([hold('a', 0, 10), hold('a', 10, 20)]);
  expect(result).toMatchObject({ peak_concurrency: 1, same_lock_violations: 0 });
});

test('the timeline gives the share of each part', () => {
  const [row] = report([hold('a', 5, 10), hold('a', 12, 14), hold('a', 30, 50)]).locks;
  expect(row?.timeline.map((share) => Number(share.toFixed(6)))).toEqual([0.5, 0.2, 0, 1, 1, 0]);
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

  test('a release that nobody noted: the record says when it was over, or the kernel that it is not', () => {
    const next = hold('a', 20, 30);
    const recorded = (end: number) => hold('a', 1, null, { endedAt: at(end * 60_000) });
    expect(report([recorded(15), next]).same_lock_violations).toBe(0);
    expect(report([recorded(25), next]).same_lock_violations).toBe(1);
    expect(report([hold('a', 1, null, { isHeldNow: true }), next]).same_lock_violations).toBe(1);
  });

  test('where nobody knows the end, nothing is claimed, and that is said', () => {
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
