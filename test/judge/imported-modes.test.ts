import { describe, expect, test } from 'vitest';
import type { ForeignRecord } from '../../src/domain/foreign-record.ts';
import { judgeImported } from '../../src/judge/judge-imported.ts';
import { foreignRecord } from '../support/foreign-record.ts';

describe('the failure modes of an imported session', () => {
  test.each<[Partial<ForeignRecord>, string[]]>([
    [{}, []],
    [{ outcome: 'noop', grade: null }, ['noop']],
    // The six of the first classifier, of which it never gave `blocked`.
    [{ outcome: 'blocked', grade: null }, ['blocked']],
    [{ grade: 0.29 }, ['low_productivity']],
    [{ grade: 0.3 }, []],
    // It asked for a float, and an integer 0 is none.
    [{ grade: 0 }, ['low_productivity']],
    [{ outcome: 'failed', grade: 0 }, ['low_productivity']],
    // A noop is a noop, whatever its grade.
    [{ outcome: 'noop', grade: 0.1 }, ['noop']],
    // No grade was 0.5 there.
    [{ grade: null }, []],
    [{ isLoopOpen: true }, ['abandoned_loop']],
    [{ isCiBreak: true }, ['ci_break']],
    [{ isIntentMatched: false }, ['routing_mismatch']],
    [{ isIntentMatched: true }, []],
    [
      { outcome: 'noop', grade: 0, isLoopOpen: true, isCiBreak: true, isIntentMatched: false },
      ['noop', 'abandoned_loop', 'ci_break', 'routing_mismatch'],
    ],
  ])('%j: %j', (given, expected) => {
    expect(judgeImported(foreignRecord(given)).failureModes).toEqual(expected);
  });
});

describe('the verdict on an imported session', () => {
  test('is what its record says, even where that contradicts itself; and it moves no belief', () => {
    expect(judgeImported(foreignRecord({ outcome: 'noop', grade: 0.9 }))).toMatchObject({
      outcome: 'noop',
      grade: 0.9,
      gradeParts: null,
      feedsBelief: false,
    });
  });

  test('names a word that stint does not have', () => {
    expect(
      judgeImported(foreignRecord({ outcome: 'unknown', outcomeWord: 'violated_policy' })).reasons[0],
    ).toBe('unknown: its record says "violated_policy", which is no outcome here');
  });
});

describe('the reasons', () => {
  const reasons = (given: Partial<ForeignRecord>) => judgeImported(foreignRecord(given)).reasons;

  test('say that its record says so', () => {
    expect(reasons({ grade: 0.2, isLoopOpen: true, isCiBreak: true, isIntentMatched: false })).toEqual([
      'productive: its record says so',
      'low_productivity: its own grade is under 0.3',
      'abandoned_loop: its record says that its loop stayed open',
      'ci_break: its record says that it broke the CI',
      'routing_mismatch: its record says that it did other work',
    ]);
    expect(reasons({ outcome: 'noop', outcomeWord: 'noop', grade: 0 })[1]).toBe('noop: its record says so');
    expect(reasons({ outcome: 'blocked', outcomeWord: 'blocked', grade: null })[1]).toBe(
      'blocked: its record says so',
    );
  });

  test('say that it has no outcome, or one of its own', () => {
    const unknown = { outcome: 'unknown', grade: null } as const;
    expect(reasons({ ...unknown, outcomeWord: null })).toEqual(['unknown: its record says no outcome']);
    expect(reasons({ ...unknown, outcomeWord: 'unknown' })).toEqual(['unknown: its record says so']);
    expect(reasons({ ...unknown, outcomeWord: `so-so${'!'.repeat(100)}` })).toEqual([
      `unknown: its record says "so-so${'!'.repeat(75)}", which is no outcome here`,
    ]);
  });
});

test('a verdict of another system moves no belief by itself', () => {
  expect(judgeImported(foreignRecord())).toMatchObject({
    outcome: 'productive',
    grade: 0.7,
    gradeParts: null,
    feedsBelief: false,
    opinion: null,
  });
});
