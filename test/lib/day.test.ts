import { fc } from '../support/fixed-seed.ts';
import { describe, expect, test } from 'vitest';
import { dayOf } from '../../src/lib/day.ts';

const day = (at: string, zone: string) => {
  const { start, end } = dayOf(new Date(at), zone);
  return [start.toISOString(), end.toISOString()];
};

describe('a day in a zone', () => {
  test('begins and ends at its own midnight', () => {
    expect(day('2026-07-01T21:59:59.999Z', 'Europe/Stockholm')).toEqual([
      '2026-06-30T22:00:00.000Z',
      '2026-07-01T22:00:00.000Z',
    ]);
    expect(day('2026-07-01T22:00:00.000Z', 'Europe/Stockholm')[0]).toBe('2026-07-01T22:00:00.000Z');
    expect(day('2026-07-01T12:00:00.000Z', 'UTC')).toEqual([
      '2026-07-01T00:00:00.000Z',
      '2026-07-02T00:00:00.000Z',
    ]);
    expect(day('2026-01-01T05:00:00.000Z', 'Pacific/Kiritimati')[0]).toBe('2025-12-31T10:00:00.000Z');
    expect(day('2026-01-01T05:00:00.000Z', 'Asia/Kathmandu')[0]).toBe('2025-12-31T18:15:00.000Z');
  });

  test('has 23 hours when clocks go forward and 25 when they go back', () => {
    // Sweden, 2026: 29 March and 25 October.
    expect(day('2026-03-29T12:00:00.000Z', 'Europe/Stockholm')).toEqual([
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
    ]);
    expect(day('2026-10-25T12:00:00.000Z', 'Europe/Stockholm')).toEqual([
      '2026-10-24T22:00:00.000Z',
      '2026-10-25T23:00:00.000Z',
    ]);
  });

  test('begins at one where midnight is left out', () => {
    // Egypt, 24 April 2026: at 00:00 clocks show 01:00, which is 22:00 UTC.
    expect(day('2026-04-24T12:00:00.000Z', 'Africa/Cairo')).toEqual([
      '2026-04-23T22:00:00.000Z',
      '2026-04-24T21:00:00.000Z',
    ]);
  });

  test('follows the day before without a gap, and holds its own moment', () => {
    const zones = fc.constantFrom(
      'Europe/Stockholm',
      'America/New_York',
      'Australia/Lord_Howe',
      'Africa/Cairo',
      'UTC',
    );
    const moments = fc.date({
      min: new Date('2024-01-01'),
      max: new Date('2028-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(zones, moments, (zone, at) => {
        const { start, end } = dayOf(at, zone);
        expect(start.getTime()).toBeLessThanOrEqual(at.getTime());
        expect(end.getTime()).toBeGreaterThan(at.getTime());
        expect(dayOf(end, zone).start).toEqual(end);
        const hours = (end.getTime() - start.getTime()) / 3_600_000;
        expect([22.5, 23, 23.5, 24, 24.5, 25]).toContain(hours);
      }),
      { numRuns: 60 },
    );
  });
});
