import { fc } from '../support/fixed-seed.ts';
import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/domain/evidence.ts';
import type { StopReason } from '../../src/domain/record.ts';
import { STOP_REASONS } from '../../src/domain/record-schema.ts';
import { judge, judgeAgain } from '../../src/judge/judge.ts';
import { applyOpinion, canBeLowered, parseOpinion } from '../../src/judge/opinion.ts';
import { revertedVerdict } from '../../src/judge/reverted.ts';
import { recordOf } from '../support/records.ts';
import { CODE, commit, evidenceOf, stopped } from '../support/evidence.ts';

const productive = judge(CODE, stopped(), evidenceOf({ commits: [commit(40)] }));

describe('an opinion', () => {
  test('lowers the grade, and says so', () => {
    const verdict = applyOpinion(productive, { grade: 0.4, reason: 'half of it is a copy' });
    expect(verdict).toMatchObject({
      outcome: 'productive',
      grade: 0.4,
      failureModes: [],
      opinion: { grade: 0.4, reason: 'half of it is a copy', gradeBefore: productive.grade },
    });
    expect(verdict.reasons.at(-1)).toBe(
      `judge command: 0.4 (lowered from ${productive.grade}): half of it is a copy`,
    );
  });

  test('a veto ends at the lowest grade of the outcome, with its mode', () => {
    const verdict = applyOpinion(productive, { grade: 0, reason: 'worthless' });
    expect(verdict).toMatchObject({ outcome: 'productive', grade: 0.1, failureModes: ['low_productivity'] });
    expect(verdict.reasons.at(-1)).toBe('low_productivity: its grade is under 0.3');
  });

  test('of work that is hardly productive already adds no second mode', () => {
    const hardly = judge(CODE, stopped(), evidenceOf({ commits: [commit(1)] }));
    const verdict = applyOpinion(hardly, { grade: 0.1, reason: 'a typo' });
    expect(verdict).toMatchObject({ grade: 0.1, failureModes: ['low_productivity'] });
    expect(verdict.reasons.filter((reason) => reason.startsWith('low_productivity'))).toHaveLength(1);
  });

  test('of 0.3 is not low', () => {
    const verdict = applyOpinion(productive, { grade: 0.3, reason: 'half of it is a copy' });
    expect(verdict).toMatchObject({ grade: 0.3, failureModes: [] });
  });

  test('never raises: it is kept, and changes nothing', () => {
    const verdict = applyOpinion(productive, { grade: 1, reason: 'splendid' });
    expect(verdict.grade).toBe(productive.grade);
    expect(verdict.reasons.at(-1)).toBe('judge command: 1 (not lower): splendid');
    expect(verdict.opinion).toMatchObject({ grade: 1, gradeBefore: productive.grade });
  });

  test('of a declared noop it takes the 0.05', () => {
    const noop = judge(
      CODE,
      stopped(),
      evidenceOf({ declared: { kind: 'noop', reason: 'the queue is empty' } }),
    );
    expect(applyOpinion(noop, { grade: 0, reason: 'it was not' })).toMatchObject({
      outcome: 'noop',
      grade: 0,
    });
  });

  test('whatever it says: the outcome stays, the grade stays in its band and never rises', () => {
    const anyOpinion = fc.record({ grade: fc.double({ min: 0, max: 1, noNaN: true }), reason: fc.string() });
    fc.assert(
      fc.property(
        fc.constantFrom(...STOP_REASONS),
        fc.nat(3),
        fc.boolean(),
        anyOpinion,
        (reason, commits, isDeclared, opinion) => {
          const evidence = evidenceOf({
            commits: Array.from({ length: commits }, (_, index) => commit(index * 7)),
            declared: isDeclared ? { kind: 'noop', reason: 'nothing to do' } : null,
          });
          const before = judge(CODE, stopped(reason), evidence);
          const after = applyOpinion(before, opinion);
          expect(after.outcome).toBe(before.outcome);
          expect(after.feedsBelief).toBe(before.feedsBelief);
          if (before.grade === null) expect(after).toBe(before);
          else expect(after.grade).toBeLessThanOrEqual(before.grade);
          if (after.outcome === 'productive') expect(after.grade).toBeGreaterThanOrEqual(0.1);
          if (after.grade !== before.grade) expect(canBeLowered(before)).toBe(true);
        },
      ),
    );
  });
});

test.each<[string, boolean, StopReason, Partial<Evidence>]>([
  ['a delivery', true, 'completed', { commits: [commit(1)] }],
  ['a declared noop', true, 'completed', { declared: { kind: 'noop', reason: 'the queue is empty' } }],
  ['a noop', false, 'completed', {}],
  ['a failure', false, 'crashed', {}],
  ['a question to a person', false, 'asked', {}],
  ['a session that was lost', false, 'lost', {}],
  ['a session that never started', false, 'not-started', {}],
])('an opinion on %s could lower its grade: %s', (_, expected, reason, given) => {
  expect(canBeLowered(judge(CODE, stopped(reason), evidenceOf(given)))).toBe(expected);
});

test.each([
  ['', /no JSON/],
  ['0.5 because', /no JSON/],
  ['{"grade": NaN, "reason": "x"}', /no JSON/],
  ['{"grade": "0.5", "reason": "x"}', /printed no \{/],
  ['{"grade": 1.5, "reason": "x"}', /printed no \{/],
  ['{"grade": -0.1, "reason": "x"}', /printed no \{/],
  ['{"grade": 1e999, "reason": "x"}', /printed no \{/],
  ['{"grade": 0.5}', /printed no \{/],
  ['{"grade": 0.5, "reason": "  "}', /printed no \{/],
  ['[{"grade": 0.5, "reason": "x"}]', /printed no \{/],
  ['null', /printed no \{/],
])('%s is no opinion', (text, because) => {
  expect(parseOpinion(text)).toEqual({ refused: expect.stringMatching(because) });
});

test('the reason is one line without escape sequences, and not for ever long', () => {
  const text = JSON.stringify({ grade: 0.5, reason: `red\u001b[31m\n${'x'.repeat(2000)}`, more: true });
  const opinion = parseOpinion(text);
  expect('reason' in opinion && opinion.reason).toMatch(/^red x+…$/);
  expect('reason' in opinion && opinion.reason.length).toBe(500);
});

test('work that is reverted later is not worth more for having been lowered, and stays lowered when judged again', () => {
  const lowered = applyOpinion(productive, { grade: 0.12, reason: 'thin' });
  expect(revertedVerdict(lowered, 'by abc')).toMatchObject({ grade: 0.12, opinion: { grade: 0.12 } });
  const record = { ...recordOf(1), ...lowered, stop: stopped(), category: CODE };
  const again = judgeAgain(record, evidenceOf({ commits: [commit(40)] }));
  expect(again).toMatchObject({ grade: 0.12, opinion: { grade: 0.12, gradeBefore: productive.grade } });
});
