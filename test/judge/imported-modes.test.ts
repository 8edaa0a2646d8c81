import { describe, expect, test } from 'vitest';
import type { ForeignRecord } from '../../src/domain/foreign-record.ts';
import type { CategoryName } from '../../src/domain/ids.ts';
import { judgeImported } from '../../src/judge/judge-imported.ts';
import { sessionId } from '../support/records.ts';

function imported(given: Partial<ForeignRecord> = {}): ForeignRecord {
  return {
    id: sessionId(1),
    thread: null,
    category: 'code' as CategoryName,
    harness: 'gptme',
    model: null,
    attended: 'no',
    outcome: 'productive',
    outcomeWord: 'productive',
    grade: 0.7,
    isLoopOpen: false,
    isCiBreak: false,
    isIntentMatched: null,
    claims: [],
    exitCode: null,
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 0,
    usage: { input: null, output: null, cacheRead: null, cacheWrite: null, peakContext: null, turns: null },
    costUsd: null,
    warnings: [],
    ...given,
  };
}

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
    expect(judgeImported(imported(given)).failureModes).toEqual(expected);
  });
});

describe('the verdict on an imported session', () => {
  test('is what its record says, even where that contradicts itself; and it moves no belief', () => {
    expect(judgeImported(imported({ outcome: 'noop', grade: 0.9 }))).toMatchObject({
      outcome: 'noop',
      grade: 0.9,
      gradeParts: null,
      feedsBelief: false,
    });
  });

  test('names a word that stint does not have', () => {
    expect(judgeImported(imported({ outcome: 'unknown', outcomeWord: 'violated_policy' })).reasons[0]).toBe(
      'unknown: its record says "violated_policy", which is no outcome here',
    );
  });
});
