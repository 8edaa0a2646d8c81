import { fc } from '../../support/fixed-seed.ts';
import { describe, expect, test } from 'vitest';
import { isSessionId } from '../../../src/domain/ids.ts';
import { isSessionRecord, readSessionRecord } from '../../../src/harness/reading/session-records.ts';

const ROW = {
  session_id: 'a1b2c3d4',
  timestamp: '2026-06-01T10:30:00+00:00',
  duration_seconds: 1800,
  harness: 'gptme',
  model: 'sonnet',
  category: 'code',
  outcome: 'productive',
  grades: { productivity: 0.7 },
};

function sessionOf(given: object) {
  const row = readSessionRecord({ ...ROW, ...given });
  if (!('session' in row)) throw new Error(`not read: ${JSON.stringify(row)}`);
  return row.session;
}

describe('a row', () => {
  test('says what its fields say, and nothing of what it does not', () => {
    expect(sessionOf({})).toMatchObject({
      thread: 'a1b2c3d4',
      category: 'code',
      harness: 'gptme',
      model: 'sonnet',
      attended: 'no',
      outcome: 'productive',
      grade: 0.7,
      isLoopOpen: false,
      isCiBreak: false,
      isIntentMatched: null,
      exitCode: null,
      claims: [],
      // The record is written at the end.
      startedAt: '2026-06-01T10:00:00.000Z',
      endedAt: '2026-06-01T10:30:00.000Z',
      durationMs: 1_800_000,
      costUsd: null,
      usage: {
        input: null,
        output: null,
        cacheRead: null,
        cacheWrite: null,
        peakContext: null,
        turns: null,
      },
    });
  });

  test('with an integer 0 as its productivity has a grade of 0, without one it has none', () => {
    expect(sessionOf({ grades: { productivity: 0 } }).grade).toBe(0);
    expect(sessionOf({ grades: {} }).grade).toBeNull();
    expect(sessionOf({ grades: null }).grade).toBeNull();
    expect(sessionOf({ grades: {}, trajectory_grade: 0.4 }).grade).toBe(0.4);
  });

  test.each([
    ['productive', 'productive'],
    ['NOOP', 'noop'],
    ['blocked', 'blocked'],
    ['not_run', 'not-run'],
    ['violated_policy', 'unknown'],
    ['', 'unknown'],
    [null, 'unknown'],
  ])('of outcome %s is %s', (outcome, expected) => {
    expect(sessionOf({ outcome }).outcome).toBe(expected);
  });

  test.each([
    [{}, 'no'],
    [{ attended: true }, 'yes'],
    [{ attended: false, run_type: 'interactive' }, 'no'],
    [{ attended: 'unknown' }, 'unknown'],
    [{ run_type: 'interactive' }, 'yes'],
    [{ trigger: 'timer' }, 'no'],
  ])('%j was attended: %s', (given, expected) => {
    expect(sessionOf(given).attended).toBe(expected);
  });

  test.each([
    [{ grades: { productivity: '0.5' } }, 'grades.productivity: expected number, received string'],
    [{ grades: { productivity: true } }, 'grades.productivity: expected number, received boolean'],
    [{ grades: [0.5] }, 'grades: expected object, received array'],
    [{ outcome: 3 }, 'outcome: expected string, received number'],
    [{ duration_seconds: -1 }, 'duration_seconds: '],
    [{ timestamp: 'yesterday' }, 'timestamp: expected a time in ISO 8601'],
    [{ start_time: '2026-13-45T00:00:00Z' }, 'start_time: expected a time in ISO 8601'],
    [{ intent_category_matched: 'no' }, 'intent_category_matched: expected boolean, received string'],
    [{ deliverables: 'abc' }, 'deliverables: expected array, received string'],
    [{ duration_seconds: 1e300 }, 'duration_seconds: longer than any calendar'],
  ])('%j is refused with its field', (given, reason) => {
    const row = readSessionRecord({ ...ROW, ...given });
    expect('reason' in row && row.reason.startsWith(reason) ? reason : row).toBe(reason);
  });

  test('of a helper inside another session is none of its own', () => {
    for (const file of ['/x/subagents/1.jsonl', 'agent-ab12.jsonl', '/x/agent-acompact-1.jsonl'])
      expect(readSessionRecord({ ...ROW, trajectory_path: file })).toEqual({ isSubagent: true });
    expect(sessionOf({ trajectory_path: '/x/agent/1.jsonl' }).thread).toBe('a1b2c3d4');
  });

  test('without a zone means UTC, and without any time says so', () => {
    expect(sessionOf({ timestamp: '2026-06-01T10:30:00.123456', duration_seconds: 0 }).endedAt).toBe(
      '2026-06-01T10:30:00.123Z',
    );
    expect(sessionOf({ timestamp: null })).toMatchObject({
      startedAt: '1970-01-01T00:00:00.000Z',
      warnings: ['its record says no time'],
    });
  });

  test('ends when it says so, even before its start: that is for the audit to find', () => {
    expect(sessionOf({ start_time: '2026-06-01T09:00:00Z', end_time: '2026-06-01T08:00:00Z' })).toMatchObject(
      { startedAt: '2026-06-01T09:00:00.000Z', endedAt: '2026-06-01T08:00:00.000Z' },
    );
  });

  test.each([
    ['cross-repo', 'cross-repo'],
    ['cross repo', 'cross-repo'],
    ['../../etc', 'etc'],
    ['☃', 'uncategorised'],
    [null, 'uncategorised'],
  ])('of category %s is of %s', (category, expected) => {
    expect(sessionOf({ category }).category).toBe(expected);
  });
});

describe('the id of a row', () => {
  test('is its own where it has one, whatever else it says', () => {
    expect(sessionOf({}).id).toBe(sessionOf({ outcome: 'noop' }).id);
    expect(sessionOf({}).id).not.toBe(sessionOf({ session_id: 'other' }).id);
  });

  test('is its content where it has none, in whatever order its keys stand', () => {
    const reordered = Object.fromEntries(Object.entries({ ...ROW, session_id: '' }).toReversed());
    const row = readSessionRecord(reordered);
    expect('session' in row && row.session.id).toBe(sessionOf({ session_id: '' }).id);
    expect(sessionOf({ session_id: '' }).id).not.toBe(sessionOf({ session_id: '', model: 'x' }).id);
  });

  test('is always one of the right form', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (id) => isSessionId(sessionOf({ session_id: id }).id)),
    );
  });
});

test('lines of transcripts are no session records', () => {
  const lines = [
    { type: 'user', sessionId: 'x', message: { role: 'user', content: 'hi' }, timestamp: '2026-01-01' },
    { timestamp: '2026-01-01', type: 'session_meta', payload: { id: 'x' } },
    { session_id: 'x', type: 'system', subtype: 'init' },
    {},
  ];
  expect(lines.filter(isSessionRecord)).toEqual([]);
  expect([ROW, { grades: {} }, { loop_status: 'open' }].filter(isSessionRecord)).toHaveLength(3);
});
