import { describe, expect, test } from 'vitest';
import type { Pulse, SeenMarker } from '../../src/domain/liveness.ts';
import {
  answered,
  called,
  child,
  ENDED,
  HOUR,
  MINUTE,
  play,
  POLICY,
  PROMPTED,
  root,
  SAID,
  SECOND,
  STARTED,
  timed,
} from '../support/pulses.ts';

// What happened to others, played again: docs/incidents.md. Times are the defaults of a session that has all the time.

const OPENING = [STARTED, PROMPTED, SAID];

describe('incidents of sessions that were ended while they worked', () => {
  test('incident 1: a parent in a tool call of seventy minutes, its log silent: it gets its answer', () => {
    const [opened, over] = [5 * SECOND, 70 * MINUTE];
    const events = timed({
      0: OPENING,
      [opened]: [called('localProcess')],
      [over]: [answered(), SAID, ENDED],
    });
    const { liveness, atMs } = play(over + 20 * SECOND, (now) => ({
      events: events(now),
      processes: now < opened || now >= over ? [root()] : [root(), child(20)],
      isAlive: now < over + 10 * SECOND,
    }));
    expect([liveness.state, liveness.end, atMs]).toEqual(['gone', null, over + 10 * SECOND]);
  });

  test('incident 2: a build in the background of a silent agent: what its descendants do counts', () => {
    const [started, over] = [10 * SECOND, 29 * MINUTE];
    const events = timed({
      0: OPENING,
      [started]: [called('localProcess')],
      [started + 5000]: [answered(), SAID],
      [over]: [PROMPTED, SAID, ENDED],
    });
    const build = (now: number): Partial<Pulse> => ({
      events: events(now),
      processes: now < started ? [root()] : [root(), child(20, { cpuMs: Math.min(now, over) })],
    });
    expect(POLICY.silenceMs).toBeLessThan(over);
    expect(play(over, build).liveness).toMatchObject({ state: 'finishing', end: null });
  });

  test('incident 4: a call of 55 minutes that declared an hour is not ended at half of that', () => {
    const marker = (now: number): SeenMarker => ({
      name: 'm',
      label: 'suite',
      touchedAtMs: now,
      ageMs: 0,
      endsAtMs: HOUR,
      leftMs: HOUR - now,
      declaredMs: HOUR,
      isOwned: true,
    });
    const { liveness, atMs } = play(2 * HOUR, (now) => ({
      events: timed({ 0: [...OPENING, called('remote')], [55 * MINUTE]: [answered(), SAID] })(now),
      markers: now < 55 * MINUTE ? [marker(now)] : [],
    }));
    expect(POLICY.suppressionMs).toBeLessThan(55 * MINUTE);
    expect([liveness.end?.reason, atMs]).toEqual(['stuck', 55 * MINUTE + POLICY.silenceMs]);
  });

  test('incident 5: who has said its result gets its grace to leave by itself', () => {
    const goes = POLICY.finishingMs - 5 * SECOND;
    const { liveness } = play(HOUR, (now) => ({
      events: timed({ 0: [...OPENING, ENDED] })(now),
      isAlive: now < goes,
    }));
    expect(liveness).toMatchObject({ state: 'gone', end: null });
  });

  test('incident 7: an agent that hardly ever prints is not idle', () => {
    const policy = { ...POLICY, hasEvents: false, openCalls: 'none' as const, timeoutMs: 12 * HOUR };
    expect(play(11 * HOUR, () => ({ outputBytes: 10 }), policy).liveness.end).toBeNull();
  });
});

describe('incidents of hangs that nobody saw', () => {
  test('incident 13: an open connection is no sign of life: a silent one ends at the limit', () => {
    // All that the supervisor can see of such a session: it lives, and neither speaks nor moves.
    const { liveness, atMs } = play(5 * HOUR, (now) => ({ events: timed({ 0: OPENING })(now) }));
    expect([liveness.state, atMs]).toEqual(['stuck', POLICY.silenceMs]);
  });

  test('incident 14: excuses that take turns share one bound', () => {
    const excuse = (now: number): Partial<Pulse> => {
      const turn = Math.floor(now / (4 * MINUTE)) % 3;
      const marker: SeenMarker = {
        name: `m-${now}`,
        label: 'm',
        touchedAtMs: now,
        ageMs: 0,
        endsAtMs: now + 4 * MINUTE,
        leftMs: 4 * MINUTE,
        declaredMs: 4 * MINUTE,
        isOwned: true,
      };
      return {
        processes: [root({ cpuMs: turn === 0 ? now : 0, transferredBytes: turn === 1 ? now * 100 : 0 })],
        markers: turn === 2 ? [marker] : [],
      };
    };
    const { liveness, atMs } = play(9 * HOUR, (now) => ({
      events: timed({ 0: [...OPENING, called('remote')] })(now),
      ...excuse(now),
    }));
    expect([liveness.state, atMs]).toEqual(['stuck', POLICY.suppressionMs]);
  });

  test('incident 17: a result while helpers still work is waited for, and not for ever', () => {
    const events = timed({ 0: [...OPENING, called('subagent')], 5000: [ENDED], 20_000: [PROMPTED, SAID] });
    const look = (now: number): Partial<Pulse> => ({ events: events(now), processes: [root(), child(20)] });
    // The helper is back within the grace, and with it the turn.
    expect(play(10 * MINUTE, look).liveness).toMatchObject({ end: null });
    const never = timed({ 0: [...OPENING, called('subagent')], 5000: [ENDED] });
    const { liveness, atMs } = play(HOUR, (now) => ({ ...look(now), events: never(now) }));
    expect([liveness.end?.reason, atMs]).toEqual(['completed', 5000 + POLICY.finishingMs]);
  });

  test('incident 20: a question to a person who is not there is answered by an end within the grace', () => {
    const { liveness, atMs } = play(HOUR, (now) => ({
      events: timed({ 0: [...OPENING, called('human')] })(now),
    }));
    expect([liveness.end?.reason, atMs]).toEqual(['asked', POLICY.finishingMs]);
  });

  test('incident 29: behind a wrapper the agent itself is measured: its work counts, and its idling protects nobody', () => {
    // `script -qc agent`: what stint started is the wrapper, and the agent is its child from the first look on.
    const wrapped = (cpuMs: number) => [root(), child(20, { cpuMs })];
    const events = timed({ 0: OPENING });
    const idle = play(5 * HOUR, (now) => ({ events: events(now), processes: wrapped(0) }));
    expect([idle.liveness.state, idle.atMs]).toEqual(['stuck', POLICY.silenceMs]);
    const busy = play(5 * HOUR, (now) => ({ events: events(now), processes: wrapped(now) }));
    expect(busy.atMs).toBe(POLICY.suppressionMs);
  });
});
