import { describe, expect, test } from 'vitest';
import { resetInProse } from '../../../src/harness/reading/reset-time.ts';

// Local times, as the machine's own clock says them; so the test is the same in every zone.
const local = (...at: [number, number, number, number?, number?]) => new Date(...at);
const AT = local(2026, 10, 21, 11, 0);

test.each([
  ['later today', 'or try again at 12:16 PM.', local(2026, 10, 21, 12, 16)],
  ['over for today, so tomorrow', 'try again at 10:45 AM.', local(2026, 10, 22, 10, 45)],
  ['just over, so it is not tomorrow’s', 'try again at 10:59 AM', local(2026, 10, 21, 10, 59)],
  ['twelve at night', 'Try again at 12:05 AM.', local(2026, 10, 22, 0, 5)],
  ['a date', 'try again at Apr 28th, 2027 10:03 PM.', local(2027, 3, 28, 22, 3)],
  ['a date of the past, as it was said', 'try again at Apr 28th, 2026 10:03 PM.', local(2026, 3, 28, 22, 3)],
  ['a day without a year or time', 'Try again Dec 24.', local(2026, 11, 24)],
  ['a day that comes next year', 'Try again on Feb 3 9:30 AM', local(2027, 1, 3, 9, 30)],
  [
    'a wait',
    'try again in 3 days 6 hours 57 minutes.',
    new Date(AT.getTime() + ((3 * 24 + 6) * 60 + 57) * 60_000),
  ],
  ['a short wait', 'Please try again in 20 seconds', new Date(AT.getTime() + 20_000)],
])('%s', (_, prose, expected) => {
  expect(resetInProse(`You've hit your usage limit. ${prose}`, AT)).toBe(expected.toISOString());
});

test.each([
  'Try again later.',
  'try again at noon',
  'try again at 25:00 PM',
  'try again at 11:75 PM',
  'See 12:16 PM',
  '',
])('no time: %s', (prose) => expect(resetInProse(prose, AT)).toBeNull());

describe('the zone beside a time is its zone', () => {
  const at = new Date('2026-03-28T20:00:00Z');

  test.each([
    ['a clock time', 'resets 3pm (America/New_York)', '2026-03-29T19:00:00.000Z'],
    ['minutes', 'resets 12:50pm (Asia/Kolkata)', '2026-03-29T07:20:00.000Z'],
    ['today there, yesterday here', 'resets 6am (Pacific/Auckland)', '2026-03-29T17:00:00.000Z'],
    // Clocks go forward in the night between.
    ['summer time that has begun by then', 'resets 10am (Europe/Berlin)', '2026-03-29T08:00:00.000Z'],
    ['a date', 'resets Apr 2, 11:30am (Europe/Berlin)', '2026-04-02T09:30:00.000Z'],
    ['a date with a word between', 'resets May 5 at 9pm (America/New_York)', '2026-05-06T01:00:00.000Z'],
    ['UTC', 'will reset at 9:30 AM (UTC)', '2026-03-29T09:30:00.000Z'],
  ])('%s', (_, prose, expected) => expect(resetInProse(prose, at)).toBe(expected));

  test('a zone that nobody knows is no reason to guess', () => {
    expect(resetInProse('resets 3pm (Atlantis/Capital)', at)).toBeNull();
  });

  test('neither is a time at which nobody knows the time', () => {
    expect(resetInProse('resets 3pm (UTC)', new Date(Number.NaN))).toBeNull();
  });
});
