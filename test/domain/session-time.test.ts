import { expect, test } from 'vitest';
import { lastingOf, type Moment } from '../../src/domain/session-time.ts';

const NOON = '2026-01-01T12:00:00.000Z';
const DAY_BEFORE = '2025-12-31T12:00:05.000Z';
const DAY_AFTER = '2026-01-02T12:00:05.000Z';

const moment = (at: string, ms: number | null, bootId = 'b1'): Moment => ({
  at,
  boot: ms === null ? null : { bootId, ms },
});
const START = moment(NOON, 1000);

test.each([
  ['is not touched', '2026-01-01T12:00:05.000Z'],
  ['is set back by a day', DAY_BEFORE],
  ['is set ahead by a day', DAY_AFTER],
  ['is far off until it is set by the network', '1970-01-01T00:00:05.000Z'],
])('where the wall clock %s, five seconds since boot are five seconds', (_, at) => {
  const lasting = { endedAt: '2026-01-01T12:00:05.000Z', durationMs: 5000, durationClock: 'boot' };
  expect(lastingOf(START, moment(at, 6000))).toEqual(lasting);
});

test.each([
  ['the machine was started anew', START, moment(DAY_AFTER, 500, 'b2')],
  ['its start was not noted by that', moment(NOON, null), moment(DAY_AFTER, 6000)],
  ['its end was not noted by that', START, moment(DAY_AFTER, null)],
  ['the two count from different times', START, moment(DAY_AFTER, 900)],
])('where %s, the wall clock decides, and it is said', (_, start, end) => {
  const lasting = { endedAt: DAY_AFTER, durationMs: 86_405_000, durationClock: 'wall' };
  expect(lastingOf(start, end)).toEqual(lasting);
});

test('nothing ends before it started', () => {
  const lasting = { endedAt: NOON, durationMs: 0, durationClock: 'wall' };
  expect(lastingOf(moment(NOON, null), moment(DAY_BEFORE, null))).toEqual(lasting);
});
