import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../src/lib/duration.ts';
import { formatSize, parseSize } from '../../src/lib/quantities.ts';
import { fc } from '../support/fixed-seed.ts';

describe('durations', () => {
  test.each([
    ['250ms', 250],
    ['20s', 20_000],
    ['45m', 2_700_000],
    ['2h', 7_200_000],
    ['1h30m', 5_400_000],
    ['90d', 7_776_000_000],
    ['1.5s', 1500],
    ['0.1s', 100],
    ['2.3m', 138_000],
    [' 5s ', 5000],
    ['0s', 0],
  ])('%s is %i ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  test.each([
    '',
    '5',
    's',
    '-5s',
    '5 s',
    '5x',
    '5S',
    '1h 30m',
    '1,5s',
    '5s!',
    '.5s',
    '5.s',
    '1e3s',
    'NaNs',
    '9'.repeat(400).concat('d'),
    '99999999999999999d',
  ])('“%s” is none', (text) => expect(parseDuration(text)).toBeNull());

  test.each([
    [0, '0ms'],
    [999, '999ms'],
    [1000, '1s'],
    [4200, '4.2s'],
    [9999, '9.9s'],
    [10_000, '10s'],
    [130_000, '2m10s'],
    [120_000, '2m'],
    [3_600_000, '1h'],
    [3_900_000, '1h05m'],
    [273_600_000, '3d4h'],
    [172_800_000, '2d'],
  ])('%i ms is said as %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  test('what was formatted reads back, less than one of its smallest unit smaller', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(20_000), fc.nat(1e7), fc.nat(1e10)), (ms) => {
        const back = parseDuration(formatDuration(ms)) ?? NaN;
        const unit = ms < 1000 ? 1 : ms < 10_000 ? 100 : ms < 3.6e6 ? 1000 : ms < 1.728e8 ? 60_000 : 3.6e6;
        expect(back).toBeLessThanOrEqual(ms);
        expect(back).toBeGreaterThan(ms - unit);
        // And it says the same again.
        expect(formatDuration(back)).toBe(formatDuration(ms));
      }),
      { numRuns: 1000 },
    );
  });

  test('any text is a whole number of milliseconds or nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('1', '9', '.', 'm', 's', 'h', 'd', ' ') }), (text) => {
        const ms = parseDuration(text);
        expect(ms === null || (Number.isSafeInteger(ms) && ms >= 0)).toBe(true);
      }),
    );
  });
});

describe('sizes', () => {
  test.each([
    ['500MB', 5e8],
    ['5GB', 5e9],
    ['5 gb', 5e9],
    ['1.5KB', 1500],
    ['7B', 7],
    ['2TB', 2e12],
  ])('%s is %i bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes));

  test.each(['', '5', 'MB', '-5MB', '5MiB', '5 M B', '5PB', '9'.repeat(400).concat('MB')])(
    '“%s” is none',
    (text) => expect(parseSize(text)).toBeNull(),
  );

  test('what was formatted reads back to one decimal', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(5000), fc.nat(1e9), fc.nat(1e13)), (bytes) => {
        const back = parseSize(formatSize(bytes)) ?? NaN;
        const unit = 1000 ** Math.min(4, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
        expect(Math.abs(back - bytes)).toBeLessThanOrEqual(unit * 0.0501);
      }),
      { numRuns: 1000 },
    );
  });
});
