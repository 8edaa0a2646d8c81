import { fc } from '../support/fixed-seed.ts';
import { describe, expect, test } from 'vitest';
import type { Pulse, TreeProcess } from '../../src/domain/liveness.ts';
import { assess } from '../../src/supervise/assess.ts';
import { observe } from '../../src/supervise/observe.ts';
import { noSigns } from '../../src/supervise/signs.ts';
import {
  answered,
  called,
  child,
  ENDED,
  HOUR,
  LIMITED,
  MINUTE,
  NOTED,
  play,
  POLICY,
  pulseAt,
  replay,
  root,
  SAID,
  SECOND,
  STARTED,
  timed,
  UNREADABLE,
} from '../support/pulses.ts';

const SILENCE = 1200 * SECOND;
const OPENING = [STARTED, SAID];

/** Plays a session that never says anything again, and returns when it was ended. */
function silentWith(
  processes: (now: number) => TreeProcess[],
  output: (now: number) => number = () => 0,
): number {
  return play(5 * HOUR, (now) => ({
    events: timed({ 0: OPENING })(now),
    processes: processes(now),
    outputBytes: output(now),
  })).atMs;
}

describe('what is no sign of life', () => {
  test('a spinner: bytes to the own stdout or stderr', () => {
    const spun = (now: number): number => now * 10;
    expect(silentWith((now) => [root({ transferredBytes: spun(now) })], spun)).toBe(SILENCE);
  });

  test('a spinner whose output is measured a little later than its writes', () => {
    const jitter = (now: number): number => (now % 10_000 === 0 ? 700 : 0);
    const spun = (now: number): number => now;
    expect(
      silentWith(
        (now) => [root({ transferredBytes: spun(now) })],
        (now) => spun(now) + jitter(now),
      ),
    ).toBe(SILENCE);
  });

  test('CPU below the floor of two per cent', () => {
    expect(silentWith((now) => [root({ cpuMs: now * 0.015 })])).toBe(SILENCE);
  });

  test('fewer bytes than one page in all the silence', () => {
    expect(silentWith((now) => [root({ transferredBytes: Math.min(4000, now) })])).toBe(SILENCE);
  });

  test('an agent that ticks: below its floor it adds up to nothing, however long', () => {
    const ticking = (now: number): TreeProcess[] => [
      root({ cpuMs: now * 0.019, transferredBytes: now * 0.5 }),
    ];
    expect(silentWith(ticking)).toBe(SILENCE);
  });

  test('what a hung Codex was measured to move: its own floor is higher', () => {
    const codex = { ...POLICY, idleCpuShare: 0.04, idleBytesPerS: 16_000 };
    const hung = (now: number): number => now * 2 + Math.floor(now / 46_000) * 8000;
    const look = (now: number): Partial<Pulse> => ({
      events: timed({ 0: OPENING })(now),
      processes: [root({ cpuMs: now * 0.004, transferredBytes: hung(now) })],
    });
    for (const sampleMs of [200, 5000, 30_000])
      expect(play(2 * HOUR, look, { ...codex, sampleMs }).atMs, `${sampleMs}`).toBe(SILENCE);
    // For a CLI of which nothing is known that is a sign of life, up to the bound.
    expect(play(2 * HOUR, look).atMs).toBe(30 * MINUTE);
  });

  test('a helper that came with the CLI ticks like the CLI itself', () => {
    const events = timed({ 0: OPENING, 10_000: [called('inProcess')], 15_000: [answered()] });
    const look = (now: number): Partial<Pulse> => ({
      events: events(now),
      processes: [root(), child(20, { transferredBytes: now * 0.4 })],
    });
    expect(play(5 * HOUR, look).atMs).toBe(15_000 + SILENCE);
  });

  test('such a helper while no call was made yet', () => {
    // 400 B a second: less than the 512 of the agent, and more than the 256 of a tool.
    expect(silentWith((now) => [root(), child(20, { transferredBytes: now * 0.4 })])).toBe(SILENCE);
  });

  test('output that is measured one look before its write', () => {
    const at = 5 * MINUTE;
    expect(
      silentWith(
        (now) => [root({ transferredBytes: now <= at ? 0 : 4000 })],
        (now) => (now < at ? 0 : 4000),
      ),
    ).toBe(SILENCE);
  });

  test('a process whose bytes cannot be seen', () => {
    expect(silentWith(() => [root({ transferredBytes: null })])).toBe(SILENCE);
  });
});

describe('what is a sign of life', () => {
  const until = 10 * MINUTE;

  test('CPU above the floor', () => {
    expect(silentWith((now) => [root({ cpuMs: Math.min(now, until) * 0.05 })])).toBe(until + SILENCE);
  });

  test('bytes beyond the own output', () => {
    expect(silentWith((now) => [root({ transferredBytes: now < until ? 0 : 10_000 })])).toBe(until + SILENCE);
  });

  test('work after a long quiet time shows with the next look, not after as long again', () => {
    const late = (now: number): number => Math.max(0, Math.min(now, until) - until + 5000) * 0.06;
    expect(silentWith((now) => [root({ cpuMs: late(now) })])).toBe(until + SILENCE);
  });

  test('what the agent started for its work has a lower floor than the agent', () => {
    const born = 20_000;
    const events = timed({ 0: OPENING, 10_000: [called('inProcess')], 25_000: [answered()] });
    // Bytes at twice its floor, and below the agent's own: a slow log, say.
    const slow = (now: number): number => Math.min(now, until) * 0.5;
    const policy = { ...POLICY, idleBytesPerS: 16_000 };
    const look = (who: 'agent' | 'tool') => (now: number) => ({
      events: events(now),
      processes:
        now < born
          ? [root()]
          : [
              root({ transferredBytes: who === 'agent' ? slow(now) : 0 }),
              child(20, { transferredBytes: who === 'tool' ? slow(now) : 0 }),
            ],
    });
    expect(play(5 * HOUR, look('agent'), policy).atMs).toBe(25_000 + SILENCE);
    const { atMs } = play(5 * HOUR, look('tool'), policy);
    // It is seen to work when so much has come together; the last time shortly before it stops.
    expect(atMs).toBeGreaterThan(until + SILENCE - MINUTE);
    expect(atMs).toBeLessThanOrEqual(until + SILENCE);
  });

  test('a death', () => {
    expect(silentWith((now) => (now < until ? [root(), child(20)] : [root()]))).toBe(until + SILENCE);
  });

  test('the same pid with another start time: one death and one birth', () => {
    const at = (now: number): string => (now < until ? '500' : '900');
    expect(silentWith((now) => [root(), child(20, { startTime: at(now) })])).toBe(until + SILENCE);
  });

  test('real bytes after much output of a process that is gone: its debt does not hide them', () => {
    const output = (now: number): number => (now < MINUTE ? 0 : 1e6);
    expect(silentWith((now) => [root({ transferredBytes: now < until ? 0 : 20_000 })], output)).toBe(
      until + SILENCE,
    );
  });
});

describe('what one look of five seconds must show above the idle floor', () => {
  const at = 10 * MINUTE;
  const IDLE = SILENCE;
  const WORK = at + SILENCE;

  // The floor of 2 % lets 100 ms through, and as much again is work.
  test.each([
    [199, IDLE],
    [200, WORK],
  ])('%i ms of CPU time', (cpuMs, endMs) => {
    expect(silentWith((now) => [root({ cpuMs: now < at ? 0 : cpuMs })])).toBe(endMs);
  });

  // The floor of 512 B a second lets 2560 B through, and a page of 4096 B more is work.
  test.each([
    [2560 + 4095, IDLE],
    [2560 + 4096, WORK],
  ])('%i bytes', (transferredBytes, endMs) => {
    expect(silentWith((now) => [root({ transferredBytes: now < at ? 0 : transferredBytes })])).toBe(endMs);
  });

  test('bytes after output that was seen being written: nothing of that is taken from them', () => {
    const printed = (now: number): number => (now < MINUTE ? 0 : 4000);
    const moved = (now: number): number => printed(now) + (now < at ? 0 : 8000);
    expect(silentWith((now) => [root({ transferredBytes: moved(now) })], printed)).toBe(WORK);
  });
});

describe('a reused pid', () => {
  test('is a new process: its CPU starts again and it is no older child', () => {
    const look = (now: number): Partial<Pulse> => ({
      events: timed({ 0: [...OPENING, called('inProcess')], 5000: [answered()] })(now),
      processes: [root(), child(20, { startTime: now < 60_000 ? '500' : '900' })],
    });
    // Born after the last event, so it counts as a tool; the process that had the pid before did not.
    expect(play(5 * HOUR, look).liveness).toMatchObject({ state: 'in-tool', end: null });
    expect(play(55_000, look).liveness.state).toBe('thinking');
  });

  test('does not stand in for the tool that vanished before the call', () => {
    const { liveness, atMs } = play(5 * HOUR, (now) => ({
      events: timed({ 0: OPENING, 10_000: [called('localProcess')] })(now),
      // The old child keeps its pid and start time: it is not the call's.
      processes: [root(), child(20, { startTime: '500' })],
    }));
    expect(liveness.end?.reason).toBe('stuck');
    expect(atMs).toBe(10_000 + 1800 * SECOND);
  });
});

describe('a process that was seen one look before its call was told', () => {
  const look = (isFresh: boolean) => (now: number) => ({
    events: timed({ 0: OPENING, 10_000: [called('localProcess')] })(now),
    processes: now < 5000 ? [root()] : [root(), child(20, { isFresh: isFresh && now === 5000 })],
  });

  test('had only just started: it is the call’s, as long as it lives', () => {
    expect(play(5 * HOUR, look(true)).liveness).toMatchObject({ state: 'in-tool', end: null });
  });

  test('had started a while before: it is not, and the call has no process', () => {
    const { liveness, atMs } = play(5 * HOUR, look(false));
    expect(liveness.end?.reason).toBe('stuck');
    expect(atMs).toBe(10_000 + 1800 * SECOND);
  });

  test('had only just started, but two looks before: it is not either', () => {
    const { liveness, atMs } = play(5 * HOUR, (now) => ({
      ...look(true)(now),
      events: timed({ 0: OPENING, 15_000: [called('localProcess')] })(now),
    }));
    expect(liveness.end?.reason).toBe('stuck');
    expect(atMs).toBe(15_000 + 1800 * SECOND);
  });

  test('had only just started, but the call’s own came after: when that vanishes, the call lost it', () => {
    const { liveness, atMs } = play(5 * HOUR, (now) => ({
      ...look(true)(now),
      ...(now >= 10_000 && now < MINUTE ? { processes: [root(), child(20), child(30)] } : {}),
    }));
    expect(liveness.end?.reason).toBe('lost-completion');
    expect(atMs).toBe(MINUTE + POLICY.finishingMs);
  });
});

describe('incident 8: a log that cannot be found is no silence', () => {
  const late = (now: number): Partial<Pulse> => ({ hasOutput: now >= 3 * HOUR });

  test('while it is not there nothing is ended for want of words; once it is, it is a witness', () => {
    expect(play(3 * HOUR - 5000, late).liveness).toMatchObject({ state: 'working', end: null });
    expect(play(9 * HOUR, late).atMs).toBe(3 * HOUR);
  });

  test('taken away while a call is open, nobody knows that it is open still', () => {
    const look = (now: number): Partial<Pulse> => ({
      events: timed({ 0: [...OPENING, called('human')] })(now),
      hasOutput: now < 20_000,
    });
    expect(play(5 * HOUR, look).liveness).toMatchObject({ state: 'working', end: null });
  });

  test('the time limit ends it all the same', () => {
    const { liveness } = play(9 * HOUR, () => ({ hasOutput: false }), { ...POLICY, timeoutMs: HOUR });
    expect(liveness.end?.reason).toBe('timed-out');
  });
});

describe('gaps', () => {
  test('a supervisor that was stopped for longer than every limit ends nothing', () => {
    const { liveness } = replay([
      pulseAt(0, { events: OPENING }),
      pulseAt(5000),
      pulseAt(5000 + 100 * HOUR),
      pulseAt(10_000 + 100 * HOUR),
    ]);
    expect(liveness).toMatchObject({ state: 'thinking', end: null });
    expect(liveness.sinceMs).toBe(15 * SECOND);
  });

  test('silence before and after a gap adds up', () => {
    const pulses = [];
    for (let now = 0; now <= 10 * MINUTE; now += 5000)
      pulses.push(pulseAt(now, { events: now === 0 ? OPENING : [] }));
    for (let now = 0; now <= HOUR; now += 5000) pulses.push(pulseAt(50 * HOUR + now));
    // Ten minutes, one interval for the gap, and the rest of twenty minutes.
    expect(replay(pulses).atMs).toBe(50 * HOUR + 10 * MINUTE - 5000);
  });

  test('three intervals are no gap yet', () => {
    const { signs } = replay([pulseAt(0, { events: OPENING }), pulseAt(15_000)]);
    expect(signs.nowMs).toBe(15_000);
    expect(replay([pulseAt(0, { events: OPENING }), pulseAt(15_001)]).signs.nowMs).toBe(5000);
  });

  test('the time limit does not count a gap either', () => {
    const policy = { ...POLICY, timeoutMs: HOUR };
    expect(replay([pulseAt(0, { events: OPENING }), pulseAt(9 * HOUR)], policy).liveness.end).toBeNull();
  });

  test('a clock that goes backwards counts as no time', () => {
    expect(replay([pulseAt(50_000, { events: OPENING }), pulseAt(10_000)]).signs.nowMs).toBe(0);
  });

  test('an agent that a person has stopped is not silent', () => {
    const held = (now: number): boolean => now > MINUTE && now <= 25 * MINUTE;
    const { liveness, atMs } = playStopped(held);
    expect(liveness.state).toBe('stuck');
    expect(atMs).toBe(24 * MINUTE + SILENCE);
  });
});

/** Plays a session that says nothing more, and whose agent or shim is stopped now and then. */
function playStopped(isHeld: (now: number) => boolean, given = {}) {
  const policy = { ...POLICY, suppressionMs: 30 * MINUTE, ...given };
  const look = (now: number) => ({
    events: timed({ 0: OPENING })(now),
    processes: [root({ isStopped: isHeld(now) }), child(20)],
  });
  return play(20 * HOUR, look, policy);
}

describe('an agent that is stopped holds its session for a bounded time', () => {
  test('for good: its clock stands still for the suppression bound, then its silence counts', () => {
    const { liveness, atMs, signs } = playStopped((now) => now > MINUTE);
    expect(atMs).toBe(30 * MINUTE + SILENCE);
    expect(liveness.state).toBe('stuck');
    expect(liveness.end?.because).toMatch(/; it was stopped \(SIGSTOP\) for another 30m$/);
    expect([signs.stoppedMs, signs.stoppedSinceMs]).toEqual([30 * MINUTE, MINUTE + 5000]);
  });

  test('for good, and the time limit is shorter than the bound: at most twice the time limit', () => {
    const { liveness, atMs } = playStopped(() => true, { timeoutMs: 10 * MINUTE });
    expect(atMs).toBe(20 * MINUTE);
    expect(liveness.end?.reason).toBe('timed-out');
  });

  test('continued and stopped again all the time: the bound is one for all of it', () => {
    const minutes = (now: number): number => Math.floor(now / MINUTE);
    const { atMs } = playStopped((now) => minutes(now) % 2 === 1, { hasEvents: false, timeoutMs: 2 * HOUR });
    expect(atMs).toBe(2 * HOUR + 30 * MINUTE);
  });

  test('a gap in which the supervisor could not look is not taken from the bound', () => {
    const stopped = { processes: [root({ isStopped: true })] };
    const { signs } = replay([
      pulseAt(0, { events: OPENING, ...stopped }),
      pulseAt(5000, stopped),
      pulseAt(9 * HOUR, stopped),
    ]);
    expect([signs.nowMs, signs.stoppedMs]).toEqual([0, 10_000]);
  });

  test('a tool that is stopped stops no clock', () => {
    const tool = [root(), child(20, { isStopped: true })];
    const policy = { ...POLICY, timeoutMs: HOUR, hasEvents: false };
    expect(play(2 * HOUR, () => ({ processes: tool }), policy).signs.nowMs).toBe(HOUR);
  });
});

const processList = fc.uniqueArray(
  fc.record({
    pid: fc.integer({ min: 20, max: 24 }),
    startTime: fc.constantFrom('1', '2', '3'),
    isRoot: fc.constant(false),
    parentPid: fc.option(fc.integer({ min: 20, max: 25 })),
    isStopped: fc.constant(false),
    isFresh: fc.boolean(),
    cpuMs: fc.nat(100_000),
    transferredBytes: fc.option(fc.nat(1e7)),
  }),
  { selector: ({ pid }) => pid, maxLength: 4 },
);

const anyEvent = fc.constantFrom(
  SAID,
  NOTED,
  UNREADABLE,
  called('localProcess', 'a'),
  called('inProcess', 'b'),
  called('remote', 'c'),
  called('unknown', 'd'),
  answered('a'),
  answered('b'),
  answered('c'),
  answered('d'),
);

const look = fc.record({
  stepMs: fc.constantFrom(50, 15_000, 400_000, 400_000, 1_000_000, 4_000_000),
  // Rare, so that silences come about.
  events: fc.oneof(
    { weight: 6, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(anyEvent, { maxLength: 2 }) },
  ),
  processes: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: processList }),
  outputBytes: fc.nat(1e6),
});

type Look = typeof look extends fc.Arbitrary<infer T> ? T : never;

function* pulsesOf(looks: readonly Look[]): Generator<Pulse> {
  let atMs = 0;
  for (const { stepMs, ...rest } of looks) {
    atMs += stepMs;
    yield pulseAt(atMs, { ...rest, processes: [root(), ...rest.processes] });
  }
}

describe('properties', () => {
  // Coarse samples, so that a few looks are a whole silence.
  const coarse = { ...POLICY, sampleMs: 400_000 };

  test('stuck always has two witnesses, each silent for a limit or with a spent excuse', () => {
    let seen = 0;
    fc.assert(
      fc.property(fc.array(look, { minLength: 3, maxLength: 25 }), (looks) => {
        const { liveness, signs } = replay(pulsesOf(looks), coarse);
        if (liveness.end?.reason !== 'stuck') return;
        seen++;
        const { witnesses } = liveness.end;
        expect(witnesses.map(({ group }) => group)).toEqual(['words', 'processes']);
        // Words are never excused: they were silent for the shortest limit that can apply, at the least.
        const words = signs.transcript.events === 0 ? coarse.firstEventMs : coarse.silenceMs;
        expect(witnesses[0].silentMs).toBeGreaterThanOrEqual(words);
        expect(witnesses[0].isSpent).toBe(false);
        if (witnesses[1].isSpent) expect(witnesses[0].silentMs).toBeGreaterThanOrEqual(coarse.suppressionMs);
        else expect(witnesses[1].silentMs).toBeGreaterThanOrEqual(words);
      }),
      { numRuns: 500 },
    );
    expect(seen).toBeGreaterThan(20);
  });

  test('a word at least every half silence: never ended for silence', () => {
    const half = POLICY.silenceMs / 2;
    const steady = fc.array(
      fc.record({
        stepMs: fc.integer({ min: 1, max: half }),
        events: fc.array(
          anyEvent.filter(({ kind }) => kind !== 'unreadable'),
          { minLength: 1, maxLength: 3 },
        ),
        processes: processList,
        outputBytes: fc.nat(1e6),
      }),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(steady, (looks) => {
        const { liveness } = replay(pulsesOf(looks as Look[]), { ...POLICY, sampleMs: half });
        // A vanished tool is another matter than silence; nothing else may end such a session.
        expect([undefined, 'lost-completion']).toContain(liveness.end?.reason);
      }),
    );
  });

  test('the same pulses give the same signs and the same answer, and nothing that was given is changed', () => {
    fc.assert(
      fc.property(fc.array(look, { maxLength: 15 }), (looks) => {
        const pulses = [...pulsesOf(looks)];
        const before = structuredClone(pulses);
        const first = pulses.reduce((signs, pulse) => observe(signs, pulse, POLICY), noSigns());
        const again = pulses.reduce((signs, pulse) => observe(signs, pulse, POLICY), noSigns());
        expect(again).toEqual(first);
        expect(assess(again, POLICY)).toEqual(assess(first, POLICY));
        expect(pulses).toEqual(before);
      }),
    );
  });

  test('a result or a limit is always bounded by the grace, whatever the processes do', () => {
    fc.assert(
      fc.property(fc.constantFrom(ENDED, LIMITED), fc.array(processList, { minLength: 7 }), (last, lists) => {
        const pulses = lists.map((processes, index) =>
          pulseAt(index * 5000, {
            events: index === 0 ? [...OPENING, last] : [],
            processes: [root(), ...processes],
          }),
        );
        const { liveness, atMs } = replay(pulses);
        expect(liveness.end?.reason).toBe(last === ENDED ? 'completed' : 'limited');
        expect(atMs).toBe(POLICY.finishingMs);
      }),
      { numRuns: 50 },
    );
  });
});
