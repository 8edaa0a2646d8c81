import { expect, test } from 'vitest';
import type { CategoryName } from '../../src/domain/ids.ts';
import type { RecordFacts } from '../../src/domain/record-facts.ts';
import type { RunType } from '../../src/domain/record.ts';
import { CategoriesTally } from '../../src/report/categories.ts';
import { factsOf } from '../support/facts.ts';

const SINCE = new Date(Date.UTC(2026, 0, 1));
const UNTIL = new Date(Date.UTC(2026, 0, 8));

function report(sessions: readonly RecordFacts[], configured: readonly string[] = []) {
  const tally = new CategoriesTally();
  for (const each of sessions) tally.add(each, each);
  return tally.report({
    since: SINCE,
    until: UNTIL,
    configured,
    lastStarts: new Map([['docs', '2025-12-24T12:00:00.000Z']]),
    leftOut: { older: 2, imported: 3, oneoff: 0 },
  });
}

function session(category: string, grade: number | null = 0.5, runType: RunType = 'timer'): RecordFacts {
  return factsOf(0, { category: category as CategoryName, grade, runType });
}

test('counts, shares, the longest run, and how many categories it amounts to', () => {
  const result = report('a a b a a a b c'.split(' ').map((name) => session(name)));
  expect(result.categories.map((row) => [row.category, row.sessions, row.share, row.longestRun])).toEqual([
    ['a', 5, 5 / 8, 3],
    ['b', 2, 2 / 8, 1],
    ['c', 1, 1 / 8, 1],
  ]);
  expect(result.longestRun).toEqual({ category: 'a', sessions: 3 });
  // exp(−Σ p ln p)
  expect(result.effectiveNumber).toBeCloseTo(
    Math.exp(-(0.625 * Math.log(0.625) + 0.25 * Math.log(0.25) + 0.125 * Math.log(0.125))),
    12,
  );
  expect(report(['a', 'b', 'c'].map((name) => session(name))).effectiveNumber).toBeCloseTo(3, 12);
});

test('the most frequent category comes first, and of equal ones the first by name', () => {
  const names = (sessions: string): string[] =>
    report(sessions.split(' ').map((name) => session(name))).categories.map(({ category }) => category);
  expect(names('c b a b')).toEqual(['b', 'a', 'c']);
  expect(names('a b c c')).toEqual(['c', 'a', 'b']);
});

test('the longest run is found wherever it was, and of equal ones the one of the category that came first', () => {
  const longest = (sessions: string) => report(sessions.split(' ').map((name) => session(name))).longestRun;
  expect(longest('b a a c')).toEqual({ category: 'a', sessions: 2 });
  expect(longest('b b a a')).toEqual({ category: 'b', sessions: 2 });
});

test('what is configured and was not started is named, with when it was', () => {
  expect(report([session('a')], ['a', 'docs', 'new']).neverRun).toEqual([
    { category: 'docs', lastStartedAt: '2025-12-24T12:00:00.000Z' },
    { category: 'new', lastStartedAt: null },
  ]);
});

test('a session that never got to work is no attention, as the plan sees it, and is counted apart', () => {
  const refused = (category: string): RecordFacts => ({ ...session(category, null), outcome: 'not-run' });
  const result = report(
    [session('b'), refused('b'), refused('docs'), refused('docs'), session('b'), session('a')],
    ['a', 'b', 'docs'],
  );
  expect(result).toMatchObject({
    sessions: 3,
    notRun: 3,
    leftOut: { older: 2, imported: 3, oneoff: 0 },
    longestRun: { category: 'b', sessions: 2 },
    categories: [
      { category: 'b', sessions: 2, share: 2 / 3 },
      { category: 'a', sessions: 1, share: 1 / 3 },
    ],
    neverRun: [{ category: 'docs', lastStartedAt: '2025-12-24T12:00:00.000Z' }],
  });
  expect(result.effectiveNumber).toBeCloseTo(
    Math.exp(-((2 / 3) * Math.log(2 / 3) + (1 / 3) * Math.log(1 / 3))),
    12,
  );
});

test('nothing at all', () => {
  expect(report([])).toMatchObject({ sessions: 0, effectiveNumber: 0, longestRun: null, categories: [] });
});

test('a mean grade counts only those that have one', () => {
  const [row] = report([session('a', 0.4), session('a', 0.6), session('a', null)]).categories;
  expect(row?.grade).toMatchObject({ count: 2, mean: 0.5 });
  const [none] = report([session('a', null)]).categories;
  expect(none?.grade).toEqual({ count: 0, mean: null, interval: [0, 1] });
});

test('respawned sessions are counted by category, graded or not', () => {
  const runs = [session('a'), session('a', 0.5, 'respawn'), session('a', null, 'respawn'), session('b')];
  expect(report(runs).categories.map((row) => [row.category, row.respawned])).toEqual([
    ['a', 2],
    ['b', 0],
  ]);
});

test('respawned sessions are compared with those that a timer or a person started, and with no import', () => {
  const { respawned, others } = report([
    session('a', 0.9, 'respawn'),
    session('a', 0.2, 'timer'),
    session('a', 0.4, 'manual'),
    session('a', 0.7, 'import'),
  ]).respawn;
  expect(respawned).toMatchObject({ count: 1, mean: 0.9 });
  expect(others.count).toBe(2);
  expect(others.mean).toBeCloseTo(0.3, 12);
});

test('respawned sessions are compared within their category, not with those of worse ones', () => {
  const many = (count: number, ...of: Parameters<typeof session>): RecordFacts[] =>
    Array.from({ length: count }, () => session(...of));
  const result = report([
    // Only the good category is ever followed by another, and there it makes no difference.
    ...many(40, 'good', 0.8),
    ...many(40, 'good', 0.8, 'respawn'),
    ...many(120, 'poor', 0.2),
  ]);
  const { respawned, others, difference } = result.respawn;
  expect(respawned.mean).toBeCloseTo(0.8, 12);
  expect(others.mean).toBeCloseTo((40 * 0.8 + 120 * 0.2) / 160, 12);
  expect(difference?.difference).toBeCloseTo(0, 12);
  expect(difference?.interval[0]).toBeLessThan(0);
  expect(difference?.interval[1]).toBeGreaterThan(0);
  const tired = report([...many(40, 'good', 0.8), ...many(40, 'good', 0.5, 'respawn')]).respawn;
  expect(tired.difference?.difference).toBeCloseTo(-0.3, 12);
  expect(tired.difference?.interval[1]).toBeLessThan(0);
  expect(report(many(5, 'good', 0.8, 'respawn')).respawn.difference).toBeNull();
});
