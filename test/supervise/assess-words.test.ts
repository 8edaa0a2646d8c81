import { describe, expect, test } from 'vitest';
import type { LivenessPolicy, Pulse, SeenMarker } from '../../src/domain/liveness.ts';
import type { SessionEvent } from '../../src/domain/session-event.ts';
import { isLastLook, leftMs } from '../../src/supervise/look.ts';
import { noSigns } from '../../src/supervise/signs.ts';
import {
  answered,
  called,
  child,
  ENDED,
  HOUR,
  LIMITED,
  MINUTE,
  play,
  POLICY,
  PROMPTED,
  pulseAt,
  replay,
  root,
  SAID,
  SECOND,
  STARTED,
  timed,
} from '../support/pulses.ts';

// The line about a session that a person reads, and the sentence in its record.

const OPENING = [STARTED, PROMPTED, SAID];

/** The signs of a session: these events at its first look, and the rest at each look. */
const after =
  (events: readonly SessionEvent[], seen: (now: number) => Partial<Pulse> = () => ({})) =>
  (now: number): Partial<Pulse> => ({ events: timed({ 0: events })(now), ...seen(now) });

/** A marker of the older form that is touched all the time. */
const marker = (now: number): SeenMarker => ({
  name: 'a',
  label: 'bench',
  touchedAtMs: now,
  ageMs: 0,
  endsAtMs: null,
  leftMs: null,
  declaredMs: null,
  isOwned: null,
});

function endOf(look: (now: number) => Partial<Pulse>, policy: LivenessPolicy = POLICY) {
  const { liveness } = play(20 * HOUR, look, policy);
  return { state: liveness.state, reason: liveness.end?.reason, because: liveness.end?.because };
}

describe('while it goes on', () => {
  const waiting = (untilMs: number, look: (now: number) => Partial<Pulse>, policy = POLICY) => {
    const { state, waitingOn, sinceMs, end } = play(untilMs, look, policy).liveness;
    expect(end).toBeNull();
    return [state, waitingOn, sinceMs];
  };
  const withTool = (now: number) => ({ processes: now < 5000 ? [root()] : [root(), child(20)] });

  test('says for what or whom it waits, and for how long', () => {
    const at = 20 * SECOND;
    expect(waiting(at, after([]))).toEqual(['starting', 'its first event', at]);
    expect(waiting(at, after(OPENING))).toEqual(['thinking', 'the model', at]);
    expect(waiting(at, after([...OPENING, ENDED]))).toEqual(['finishing', 'the process to exit', at]);
    expect(waiting(at, after([STARTED, LIMITED]))).toEqual(['waiting-on-limit', 'the usage limit', at]);
    expect(waiting(at, after([...OPENING, called('human')]))).toEqual(['waiting-on-human', 'Tool c1', at]);
    expect(waiting(at, after([...OPENING, called('remote')]))).toEqual(['in-remote-tool', 'Tool c1', at]);
  });

  test('says which tool is at work, or that something is', () => {
    const call = timed({ 0: OPENING, 5000: [called('localProcess')] });
    const told = (now: number) => ({ events: call(now), ...withTool(now) });
    expect(waiting(MINUTE, told)).toEqual(['in-tool', 'Tool c1', 55 * SECOND]);
    const later = (now: number) => ({
      events: timed({ 0: [...OPENING, called('inProcess')] })(now),
      ...withTool(now),
    });
    expect(waiting(MINUTE, later)).toEqual(['in-tool', 'a process it started', MINUTE]);
  });

  test('counts what is inferred, and a marker, from the last word', () => {
    const spoken = timed({ 0: OPENING, 5000: [called('inProcess')], 20_000: [answered()] });
    const inferred = (now: number) => ({
      events: spoken(now),
      processes: now < 30_000 ? [root()] : [root(), child(20)],
    });
    expect(waiting(MINUTE, inferred)).toEqual(['in-tool', 'a process it started', 40 * SECOND]);
    const marked = (now: number) => ({ events: spoken(now), markers: [marker(now)] });
    expect(waiting(MINUTE, marked)).toEqual(['in-remote-tool', 'its marker "bench"', 40 * SECOND]);
    // The bound of one silence, 30m, counts from that word too.
    expect(waiting(30 * MINUTE + 15 * SECOND, marked)[0]).toBe('in-remote-tool');
  });

  test('says which tool is gone', () => {
    const look = after([...OPENING, called('localProcess')], (now) => ({
      processes: now < MINUTE ? [root(), child(20)] : [root()],
    }));
    expect(waiting(MINUTE + 20 * SECOND, look)).toEqual(['tool-gone', 'Tool c1', 20 * SECOND]);
  });

  test('says of an agent without words what it shows', () => {
    const text = { ...POLICY, hasEvents: false };
    expect(waiting(5 * SECOND, after([]), text)).toEqual(['working', 'the agent', 5 * SECOND]);
    expect(waiting(10 * SECOND, after([]), text)).toEqual([
      'working',
      'the agent, which shows nothing',
      10 * SECOND,
    ]);
  });

  test('is over when the agent is gone', () => {
    const { liveness } = replay([pulseAt(0, { events: OPENING }), pulseAt(5000, { isAlive: false })]);
    expect(liveness).toEqual({ state: 'gone', waitingOn: 'nobody', sinceMs: 0, end: null });
    expect(isLastLook(liveness)).toBe(true);
  });
});

describe('where it has to be ended, the sentence says', () => {
  test('that its result was out', () => {
    expect(endOf(after([...OPENING, ENDED]))).toEqual({
      state: 'finishing',
      reason: 'completed',
      because: 'it emitted its result and was still there after 30s',
    });
  });

  test('which limit it met', () => {
    expect(endOf(after([STARTED, LIMITED]))).toEqual({
      state: 'waiting-on-limit',
      reason: 'limited',
      because: 'the account is at its limit: five_hour limit',
    });
    expect(endOf(after(OPENING), { ...POLICY, timeoutMs: 10 * MINUTE })).toEqual({
      state: 'working',
      reason: 'timed-out',
      because: 'it ran for 10m; its limit is 10m',
    });
    const policy = { ...POLICY, outputBytes: 1e6 };
    expect(
      endOf(
        after(OPENING, (now) => ({ outputBytes: 1e5 * (now / 5000) })),
        policy,
      ),
    ).toEqual({
      state: 'working',
      reason: 'budget',
      because: 'it printed 1.1MB; its limit is 1MB',
    });
  });

  test('how often it did the same', () => {
    const turn = (number: number, kinds: number): SessionEvent[] => [
      { ...called('inProcess', `c${number}`), fingerprint: `${number % kinds}` } as SessionEvent,
      { kind: 'answered', callId: `c${number}`, isError: false, fingerprint: 'ok' },
    ];
    const circle = (kinds: number) => endOf((now) => ({ events: turn(now / 5000, kinds) }));
    expect(circle(1)).toEqual({
      state: 'looping',
      reason: 'looping',
      because: 'it made 60 calls in a row that were all the same, with the same answers',
    });
    expect(circle(3).because).toBe(
      'it made 60 calls in a row that were 3 taking turns, with the same answers',
    );
    expect(circle(4).reason).not.toBe('looping');
  });

  test('whom it asked', () => {
    expect(endOf(after([...OPENING, called('human')]))).toEqual({
      state: 'waiting-on-human',
      reason: 'asked',
      because: 'it asked a person, and no person attends it: Tool c1',
    });
  });

  test('which tool vanished', () => {
    const look = after([...OPENING, called('localProcess')], (now) => ({
      processes: now < MINUTE ? [root(), child(20)] : [root()],
    }));
    expect(endOf(look)).toEqual({
      state: 'tool-gone',
      reason: 'lost-completion',
      because: 'the process of Tool ended 30s ago without an answer: Tool c1',
    });
  });

  test('how long it was silent, and which excuse did not count', () => {
    const because = (look: (now: number) => Partial<Pulse>, policy = POLICY) => {
      const end = endOf(look, policy);
      expect([end.state, end.reason]).toEqual(['stuck', 'stuck']);
      return end.because;
    };
    expect(because(after([]))).toBe(
      'it never said anything: silent for 2m, no process moved for 2m; limit 2m',
    );
    expect(because(after(OPENING))).toBe(
      'no word and no movement: silent for 20m, no process moved for 20m; limit 20m',
    );
    expect(because(after([...OPENING, called('remote')]))).toBe(
      'Tool has not answered: silent for 30m, no process moved for 30m; limit 30m',
    );
    expect(because(after(OPENING, (now) => ({ processes: [root({ cpuMs: now })] })))).toBe(
      'its processes moved, but it said nothing: silent for 30m, movement excuses at most 30m; limit 30m',
    );
    const changing = after(OPENING, (now) => ({ hasWorktreeChanged: now % MINUTE === 0 }));
    expect(because(changing, { ...POLICY, isOwnWorktree: true })).toBe(
      'its worktree changed, but it said nothing: silent for 30m, movement excuses at most 30m; limit 30m',
    );
    // Its last CPU time is 20m ago at the end, the whole silence: only the worktree excused it.
    const both = (now: number) => ({
      ...changing(now),
      processes: [root({ cpuMs: now < 10 * MINUTE ? 0 : 30_000 })],
    });
    expect(because(both, { ...POLICY, isOwnWorktree: true })).toMatch(/^its worktree changed, but/);
    expect(because(after(OPENING, (now) => ({ markers: [marker(now)] })))).toBe(
      'its marker "bench" excuses no longer: silent for 30m, no process moved for 30m; limit 30m',
    );
  });
});

describe('the look that ends it still says for what it waited, and for how long', () => {
  const vanished = after([...OPENING, called('localProcess')], (now) => ({
    processes: now < MINUTE ? [root(), child(20)] : [root()],
  }));
  const same = (now: number) => ({
    events: [
      { ...called('inProcess', `c${now}`), fingerprint: 'ls' } as SessionEvent,
      { kind: 'answered', callId: `c${now}`, isError: false, fingerprint: 'ok' } as const,
    ],
  });
  const marked = after(OPENING, (now) => ({ markers: [marker(now)] }));
  test.each<[string, string, number, (now: number) => Partial<Pulse>, Partial<LivenessPolicy>?]>([
    ['completed', 'the process to exit', 30 * SECOND, after([...OPENING, ENDED])],
    ['limited', 'the usage limit', 30 * SECOND, after([STARTED, LIMITED])],
    ['timed-out', 'nothing', 0, after(OPENING), { timeoutMs: 10 * MINUTE }],
    ['budget', 'nothing', 0, after(OPENING, () => ({ outputBytes: 11 })), { outputBytes: 10 }],
    ['looping', 'nothing', 0, same],
    ['lost-completion', 'Tool c1', 30 * SECOND, vanished],
    ['stuck', 'its marker "bench"', 30 * MINUTE, marked],
  ])('%s: %s', (reason, waitingOn, sinceMs, seen, policy = {}) => {
    const { liveness } = play(20 * HOUR, seen, { ...POLICY, ...policy });
    expect(liveness).toMatchObject({ waitingOn, sinceMs, end: { reason } });
  });
});

test('the time that is left ends at nothing', () => {
  const policy = { ...POLICY, timeoutMs: HOUR };
  expect(leftMs({ ...noSigns(), nowMs: MINUTE }, policy)).toBe(59 * MINUTE);
  expect(leftMs({ ...noSigns(), nowMs: 2 * HOUR }, policy)).toBe(0);
});
