import { describe, expect, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { OUTCOMES, type Outcome } from '../../src/domain/record-words.ts';
import { correctVerdict, type SaidVerdict } from '../../src/judge/correct-verdict.ts';
import { judge, judgeAgain } from '../../src/judge/judge.ts';
import { revertedVerdict } from '../../src/judge/reverted.ts';
import { Problem } from '../../src/lib/problem.ts';
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

  test('a declaration without a reason is worth nothing', () => {
    for (const reason of ['', ' \n'])
      expect(corrected({ declared: { kind: 'noop', reason } }, { outcome: 'noop' }).grade).toBe(0);
  });

  test('another outcome without a grade is told like any other', () => {
    const unknown = { outcome: 'unknown', grade: null, gradeParts: null, feedsBelief: false } as const;
    const reasons = ['unknown: it was lost'];
    expect(corrected({ ...unknown, reasons }, { outcome: 'not-run' })).toMatchObject({
      outcome: 'not-run',
      reasons: ['not-run: it only moved files (Ada)'],
    });
  });

  test('another outcome of the same grade keeps no opinion', () => {
    const opinion = { grade: 0, reason: 'it was not', gradeBefore: 0.05 };
    expect(corrected({ ...NOOP, opinion }, { outcome: 'failed' })).toMatchObject({ grade: 0, opinion: null });
  });

  test.each<[Outcome, number | null]>([
    ['productive', 0.1],
    ['productive', 1],
    ['noop', 0],
    ['noop', 0.05],
    ['failed', 0],
    ['blocked', null],
    ['not-run', null],
    ['unknown', null],
  ])('%s can have the grade %s', (outcome, grade) => {
    expect(corrected({}, { outcome, grade })).toMatchObject({ outcome, grade });
  });

  test('0.3 is not little productivity, and less is', () => {
    expect(corrected({}, { grade: 0.3 }).failureModes).toEqual([]);
    expect(corrected({}, { grade: 0.29 }).failureModes).toEqual(['low_productivity']);
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
  ['a productive one that was a noop', NOOP, { outcome: 'productive' }],
  ['a failed one above 0', {}, { outcome: 'failed', grade: 0.01 }],
  ['a blocked one with a grade', {}, { outcome: 'blocked', grade: 0 }],
  ['a noop that breaks the check', NOOP, { failureModes: ['noop', 'ci_break'] }],
  ['a productive one with the mode noop', {}, { failureModes: ['noop'] }],
  ['little productivity at 0.64', {}, { failureModes: ['low_productivity'] }],
])('%s is refused', (_, given, said) => {
  expect(() => corrected(given, said)).toThrow(expect.objectContaining({ code: 'contradiction' }));
});

test('a refusal says what cannot be, and what to say instead', () => {
  const refused = (given: Partial<SessionRecord>, said: SaidVerdict) => {
    try {
      corrected(given, said);
    } catch (error) {
      return error instanceof Problem ? [error.message, error.hint] : null;
    }
    return null;
  };
  const both = 'Give both, outcome= and grade=, so that they agree.';
  expect(refused({}, { outcome: 'noop', grade: 0.06 })).toEqual([
    'A grade of 0.06 cannot be that of the outcome noop: it is from 0 to 0.05.',
    both,
  ]);
  expect(refused({}, { outcome: 'failed', grade: 0.01 })).toEqual([
    'A grade of 0.01 cannot be that of the outcome failed: it is always 0.',
    both,
  ]);
  expect(refused({}, { outcome: 'blocked', grade: 0 })).toEqual([
    'A grade of 0 cannot be that of the outcome blocked: it has none.',
    both,
  ]);
  expect(refused({}, { grade: null })?.[0]).toBe(
    'A grade of none cannot be that of the outcome productive: it is from 0.1 to 1.',
  );
  expect(refused(NOOP, { outcome: 'productive' })).toEqual([
    'A productive session has a grade, and 0 is not one: it is from 0.1 to 1.',
    'Say which: grade=0.1 to grade=1.',
  ]);
  expect(refused({ outcome: 'blocked', grade: null }, { outcome: 'productive' })?.[0]).toBe(
    'A productive session has a grade, and none is not one: it is from 0.1 to 1.',
  );
  expect(refused({}, { failureModes: ['noop'] })).toEqual([
    'The mode noop cannot be that of a session with the outcome productive and grade 0.64.',
    'Leave it out, or correct the outcome too.',
  ]);
  expect(refused({ outcome: 'blocked', grade: null }, { failureModes: ['noop'] })?.[0]).toBe(
    'The mode noop cannot be that of a session with the outcome blocked and grade none.',
  );
});

describe('the reasons of a corrected record', () => {
  const reasons = [
    'productive: it delivered 1 commit',
    'check: the check: failed',
    'ci_break: the check: failed',
    'abandoned_loop: a todo',
  ];
  const given = { reasons, failureModes: ['ci_break', 'abandoned_loop'] } as const;

  test('are those that still hold, after the correction', () => {
    expect(corrected(given, { outcome: 'noop' }).reasons).toEqual([
      'noop: it only moved files (Ada)',
      'check: the check: failed',
      'abandoned_loop: a todo',
    ]);
    expect(corrected(given, { grade: 0.5 }).reasons).toEqual([
      'productive: it only moved files (Ada)',
      ...reasons,
    ]);
    expect(corrected(given, { failureModes: ['ci_break'] }).reasons).toEqual([
      'productive: it only moved files (Ada)',
      ...reasons.slice(0, 3),
    ]);
  });

  test('are those that it had, where what is said was known', () => {
    expect(corrected(given, { failureModes: ['abandoned_loop', 'ci_break'] })).toMatchObject(given);
  });
});

test('the words of another system about a broken check or little productivity are kept', () => {
  const imported = { source: 'import', outcome: 'failed', grade: 0, feedsBelief: false } as const;
  expect(corrected({ ...imported, failureModes: [] }, { failureModes: ['ci_break'] })).toMatchObject({
    failureModes: ['ci_break', 'low_productivity'],
    feedsBelief: false,
  });
  expect(() => corrected({ ...imported, failureModes: [] }, { failureModes: ['noop'] })).toThrow(
    /The mode noop/,
  );
});

test('every corrected verdict keeps the invariants, whatever the correction', () => {
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

  test('of another system, without a grade, is not little productivity', () => {
    const imported = recordOf(1, { source: 'import', grade: null, gradeParts: null, feedsBelief: false });
    expect(revertedVerdict(imported, 'by abc')).toMatchObject({ grade: null, failureModes: ['reverted'] });
  });

  test('keeps the grade that a person gave it', () => {
    const said = correctVerdict(recordOf(1, verdict), { grade: 0.8 }, 'it is good (Ada)');
    expect(revertedVerdict(said, 'by abc')).toMatchObject({ grade: 0.8, failureModes: ['reverted'] });
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
