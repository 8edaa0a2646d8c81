import { describe, expect, test } from 'vitest';
import type { RecordFacts } from '../../src/domain/record-facts.ts';
import { leftOfBeliefs } from '../../src/learn/left-of-beliefs.ts';
import { isReportedOn, leftByAttention, leftOfTime } from '../../src/report/left-out.ts';
import { factsOf } from '../support/facts.ts';

function count(sessions: number, given: Partial<RecordFacts> = {}, recent = sessions) {
  return { group: factsOf(0, given), sessions, recent };
}

const ALL = [
  count(40),
  count(7, { attended: 'yes' }),
  count(5, { attended: 'unknown', outcome: 'unknown', grade: null }),
  count(100, { attended: 'unknown', outcome: 'not-run', grade: null, failureModes: ['overload'] }),
  count(3, { attended: 'yes', outcome: 'not-run', grade: null, failureModes: ['setup'] }),
  count(2, { outcome: 'not-run', grade: null }),
];
const SUM = 157;

describe('the reliability report', () => {
  test('a session that never got to work is in it, with a person or without', () => {
    const shown = ALL.filter(({ group }) => isReportedOn(group, false)).map(({ sessions }) => sessions);
    expect(shown).toEqual([40, 100, 3, 2]);
    const attended = ALL.filter(({ group }) => isReportedOn(group, true)).map(({ sessions }) => sessions);
    expect(attended).toEqual([7, 5, 100, 3]);
  });

  test.each([
    [145, false, { attended: 7, notKnown: 5, unattended: 0, older: 0 }],
    [100, false, { attended: 7, notKnown: 5, unattended: 0, older: 45 }],
    [115, true, { attended: 0, notKnown: 0, unattended: 42, older: 0 }],
    [15, true, { attended: 0, notKnown: 0, unattended: 42, older: 100 }],
  ])('what it counts and what it leaves out are all records: %s of them', (shown, isAttended, left) => {
    expect(leftByAttention(ALL, shown, isAttended)).toEqual(left);
    expect(shown + Object.values(left).reduce((a, b) => a + b)).toBe(SUM);
  });
});

test('a report on a time names imported sessions, those of no category, and older ones', () => {
  const counts = [count(9, {}, 4), count(6, { source: 'import' }, 5), count(2, { runType: 'oneoff' }, 1)];
  expect(leftOfTime(counts)).toEqual({ older: 7, imported: 5, oneoff: 1 });
  expect(leftOfTime([])).toEqual({ older: 0, imported: 0, oneoff: 0 });
});

test('what moved beliefs and what did not are all records', () => {
  const counts = [...ALL, count(11, { source: 'import' })];
  // 40 moved them, and so might the imported ones.
  expect(leftOfBeliefs(counts, 'own', 40)).toEqual({
    imported: 11,
    turnedAway: 100,
    attended: 10,
    notKnown: 5,
    noWord: 2,
  });
  expect(leftOfBeliefs(counts, 'with-imported', 51)).toMatchObject({ imported: 0, noWord: 2 });
});
