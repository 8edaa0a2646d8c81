import { describe, expect, test } from 'vitest';
import type { SessionId } from '../../src/domain/ids.ts';
import type { Parking, ParkingKey, Probe } from '../../src/domain/parking.ts';
import {
  LONGEST_JITTER_MS,
  narrowed,
  park,
  releaseProbe,
  served,
  type Refusal,
} from '../../src/plan/park.ts';
import { parkingState, whyAnyParked, whyParked } from '../../src/plan/parking-state.ts';

const KEY: ParkingKey = { kind: 'account', name: 'team', project: '', model: null };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.parse('2026-02-26T07:53:00.000Z');
const iso = (ms: number): string => new Date(ms).toISOString();
const id = (word: string): SessionId => word as SessionId;
const noJitter = (): number => 0;

/** A refusal of session `who`, so long after the start. */
const refusal = (who: string, afterMs = 0, given: Partial<Refusal> = {}): Refusal => ({
  cause: 'usage_limit',
  reason: 'You’ve hit your limit',
  at: new Date(START + afterMs),
  resetsAt: null,
  sessionId: id(who),
  repository: '/r',
  credentials: null,
  asked: null,
  ...given,
});

const probeOf = (who: string): Probe => ({
  sessionId: id(who),
  repository: '/other',
  pid: 1,
  startTime: '1',
  bootId: 'b',
});

const first = park(null, KEY, refusal('a', 0, { resetsAt: iso(START + 4 * HOUR) }), noJitter);

describe('an incident', () => {
  test('lasts until the reset that was told, and at most the jitter longer', () => {
    expect(first).toMatchObject({
      ...KEY,
      until: iso(START + 4 * HOUR),
      rests: 0,
      met: ['a'],
      repository: '/r',
    });
    const late = park(null, KEY, refusal('a', 0, { resetsAt: iso(START + HOUR) }), () => 0.999999);
    expect(Date.parse(late.until) - START - HOUR).toBeGreaterThan(LONGEST_JITTER_MS - 10);
    expect(Date.parse(late.until) - START - HOUR).toBeLessThan(LONGEST_JITTER_MS);
  });

  test.each([
    ['no reset', null],
    ['a reset that is over', iso(START - 1)],
    ['a reset beyond any quota', '2099-01-01T00:00:00.000Z'],
    ['a reset at this very moment', iso(START)],
    ['no date at all', 'soon'],
  ])('%s: an hour, then two, four, eight and no longer', (_, resetsAt) => {
    let parking: Parking | null = null;
    const hours: number[] = [];
    let at = 0;
    for (const who of ['a', 'b', 'c', 'd', 'e']) {
      parking = park(parking, KEY, refusal(who, at, { resetsAt }), noJitter);
      hours.push((Date.parse(parking.until) - START - at) / HOUR);
      at = Date.parse(parking.until) - START;
    }
    expect(hours).toEqual([1, 2, 4, 8, 8]);
    expect(parking?.met).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(parking?.since).toBe(iso(START));
  });

  test('a reset is believed as far away as the longest quota', () => {
    const told = START + 35 * 24 * HOUR;
    const until = (resetsAt: number) =>
      park(null, KEY, refusal('a', 0, { resetsAt: iso(resetsAt) }), noJitter).until;
    expect(until(told)).toBe(iso(told));
    expect(until(told + 1)).toBe(iso(START + HOUR));
  });

  test('machines that share an account come back within two minutes of each other', () => {
    const last = park(null, KEY, refusal('a'), () => 1 - 2 ** -53);
    const spreadMs = Date.parse(last.until) - Date.parse(park(null, KEY, refusal('a'), noJitter).until);
    expect(spreadMs).toBe(2 * MINUTE - 1);
  });

  test('an outage is asked after five minutes first, refused credentials every hour', () => {
    const rests = (cause: Refusal['cause']): number[] => {
      let parking: Parking | null = null;
      return ['a', 'b', 'c'].map((who) => {
        const at = parking === null ? START : Date.parse(parking.until);
        parking = park(parking, KEY, refusal(who, at - START, { cause }), noJitter);
        return (Date.parse(parking.until) - at) / MINUTE;
      });
    };
    expect(rests('overload')).toEqual([5, 10, 20]);
    expect(rests('auth')).toEqual([60, 60, 60]);
    expect(rests('failing')).toEqual([15, 30, 60]);
  });

  test('an outage rests for as long as the provider tells, and no less than usual', () => {
    const minutes = (resetsAt: string): number => {
      const parking = park(null, KEY, refusal('a', 0, { cause: 'overload', resetsAt }), noJitter);
      return (Date.parse(parking.until) - START) / MINUTE;
    };
    expect(minutes(iso(START + 55 * MINUTE))).toBe(55);
    expect(minutes(iso(START + 1000))).toBe(5);
    const once = park(
      null,
      KEY,
      refusal('a', 0, { cause: 'overload', resetsAt: iso(START + 1000) }),
      noJitter,
    );
    const twice = refusal('b', 6 * MINUTE, { cause: 'overload', resetsAt: iso(START + 7 * MINUTE) });
    expect(park(once, KEY, twice, noJitter)).toMatchObject({ rests: 2, until: iso(START + 16 * MINUTE) });
  });

  test('five sessions within five seconds are one, and the first is remembered', () => {
    const seen = ['a', 'b', 'c', 'd', 'e'].reduce<Parking | null>(
      (before, who, index) => park(before, KEY, refusal(who, index * 1000, { cause: 'auth' }), noJitter),
      null,
    );
    expect(seen).toMatchObject({ met: ['a', 'b', 'c', 'd', 'e'], rests: 1, until: iso(START + HOUR) });
  });

  test('the same session counts once, however often and however late it is told', () => {
    expect(park(first, KEY, refusal('a', 0), noJitter)).toEqual(first);
    expect(park(first, KEY, refusal('a', 5 * HOUR), noJitter)).toEqual(first);
  });

  test('ends at the latest reset that anybody was told', () => {
    const sooner = park(first, KEY, refusal('b', 0, { resetsAt: iso(START + HOUR) }), noJitter);
    expect(sooner).toEqual({ ...first, met: ['a', 'b'] });
    // The moment that is known already is not moved, not by the jitter either.
    const same = refusal('b', 0, { resetsAt: first.until });
    expect(park(first, KEY, same, () => 0.5)).toEqual({ ...first, met: ['a', 'b'] });
    const weekly = { resetsAt: iso(START + 72 * HOUR), reason: 'weekly limit' };
    expect(park(sooner, KEY, refusal('c', 0, weekly), noJitter)).toMatchObject({
      until: iso(START + 72 * HOUR),
      reason: 'weekly limit',
      met: ['a', 'b', 'c'],
    });
    expect(park(sooner, KEY, refusal('c', 0, weekly), () => 0.5).until).toBe(iso(START + 72 * HOUR + MINUTE));
  });
});

describe('a parking of one model', () => {
  const opus = (before: Parking | null, who: string, asked: string | null, at = 0): Parking =>
    park(before, { ...KEY, model: 'opus' }, refusal(who, at, { asked }), noJitter);

  test('remembers what those sessions were configured with that met it, each once', () => {
    const once = opus(null, 'a', 'opus');
    expect(once).toMatchObject({ name: 'team', model: 'opus', asked: ['opus'] });
    expect(opus(once, 'b', null)).toMatchObject({ asked: ['opus', null], met: ['a', 'b'] });
    // The next rest, and the same model.
    expect(opus(once, 'c', 'opus', 2 * HOUR)).toMatchObject({ asked: ['opus'], rests: 2 });
    expect(first.asked).toEqual([]);
  });

  test('says that the others may start', () => {
    const look = { now: new Date(START), isAlive: () => true, credentials: null };
    expect(whyParked(opus(null, 'a', 'opus'), look)?.trouble).toBe(
      'model opus of account team is parked, and its other models may start: You’ve hit your limit',
    );
  });

  test('takes the place of the one that its session gave the account before it knew', () => {
    expect(narrowed(first, id('a'))).toBeNull();
    const two = park(first, KEY, refusal('b'), noJitter);
    expect(narrowed(two, id('a'))).toBe(two);
    expect(narrowed({ ...first, probe: probeOf('p') }, id('p'))).toEqual({ ...first, probe: null });
    const auth = park(null, KEY, refusal('a', 0, { cause: 'auth' }), noJitter);
    expect(narrowed(auth, id('a'))).toBe(auth);
  });
});

describe('a probe', () => {
  const probing = { ...first, probe: probeOf('p') };
  const at = 4 * HOUR + MINUTE;

  test('that is refused parks until the new reset, and its claim is spent', () => {
    const again = park(probing, KEY, refusal('p', at, { resetsAt: iso(START + 9 * HOUR) }), noJitter);
    expect(again).toMatchObject({ until: iso(START + 9 * HOUR), rests: 0, probe: null, since: first.since });
    expect(park(probing, KEY, refusal('p', at), noJitter)).toMatchObject({
      until: iso(START + at + HOUR),
      rests: 1,
    });
  });

  test('that is refused before its time, with other credentials, begins the next rest', () => {
    const parked = park(null, KEY, refusal('a', 0, { cause: 'auth', credentials: 'old' }), noJitter);
    const early = refusal('p', 10 * MINUTE, { cause: 'auth', credentials: 'new' });
    expect(park({ ...parked, probe: probeOf('p') }, KEY, early, noJitter)).toMatchObject({
      until: iso(START + 10 * MINUTE + HOUR),
      rests: 2,
      met: ['a', 'p'],
      credentials: 'new',
      probe: null,
    });
  });

  test('that is served opens the account for all; another session that is served proves nothing', () => {
    expect(served(probing, id('p'))).toBeNull();
    expect(served(probing, id('x'))).toBe(probing);
    expect(served(null, id('x'))).toBeNull();
    // A limit that the same session got over was none.
    expect(served(first, id('a'))).toBeNull();
    expect(served({ ...first, met: [id('a'), id('b')] }, id('a'))).not.toBeNull();
  });

  test('that learnt nothing gives its claim back, and only its own', () => {
    expect(releaseProbe(probing, id('p'))).toEqual(first);
    expect(releaseProbe(probing, id('x'))).toBe(probing);
    expect(releaseProbe(first, id('x'))).toBe(first);
    expect(releaseProbe(null, id('x'))).toBeNull();
  });
});

describe('while it lasts', () => {
  const look = { now: new Date(START + HOUR), isAlive: () => true, credentials: 'new' };
  const after = { ...look, now: new Date(START + 4 * HOUR) };
  const probing = { ...first, probe: probeOf('p') };

  test('nothing starts until it is over; then the next is the probe, and the only one while it lives', () => {
    expect(whyParked(first, look)).toEqual({
      trouble: 'account team is parked: You’ve hit your limit',
      until: first.until,
    });
    expect(parkingState(first, after)).toBe('due');
    expect(whyParked(first, after)).toBeNull();
    expect(whyParked(probing, after)).toEqual({
      trouble: 'account team: one probe is on its way: session p in /other',
      until: null,
    });
    expect(parkingState(probing, { ...after, isAlive: () => false })).toBe('due');
    expect(parkingState(probing, { ...look, isAlive: () => false })).toBe('parked');
  });

  test('refused credentials are called so', () => {
    expect(
      whyParked({ ...first, cause: 'auth', credentials: 'new', reason: 'invalid API key' }, look)?.trouble,
    ).toBe('account team was refused: invalid API key');
  });

  test('of all that a session needs every one is told, until the last of them is over', () => {
    const harness: Parking = {
      ...first,
      kind: 'harness',
      name: 'codex',
      reason: 'it crashed',
      until: iso(START + 2 * HOUR),
    };
    const [account, other] = [
      'account team is parked: You’ve hit your limit',
      'harness codex is parked: it crashed',
    ];
    expect(whyAnyParked([first, harness], look)).toEqual({
      trouble: `${account}; ${other}`,
      until: first.until,
    });
    expect(whyAnyParked([harness, first], look)?.until).toBe(first.until);
    // A parking that is over does not hold a session back.
    const later = { ...look, now: new Date(START + 3 * HOUR) };
    expect(whyAnyParked([harness, first], later)).toEqual({ trouble: account, until: first.until });
    expect(whyAnyParked([harness, first], after)).toBeNull();
    expect(whyAnyParked([], look)).toBeNull();
    // The end of a probe is unknown.
    expect(whyAnyParked([probing, { ...harness, until: iso(START + 9 * HOUR) }], after)?.until).toBeNull();
  });

  test.each([
    ['refused credentials that are others now', 'auth', 'old', 'new', 'due'],
    ['the same credentials', 'auth', 'new', 'new', 'parked'],
    ['credentials that nobody can see', 'auth', 'old', null, 'parked'],
    ['a renewed token of an account at its limit', 'usage_limit', 'old', 'new', 'parked'],
  ] as const)('%s', (_, cause, credentials, now, expected) => {
    expect(parkingState({ ...first, cause, credentials }, { ...look, credentials: now })).toBe(expected);
  });
});
