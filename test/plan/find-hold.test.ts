import { fc } from '../support/fixed-seed.ts';
import { describe, expect, test } from 'vitest';
import type { PastSession } from '../../src/domain/choice.ts';
import { findHold, findSetupHold } from '../../src/plan/find-hold.ts';
import { hoursAgo, pastSession } from '../support/choices.ts';

const blocked = (hours: number, text = 'it needs a token'): PastSession =>
  pastSession(hours, { outcome: 'blocked', grade: null, declared: 'blocked', text });
const noop = (hours: number, declared: string | null = 'noop'): PastSession =>
  pastSession(hours, { outcome: 'noop', grade: 0.05, declared });

const minutesOf = (sessions: readonly PastSession[], liftedAt: string | null = null): number | null => {
  const hold = findHold(sessions, liftedAt);
  return hold && (Date.parse(hold.until) - Date.parse(hold.since)) / 60_000;
};

test('a blocked category rests half an hour, with what blocks it', () => {
  expect(findHold([blocked(1)], null)).toEqual({
    sessionId: 's000000001',
    outcome: 'blocked',
    text: 'it needs a token',
    repeats: 1,
    since: hoursAgo(1),
    until: hoursAgo(0.5),
  });
});

test('so does one that declared that there was nothing to do, and none that just did nothing', () => {
  expect(findHold([noop(1)], null)?.outcome).toBe('noop');
  expect(findHold([noop(1, null)], null)).toBeNull();
  expect(findHold([noop(1, 'done')], null)).toBeNull();
  expect(findHold([pastSession(1, { outcome: 'failed', grade: 0 })], null)).toBeNull();
  // It said that there is nothing to do, and then did something that failed.
  expect(findHold([pastSession(1, { outcome: 'failed', grade: 0, declared: 'noop' })], null)).toBeNull();
  expect(findHold([], null)).toBeNull();
});

test('each repeat doubles it, up to eight hours', () => {
  const row = Array.from({ length: 7 }, (_, index) =>
    index % 2 === 0 ? blocked(index + 1) : noop(index + 1),
  );
  const lengths = row.map((_, index) => minutesOf(row.slice(0, index + 1)));
  expect(lengths).toEqual([30, 60, 120, 240, 480, 480, 480]);
});

describe('the row is broken', () => {
  test('by a session that could do something', () => {
    expect(minutesOf([blocked(1), pastSession(2), blocked(3)])).toBe(30);
    expect(findHold([pastSession(1), blocked(2)], null)).toBeNull();
  });

  test('not by one that nobody can say anything of', () => {
    const unclear = (hours: number, outcome: string) => pastSession(hours, { outcome, grade: null });
    expect(minutesOf([unclear(1, 'not-run'), blocked(2), unclear(3, 'unknown'), blocked(4)])).toBe(60);
  });

  test('by a person who lifted it: what ended before holds no more, and doubles nothing', () => {
    expect(findHold([blocked(2), blocked(3)], hoursAgo(1))).toBeNull();
    expect(findHold([blocked(2)], hoursAgo(2))).toBeNull();
    expect(minutesOf([blocked(1), blocked(3), blocked(4)], hoursAgo(2))).toBe(30);
  });
});

describe('a category that cannot be set up', () => {
  const failed = (hours: number, text = 'npm ci exited with 1') => pastSession(hours, { text });
  const row = (count: number) => Array.from({ length: count }, (_, index) => failed(index + 1));

  test('rests from the third time on, twice as long each time, up to eight hours', () => {
    expect(findSetupHold(row(2), null)).toBeNull();
    expect(findSetupHold(row(3), null)).toEqual({
      sessionId: 's000000001',
      outcome: 'setup',
      text: 'npm ci exited with 1',
      repeats: 3,
      since: hoursAgo(1),
      until: hoursAgo(0.5),
    });
    const minutes = [4, 5, 6, 7, 8].map((count) => {
      const hold = findSetupHold(row(count), null);
      return hold && (Date.parse(hold.until) - Date.parse(hold.since)) / 60_000;
    });
    expect(minutes).toEqual([60, 120, 240, 480, 480]);
  });

  test('has three tries again when a person lifted it', () => {
    expect(findSetupHold(row(5), hoursAgo(3))).toBeNull();
    expect(findSetupHold(row(5), hoursAgo(4))?.repeats).toBe(3);
  });
});

test('whatever the past, a hold lasts from 30 minutes to 8 hours after the last session of its row', () => {
  const kind = fc.constantFrom('blocked', 'noop', 'productive', 'failed', 'not-run', 'unknown');
  fc.assert(
    fc.property(fc.array(kind, { maxLength: 12 }), (outcomes) => {
      const past = outcomes.map((outcome, index) =>
        pastSession(index + 1, { outcome, declared: outcome === 'noop' ? 'noop' : null }),
      );
      const first = outcomes.findIndex((outcome) => outcome !== 'not-run' && outcome !== 'unknown');
      const isHeld = ['blocked', 'noop'].includes(outcomes[first] ?? '');
      const minutes = minutesOf(past);
      expect(minutes !== null).toBe(isHeld);
      if (minutes !== null) expect([30, 60, 120, 240, 480]).toContain(minutes);
    }),
  );
});
