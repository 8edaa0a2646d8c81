import { describe, expect, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { OUTCOMES } from '../../src/domain/record-words.ts';
import { correctVerdict, type SaidVerdict } from '../../src/judge/correct-verdict.ts';
import { judge, judgeAgain } from '../../src/judge/judge.ts';
import { revertedVerdict } from '../../src/judge/reverted.ts';
import { seededRandom } from '../../src/lib/random.ts';
import { CODE, commit, evidenceOf, stopped } from '../support/evidence.ts';
import { recordOf } from '../support/records.ts';

function corrected(given: Partial<SessionRecord>, said: SaidVerdict) {
  return correctVerdict(recordOf(1, given), said, 'it only moved files (Ada)');
}

const NOOP = { outcome: 'noop', grade: 0, gradeParts: null, failureModes: ['noop'] } as const;

describe('what follows from a corrected outcome', () => {
  test('a noop has the grade and the mode of one, and says who said so', () => {
    expect(
      corrected({ failureModes: ['ci_break', 'abandoned_loop'], grade: 0.4 }, { outcome: 'noop' }),
    ).toEqual({
      outcome: 'noop',
      grade: 0,
      gradeParts: null,
      failureModes: ['abandoned_loop', 'noop'],
      reasons: ['noop: it only moved files (Ada)'],
      feedsBelief: true,
      judgeVersion: 1,
      opinion: null,
    });
    const declared = { kind: 'noop', reason: 'the queue is empty' } as const;
    expect(corrected({ declared }, { outcome: 'noop' }).grade).toBe(0.05);
  });

  test.each(['not-run', 'blocked', 'unknown'] as const)('%s has no grade and moves no belief', (outcome) => {
    const verdict = corrected({}, { outcome });
    expect([verdict.grade, verdict.gradeParts, verdict.feedsBelief]).toEqual([null, null, false]);
    expect(verdict.failureModes).toEqual(outcome === 'blocked' ? ['blocked'] : []);
  });

  test('failed is 0', () => {
    expect(corrected({}, { outcome: 'failed' })).toMatchObject({ grade: 0, failureModes: [] });
  });

  test('productive needs a grade: nobody can guess one', () => {
    expect(() => corrected(NOOP, { outcome: 'productive' })).toThrow(/a grade, and 0 is not one/);
    expect(corrected(NOOP, { outcome: 'productive', grade: 0.2 })).toMatchObject({
      grade: 0.2,
      failureModes: ['low_productivity'],
    });
    // A grade that was given afterwards says it already.
    expect(corrected({ ...NOOP, grade: 0.6 }, { outcome: 'productive' })).toMatchObject({
      grade: 0.6,
      failureModes: [],
    });
  });

  test('a mode of provider, harness or host keeps it from moving beliefs', () => {
    const stuck = { outcome: 'failed', grade: 0, gradeParts: null, failureModes: ['stuck'] } as const;
    expect(corrected(stuck, { outcome: 'noop' }).feedsBelief).toBe(false);
    expect(corrected(stuck, { failureModes: [] }).feedsBelief).toBe(true);
  });

  test('only modes: the grade and its parts stay', () => {
    const record = recordOf(1);
    expect(correctVerdict(record, { failureModes: ['abandoned_loop'] }, 'a todo')).toMatchObject({
      grade: record.grade,
      gradeParts: record.gradeParts,
      failureModes: ['abandoned_loop'],
    });
  });
});

test.each<[string, Partial<SessionRecord>, SaidVerdict]>([
  ['a noop with a grade above 0.05', {}, { outcome: 'noop', grade: 0.06 }],
  ['a productive one below 0.1', {}, { grade: 0.09 }],
  ['a productive one without a grade', {}, { grade: null }],
  ['a failed one above 0', {}, { outcome: 'failed', grade: 0.01 }],
  ['a blocked one with a grade', {}, { outcome: 'blocked', grade: 0 }],
  ['a noop that breaks the check', NOOP, { failureModes: ['noop', 'ci_break'] }],
  ['a productive one with the mode noop', {}, { failureModes: ['noop'] }],
  ['little productivity at 0.64', {}, { failureModes: ['low_productivity'] }],
])('%s is refused', (_, given, said) => {
  expect(() => corrected(given, said)).toThrow(expect.objectContaining({ code: 'contradiction' }));
});

test('whatever is said of any record, a verdict that comes out keeps the invariants', () => {
  const draw = seededRandom(11);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(draw() * from.length)] as T;
  let accepted = 0;
  for (let i = 0; i < 3000; i++) {
    const outcome = pick(OUTCOMES);
    const grade = pick([null, 0, 0.05, 0.1, 0.2, 0.7, 1]);
    const said = {
      ...pick([{}, { outcome: pick(OUTCOMES) }]),
      ...pick([{}, { grade: pick([null, 0, 0.05, 0.4]) }]),
    };
    let verdict;
    try {
      verdict = corrected({ outcome, grade }, said);
    } catch {
      continue;
    }
    accepted++;
    const { outcome: now, grade: g } = verdict;
    if (now === 'productive') expect(g).toBeGreaterThanOrEqual(0.1);
    else if (now === 'noop') expect(g).toBeLessThanOrEqual(0.05);
    else expect(g).toBe(now === 'failed' ? 0 : null);
    expect(verdict.failureModes.includes('noop')).toBe(now === 'noop');
    expect(verdict.failureModes.includes('blocked')).toBe(now === 'blocked');
  }
  expect(accepted).toBeGreaterThan(500);
});

describe('work that was reverted', () => {
  const verdict = judge(CODE, stopped(), evidenceOf({ commits: [commit(40)] }));

  test('stays productive; its quality is 0.1', () => {
    const reverted = revertedVerdict(verdict, 'by abc');
    // 0.10 + 0.90 × (1 - e^-1.1) × 0.1 × 1
    expect(reverted).toMatchObject({ outcome: 'productive', grade: 0.16, feedsBelief: true });
    expect(reverted.failureModes).toEqual(['reverted', 'low_productivity']);
    expect(reverted.reasons.at(-1)).toBe('reverted: by abc');
  });

  test('twice is once, and what delivered nothing cannot be', () => {
    const reverted = revertedVerdict(verdict, 'by abc');
    expect(revertedVerdict(reverted, 'by def')).toEqual(reverted);
    const noop = judge(CODE, stopped(), evidenceOf());
    expect(revertedVerdict(noop, 'by abc')).toEqual(noop);
  });

  test('judged again it is still reverted', () => {
    const evidence = evidenceOf({ commits: [commit(40), commit(40)] });
    const record = recordOf(1, revertedVerdict(verdict, 'by abc'));
    const again = judgeAgain(record, evidence);
    expect(again.failureModes).toContain('reverted');
    expect(again.reasons).toContain('reverted: by abc');
    expect(judgeAgain({ ...record, ...again }, evidence)).toEqual(again);
  });
});
