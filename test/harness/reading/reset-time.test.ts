import { describe, expect, test } from 'vitest';
import { resetInField, resetInProse } from '../../../src/harness/reading/reset-time.ts';
import { fc } from '../../support/fixed-seed.ts';

// Local times, as the machine's own clock says them; so the test is the same in every zone.
const local = (...at: [number, number, number, number?, number?]) => new Date(...at);
/** A Saturday. */
const AT = local(2026, 10, 21, 11, 0);
const after = (seconds: number) => new Date(AT.getTime() + seconds * 1000);
const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];

const LOCAL: readonly [string, Date][] = [
  // Clock times of 12 and of 24 hours.
  ['or try again at 12:16 PM.', local(2026, 10, 21, 12, 16)],
  ['try again at 10:45 AM.', local(2026, 10, 22, 10, 45)],
  ['Try again at 12:05 AM.', local(2026, 10, 22, 0, 5)],
  ['resets 3pm', local(2026, 10, 21, 15)],
  ['resets 3 p.m.', local(2026, 10, 21, 15)],
  ['resets 12am', local(2026, 10, 22)],
  ['resets 12pm', local(2026, 10, 21, 12)],
  ['resets 3:00\u202FPM', local(2026, 10, 21, 15)],
  ['resets at 15:00', local(2026, 10, 21, 15)],
  ['resets at 09:30:00', local(2026, 10, 22, 9, 30)],
  ['try again at noon', local(2026, 10, 21, 12)],
  ['resets at midnight', local(2026, 10, 22)],
  // Weekdays.
  ['resets Monday 9am', local(2026, 10, 23, 9)],
  ['resets Mon. 9am.', local(2026, 10, 23, 9)],
  ['limit resets: Thu 9:00', local(2026, 10, 26, 9)],
  ['resets on Tuesday at 9:30 PM', local(2026, 10, 24, 21, 30)],
  ['resets 9am on Wednesday', local(2026, 10, 25, 9)],
  ['resets Saturday 3pm', local(2026, 10, 21, 15)],
  ['resets Saturday 9am', local(2026, 10, 28, 9)],
  ['resets next Saturday at 3pm', local(2026, 10, 28, 15)],
  ['resets next Tuesday', local(2026, 10, 24)],
  // Dates.
  ['try again at Apr 28th, 2027 10:03 PM.', local(2027, 3, 28, 22, 3)],
  ['try again at Apr 28th, 2026 10:03 PM.', local(2026, 3, 28, 22, 3)],
  ['Try again Dec 24.', local(2026, 11, 24)],
  ['Try again on Feb 3 9:30 AM', local(2027, 1, 3, 9, 30)],
  ['resets Dec 3, 9am', local(2026, 11, 3, 9)],
  ['resets Dec 3 at 9:30am', local(2026, 11, 3, 9, 30)],
  ['resets Thursday, December 3rd at 9am', local(2026, 11, 3, 9)],
  ['resets on 3 December 2026, 21:00', local(2026, 11, 3, 21)],
  ['Weekly limit reached ∙ resets Oct 9', local(2027, 9, 9)],
  ['resets on December 1', local(2026, 11, 1)],
  ['resets next month', local(2026, 11, 1)],
  ['resets on the 1st of next month', local(2026, 11, 1)],
  ['resets on the 15th', local(2026, 11, 15)],
  ['resets tomorrow at 9am', local(2026, 10, 22, 9)],
  ['try again tomorrow', local(2026, 10, 22)],
  ['resets the day after tomorrow at 9am', local(2026, 10, 23, 9)],
  ['resets in ~4 hr. 12 min.', after(4 * HOUR + 12 * MINUTE)],
  ['resets today at 15:00', local(2026, 10, 21, 15)],
  ['resets at 12/24/2026, 9:00:00 AM', local(2026, 11, 24, 9)],
  ['resets on 24.12.2026 at 09:00', local(2026, 11, 24, 9)],
  ['Resets at: 3pm', local(2026, 10, 21, 15)],
  ['will be refreshed at 3pm', local(2026, 10, 21, 15)],
  ['resets 3pm (in 4 hours)', local(2026, 10, 21, 15)],
  // Waits.
  ['resets in 4 hours (at 15:00)', after(4 * HOUR)],
  ['try again in 3 days 6 hours 57 minutes.', after(3 * DAY + 6 * HOUR + 57 * MINUTE)],
  ['try again in 3 days 4 hours 1 minute', after(3 * DAY + 4 * HOUR + MINUTE)],
  ['Please try again in 20 seconds', after(20)],
  ['resets in 2d 4h', after(2 * DAY + 4 * HOUR)],
  ['resets in 2 hours, 5 minutes and 3 secs', after(2 * HOUR + 5 * MINUTE + 3)],
  ['resets in about 5 minutes', after(5 * MINUTE)],
  ['try again in an hour', after(HOUR)],
  ['resets in two weeks', after(14 * DAY)],
  ['resets in 02:15:33', after(2 * HOUR + 15 * MINUTE + 33)],
  ['Your quota will reset after 2h13m5s.', after(2 * HOUR + 13 * MINUTE + 5)],
  ['Please retry in 12.5s.', after(12.5)],
  ['Please wait 5 minutes before retrying.', after(5 * MINUTE)],
  ['"retryDelay": "34.07s"', after(34.07)],
  ['Retry-After: 120', after(120)],
  ['"retry_after_ms":1500}', after(1.5)],
  ['"resets_in_seconds": 90,"x":1', after(90)],
];

describe('the words of', () => {
  test.each(LOCAL)('%s', (prose, expected) => {
    expect(resetInProse(`You've hit your usage limit. ${prose}`, AT)).toBe(expected.toISOString());
  });

  test.each([
    ['a sentence behind', 'resets 3pm. Upgrade for more.'],
    ['another statement', 'resets 3pm · /upgrade to increase your usage limit'],
    ['an offer', 'try again at 3pm or upgrade to Max'],
    ['an offer behind a comma', 'try again at 3pm, or switch to another model'],
    ['brackets around', '5-hour limit reached (resets 3pm), see the docs'],
    ['another line', 'resets 3pm\nrequest id 1'],
    ['words before it that hold no time', 'try again later; it resets 3pm'],
    ['a condition', 'try again at 3pm if you need more'],
  ])('a sentence that goes on: %s', (_, prose) => {
    expect(resetInProse(prose, AT)).toBe(local(2026, 10, 21, 15).toISOString());
  });

  test('a clock time that is just over is not tomorrow’s', () => {
    expect(resetInProse('try again at 10:59 AM', AT)).toBe(local(2026, 10, 21, 10, 59).toISOString());
    expect(resetInProse('resets Saturday 10:59 AM', AT)).toBe(local(2026, 10, 21, 10, 59).toISOString());
  });
});

const UNREAD = [
  'Try again later.',
  'See 12:16 PM',
  '',
  // No such time.
  'try again at 25:00 PM',
  'try again at 11:75 PM',
  'resets at 25:00',
  'resets 13pm',
  'resets 0am',
  'resets 13:00 PM',
  'resets Feb 30',
  'resets Nov 31, 9am',
  'resets Monday, Dec 3, 9am',
  'resets 3pm (Atlantis/Capital)',
  'resets 3pm\n(Atlantis/Capital)',
  'resets 3pm (UTC+25)',
  'resets 3pm (UTC',
  // Each of these zones and dates has several meanings.
  'resets 3pm CST',
  'resets 3pm (IST)',
  'resets 12/3/2026 9am',
  // Half a time.
  'resets at 9',
  'resets Monday at 9',
  'resets in a few minutes',
  'resets in 5',
  'resets in 5 minutes 3 hours',
  'resets in 1.2.3 hours',
  'resets every 5 hours',
  'resets every other Monday at 9am',
  'resets Monday evening',
  'resets 9am - 5pm',
  'resets Monday – Tuesday',
  'resets 3pm and midnight',
  'resets at 3pm or so',
  'resets today',
  'resets the second Tuesday',
  'resets 3pm Mars time',
  'resets Friday 9am (Europe/Berlin) fortnightly',
];

test.each(UNREAD)('no time that is understood whole: %s', (prose) =>
  expect(resetInProse(prose, AT)).toBeNull(),
);

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
    ['a weekday', 'resets Monday 9am (Europe/Berlin)', '2026-03-30T07:00:00.000Z'],
    [
      'a weekday that has come there already',
      'resets Sunday 8am (Pacific/Auckland)',
      '2026-04-04T20:00:00.000Z',
    ],
    ['as JavaScript writes it', 'resets Fri Dec 4 2026 09:00:00 GMT+0100 (CET)', '2026-12-04T08:00:00.000Z'],
    ['tomorrow there', 'resets tomorrow at 9am (Pacific/Auckland)', '2026-03-29T20:00:00.000Z'],
    ['UTC', 'will reset at 9:30 AM (UTC)', '2026-03-29T09:30:00.000Z'],
    ['an abbreviation', 'resets 9am PST', '2026-03-29T17:00:00.000Z'],
    ['an abbreviation of summer', 'resets 10:00 CEST', '2026-03-29T08:00:00.000Z'],
    ['hours from UTC', 'resets 9am UTC+2', '2026-03-29T07:00:00.000Z'],
    ['hours before UTC', 'resets 9am (GMT-7)', '2026-03-29T16:00:00.000Z'],
    ['a region', 'resets at midnight Pacific time', '2026-03-29T07:00:00.000Z'],
    ['a day behind it', 'resets 9am (UTC) on Monday', '2026-03-30T09:00:00.000Z'],
    [
      'a date as JavaScript writes it',
      'resets at Mon Mar 30 2026 14:29:33 GMT+0200 (Central European Summer Time)',
      '2026-03-30T12:29:33.000Z',
    ],
    ['ISO 8601', 'will reset at 2026-03-30T14:29:33Z', '2026-03-30T14:29:33.000Z'],
    ['ISO 8601 with an offset', '"reset_time": "2026-03-30T14:29:33.5+02:00"', '2026-03-30T12:29:33.000Z'],
    ['a timestamp', 'will reset at 2026-03-30 14:29:33 UTC.', '2026-03-30T14:29:33.000Z'],
    ['a header', 'Retry-After: Mon, 30 Mar 2026 07:28:00 GMT', '2026-03-30T07:28:00.000Z'],
    ['seconds since 1970', '"resets_at":1774900000,"x":1', '2026-03-30T19:46:40.000Z'],
    ['milliseconds since 1970', 'resets at 1774900000123', '2026-03-30T19:46:40.123Z'],
    ['the old words of Claude Code', 'usage limit reached|1774900000', '2026-03-30T19:46:40.000Z'],
    ['a header of seconds', 'x-ratelimit-reset: 1774900000', '2026-03-30T19:46:40.000Z'],
  ])('%s', (_, prose, expected) => expect(resetInProse(prose, at)).toBe(expected));

  test('neither is a time at which nobody knows the time', () => {
    expect(resetInProse('resets 3pm (UTC)', new Date(Number.NaN))).toBeNull();
  });

  test('a server’s timestamp without a zone is the earliest that it can be', () => {
    const told = 'Your limit will reset at 2026-03-30 14:29:33';
    // In China, where the server may stand, that is eight hours before UTC.
    const read = Date.parse(resetInProse(told, at) ?? '');
    expect(read).toBeLessThanOrEqual(Date.parse('2026-03-30T06:29:33Z'));
    expect(read).toBeGreaterThan(at.getTime());
  });
});

describe('what the CLIs say', () => {
  const at = new Date('2026-12-01T12:00:00Z');

  test.each([
    // Claude Code.
    ["You've hit your weekly limit · resets Friday 9am (Europe/Berlin)", '2026-12-04T08:00:00.000Z'],
    ["You've hit your Opus limit · resets Dec 3, 9am (UTC)", '2026-12-03T09:00:00.000Z'],
    [
      'Claude usage limit reached. Your limit will reset at 3pm (America/New_York).',
      '2026-12-01T20:00:00.000Z',
    ],
    [
      'Limit reached · resets Dec 5 at 10am (America/New_York) · /upgrade to Max or turn on extra usage',
      '2026-12-05T15:00:00.000Z',
    ],
    // Codex.
    [
      "You've hit your usage limit. Upgrade to Plus to continue using Codex (https://a.example/pricing), or try again in 3 days 4 hours 1 minute.",
      '2026-12-04T16:01:00.000Z',
    ],
    [
      'Rate limit reached for m on tokens per min (TPM): Limit 30000, Used 29000. Please try again in 1.898s. Visit https://a.example.',
      '2026-12-01T12:00:01.898Z',
    ],
    // Gemini CLI.
    [
      'You have exhausted your capacity on this model. Your quota will reset after 13h28m44s.',
      '2026-12-02T01:28:44.000Z',
    ],
    ['{"@type": "RetryInfo", "retryDelay": "34.07s"}', '2026-12-01T12:00:34.070Z'],
    ['Daily quota exceeded; it resets at midnight Pacific Time (PT).', '2026-12-02T08:00:00.000Z'],
    // GitHub Copilot.
    [
      "Sorry, you've been rate-limited. Please wait 55 minutes before trying again.",
      '2026-12-01T12:55:00.000Z',
    ],
    [
      'You have exceeded your premium request allowance. Your allowance resets on January 1 at 00:00 UTC.',
      '2027-01-01T00:00:00.000Z',
    ],
    ['Please wait for your limit to reset in 3 hours, or upgrade your plan.', '2026-12-01T15:00:00.000Z'],
    // Any provider’s own words, handed through.
    ['HTTP 429: {"error":{"type":"usage_limit_reached","resets_at":1796292000}}', '2026-12-03T10:00:00.000Z'],
    ['retry-after: 3600', '2026-12-01T13:00:00.000Z'],
  ])('%s', (prose, expected) => expect(resetInProse(prose, at)).toBe(expected));
});

describe('a time with something else behind it', () => {
  const told = fc.constantFrom(
    'resets Monday 9am (Europe/Berlin)',
    'resets Dec 3 at 9:30am',
    'try again at Apr 28th, 2027 10:03 PM',
    'resets tomorrow at 15:00',
    'try again in 3 days 4 hours',
    'will reset at 2026-12-08T14:29:33Z',
  );

  test('is not read', () => {
    // No word of it begins as a sentence may go on.
    const garbage = fc.stringMatching(/^[gjkqxyz0-9@#%&*+=<>^~]{1,12}$/);
    const isUnread = (prose: string, more: string) => resetInProse(`${prose} ${more}`, AT) === null;
    fc.assert(fc.property(told, garbage, isUnread), { numRuns: 500 });
  });

  test('is read in any case without it', () => {
    fc.assert(fc.property(told, (prose) => resetInProse(prose, AT) !== null));
  });
});

test('a hostile text is read in a moment', () => {
  const words = [
    'resets ',
    ' ',
    'resets in 1 hour ',
    'a/',
    '1:',
    '(',
    'the 1st of ',
    '\n',
    'or to ',
    'retry_after',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...words), fc.constantFrom(...words), (one, other) => {
      const text = `resets ${one.repeat(20_000)}${other.repeat(20_000)}x`;
      const begun = performance.now();
      resetInProse(text, AT);
      // It takes some milliseconds; a pattern that tries all ways takes years.
      return performance.now() - begun < 20_000;
    }),
    { numRuns: 60 },
  );
});

test.each([
  [1_774_900_000, '2026-03-30T19:46:40.000Z'],
  [1_774_900_000_123, '2026-03-30T19:46:40.123Z'],
  ['2026-03-30T19:46:40Z', '2026-03-30T19:46:40.000Z'],
  ['2026-03-30T21:46:40+02:00', '2026-03-30T19:46:40.000Z'],
  ['soon', null],
  [-5, null],
  [0, null],
  [null, null],
])('a field of a reset that holds %j', (value, expected) => expect(resetInField(value)).toBe(expected));
