import { describe, expect, test } from 'vitest';
import type { TreeProcess } from '../../src/domain/liveness.ts';
import type { CallPlace, SessionEvent } from '../../src/domain/session-event.ts';
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
  UNREADABLE,
} from '../support/pulses.ts';

const SILENCE = 1200 * SECOND;
const BOUND = 1800 * SECOND;
const GRACE = 30 * SECOND;
const OPENING = [STARTED, PROMPTED, SAID];

describe('starting', () => {
  test('is the state before the first event', () => {
    const { liveness } = play(119 * SECOND, () => ({}));
    expect(liveness).toMatchObject({ state: 'starting', end: null });
  });

  test('ends as stuck when nothing is said and nothing moves for firstEvent', () => {
    const { liveness, atMs } = play(HOUR, () => ({}));
    expect(liveness.state).toBe('stuck');
    expect(atMs).toBe(120 * SECOND);
  });

  test('goes on while processes move, to the one bound', () => {
    const { liveness, atMs } = play(HOUR, (now) => ({ processes: [root({ cpuMs: now })] }));
    expect(liveness.end?.reason).toBe('stuck');
    expect(atMs).toBe(BOUND);
  });

  test('a stream in an unknown format is not a witness: only the time limit ends it', () => {
    const policy = { ...POLICY, timeoutMs: 5 * HOUR };
    const events = timed({ 0: [UNREADABLE], 5000: [UNREADABLE] });
    const { liveness, atMs } = play(6 * HOUR, (now) => ({ events: events(now) }), policy);
    expect(liveness.end?.reason).toBe('timed-out');
    expect(atMs).toBe(5 * HOUR);
  });
});

describe('thinking', () => {
  test('is the state after a prompt or a tool result', () => {
    const events = timed({ 0: OPENING, 5000: [called('inProcess')], 10_000: [answered()] });
    const { liveness } = play(20 * SECOND, (now) => ({ events: events(now) }));
    expect(liveness).toMatchObject({ state: 'thinking', waitingOn: 'the model', end: null });
    expect(liveness.sinceMs).toBe(10 * SECOND);
  });

  test('ends as stuck after the whole silence in two groups, and not a sample before', () => {
    const { liveness, atMs } = play(HOUR, (now) => ({ events: timed({ 0: OPENING })(now) }));
    expect(atMs).toBe(SILENCE);
    expect(liveness.state).toBe('stuck');
    expect(liveness.end).toMatchObject({
      reason: 'stuck',
      witnesses: [
        { group: 'words', silentMs: SILENCE, isSpent: false },
        { group: 'processes', silentMs: SILENCE, isSpent: false },
      ],
    });
  });

  test('an open call inside the agent is thinking too', () => {
    const events = timed({ 0: OPENING, 5000: [called('inProcess')] });
    const { liveness, atMs } = play(HOUR, (now) => ({ events: events(now) }));
    expect(liveness.state).toBe('stuck');
    expect(atMs).toBe(5 * SECOND + SILENCE);
  });

  test('lines that cannot be read are no words', () => {
    const { liveness, atMs } = play(HOUR, (now) => ({
      events: now === 0 ? OPENING : [UNREADABLE],
    }));
    expect(liveness.state).toBe('stuck');
    expect(atMs).toBe(SILENCE);
  });

  test('processes that move excuse silent words to the one bound, whatever alternates', () => {
    // Movement every ten minutes, by turns CPU, a birth, a death and bytes: each well within the silence limit.
    const look = (now: number): TreeProcess[] => {
      const step = Math.floor(now / (10 * MINUTE));
      const processes = [root({ cpuMs: step >= 1 ? 30_000 : 0, transferredBytes: step >= 3 ? 1e6 : 0 })];
      return step === 2 ? [...processes, child(20)] : processes;
    };
    const { liveness, atMs } = play(3 * HOUR, (now) => ({
      events: timed({ 0: OPENING })(now),
      // The child is gone before the bound, so that nothing is inferred from it.
      processes: look(now).filter(({ pid }) => pid !== 20 || now < 29 * MINUTE),
    }));
    expect(liveness.end?.reason).toBe('stuck');
    expect(atMs).toBe(BOUND);
    expect(liveness.end).toMatchObject({ witnesses: [{ isSpent: false }, { isSpent: true }] });
  });

  describe('a worktree that changes while nothing else moves', () => {
    const own = { ...POLICY, isOwnWorktree: true };
    const changing = (untilMs: number, everyMs: number) => (now: number) => ({
      events: timed({ 0: OPENING })(now),
      hasWorktreeChanged: now > 0 && now <= untilMs && now % everyMs === 0,
    });

    test('is a sign of life, from its last change on', () => {
      const { liveness, atMs } = play(3 * HOUR, changing(5 * MINUTE, MINUTE), own);
      expect(atMs).toBe(5 * MINUTE + SILENCE);
      expect(liveness.end).toMatchObject({
        reason: 'stuck',
        witnesses: [{ group: 'words' }, { group: 'processes' }, { group: 'worktree', silentMs: SILENCE }],
      });
    });

    test('excuses the silence no longer than the one bound', () => {
      const { liveness, atMs } = play(3 * HOUR, changing(3 * HOUR, MINUTE), own);
      expect(atMs).toBe(BOUND);
      expect(liveness.end).toMatchObject({ reason: 'stuck', witnesses: [{}, {}, { isSpent: true }] });
      expect(liveness.end?.because).toMatch(/^its worktree changed, but it said nothing/);
    });

    test('by turns with its processes: still one bound', () => {
      const { atMs } = play(
        3 * HOUR,
        (now) => ({
          ...changing(3 * HOUR, 20 * MINUTE)(now),
          processes: [root({ cpuMs: Math.floor((now + 10 * MINUTE) / (20 * MINUTE)) * 30_000 })],
        }),
        own,
      );
      expect(atMs).toBe(BOUND);
    });

    test('in a shared checkout is nobody’s', () => {
      expect(play(3 * HOUR, changing(3 * HOUR, MINUTE)).atMs).toBe(SILENCE);
    });

    test('that does not change is no second group for an agent without words', () => {
      const text = { ...own, hasEvents: false, openCalls: 'none' as const, timeoutMs: 6 * HOUR };
      expect(play(9 * HOUR, () => ({}), text).liveness.end?.reason).toBe('timed-out');
    });
  });

  test('one word resets every clock', () => {
    const events = timed({ 0: OPENING, [19 * MINUTE]: [SAID], [38 * MINUTE]: [SAID] });
    const { atMs } = play(3 * HOUR, (now) => ({ events: events(now) }));
    expect(atMs).toBe(38 * MINUTE + SILENCE);
  });
});

describe('in-tool', () => {
  test('a silent tool whose process lives is never ended', () => {
    const events = timed({ 0: OPENING, 5000: [called('localProcess')] });
    const { liveness } = play(23 * HOUR, (now) => ({
      events: events(now),
      processes: now < 5000 ? [root()] : [root(), child(20)],
    }));
    expect(liveness).toMatchObject({ state: 'in-tool', end: null });
  });

  test('only the time limit ends it', () => {
    const policy = { ...POLICY, timeoutMs: 2 * HOUR };
    const look = (now: number) => ({
      events: timed({ 0: [...OPENING, called('localProcess')] })(now),
      processes: [root(), child(20)],
    });
    const { liveness, atMs } = play(9 * HOUR, look, policy);
    expect(liveness.end?.reason).toBe('timed-out');
    expect(atMs).toBe(2 * HOUR);
  });

  test('a living tool protects the session whatever else is open', () => {
    const places: CallPlace[] = ['remote', 'human', 'inProcess', 'subagent'];
    const open = places.map((place, index) => called(place, `x${index}`));
    const { liveness } = play(5 * HOUR, (now) => ({
      events: timed({ 0: OPENING, 5000: [...open, called('localProcess')] })(now),
      processes: now < 5000 ? [root()] : [root(), child(20)],
    }));
    expect(liveness).toMatchObject({ state: 'in-tool', end: null });
  });

  test('a call of an unknown kind is protected by its living process', () => {
    const { liveness } = play(5 * HOUR, (now) => ({
      events: timed({ 0: OPENING, 5000: [called('unknown')] })(now),
      processes: now < 5000 ? [root()] : [root(), child(20)],
    }));
    expect(liveness.state).toBe('in-tool');
  });

  test.each(['remote', 'subagent'] as const)('a process born under a %s call protects it', (place) => {
    const { liveness } = play(5 * HOUR, (now) => ({
      events: timed({ 0: OPENING, 5000: [called(place)] })(now),
      processes: now < 20_000 ? [root()] : [root(), child(20)],
    }));
    expect(liveness).toMatchObject({ state: 'in-tool', end: null });
  });

  test('a child born after the last event means in-tool, inferred', () => {
    const { liveness } = play(5 * HOUR, (now) => ({
      events: timed({ 0: OPENING, 5000: [called('inProcess')], 10_000: [answered()] })(now),
      processes: now < 20_000 ? [root()] : [root(), child(20)],
    }));
    expect(liveness).toMatchObject({ state: 'in-tool', waitingOn: 'a process it started', end: null });
  });

  test('an idle child older than the last event protects nothing', () => {
    const { liveness, atMs } = play(5 * HOUR, (now) => ({
      events: timed({ 0: [...OPENING, called('inProcess')], 10_000: [answered()] })(now),
      processes: now < 5000 ? [root()] : [root(), child(20)],
    }));
    expect(liveness.state).toBe('stuck');
    expect(atMs).toBe(10_000 + SILENCE);
  });

  test('before the first call of a visible stream no child protects: helpers that a CLI starts for itself', () => {
    const { liveness, atMs } = play(5 * HOUR, (now) => ({
      events: timed({ 0: OPENING })(now),
      processes: now < 5000 ? [root()] : [root(), child(20)],
    }));
    expect(liveness.state).toBe('stuck');
    expect(atMs).toBe(5000 + SILENCE);
  });

  test.each(['onlyWhenFinished', 'none'] as const)(
    'a stream that shows open calls %s: a tool may start with the very word that is seen',
    (openCalls) => {
      const look = (now: number) => ({
        events: timed({ 0: OPENING, 60_000: [SAID] })(now),
        processes: now < 60_000 ? [root()] : [root(), child(20)],
      });
      expect(play(5 * HOUR, look, { ...POLICY, openCalls }).liveness.state).toBe('in-tool');
    },
  );
});

describe('what an earlier tool left behind starts one process after another', () => {
  const WORD = 10_000;
  const events = timed({ 0: OPENING, 5000: [called('localProcess')], [WORD]: [answered()] });
  /** A loop that the call left behind, and what it starts; a helper (15) came with the CLI. */
  const look = (started: (now: number) => TreeProcess[]) => (now: number) => ({
    events: events(now),
    processes: [root(), child(15), ...(now < 5000 ? [] : [child(20)]), ...(now <= WORD ? [] : started(now))],
  });
  const each = (periodMs: number, parentPid: number) => (now: number) => [
    child(1000 + Math.floor(now / periodMs), { parentPid }),
  ];

  test('alternating evidence extends nothing: one bound', () => {
    const { liveness, atMs } = play(5 * HOUR, look(each(5000, 20)));
    expect(liveness).toMatchObject({ state: 'stuck', end: { witnesses: [{}, { isSpent: true }] } });
    expect(atMs).toBe(WORD + BOUND);
  });

  test('unless a tool of this silence starts them', () => {
    // The agent starts 20 after its word; 20 hands over to 21, and that to 22, which is born long after the bound.
    const { liveness } = play(5 * HOUR, (now) => ({
      events: timed({ 0: OPENING, 5000: [called('inProcess')], [WORD]: [answered()] })(now),
      processes: [
        root(),
        ...(now > WORD && now <= 20 * MINUTE ? [child(20)] : []),
        ...(now >= 20 * MINUTE && now <= 40 * MINUTE ? [child(21, { parentPid: 20 })] : []),
        ...(now >= 40 * MINUTE ? [child(22, { parentPid: 21 })] : []),
      ],
    }));
    expect(liveness).toMatchObject({ state: 'in-tool', end: null });
  });

  test('one that was born within the bound may end', () => {
    const { liveness, atMs } = play(5 * HOUR, look(each(7 * MINUTE, 20)));
    expect(liveness.state).toBe('stuck');
    // Those of minute 0, 7, 14, 21 and 28.
    expect(atMs).toBe(35 * MINUTE);
  });

  test('whatever starts it in between, and whoever adopts it', () => {
    const { atMs } = play(
      5 * HOUR,
      look((now) => {
        const turn = 1000 + 2 * Math.floor(now / 10_000);
        const worker = child(turn + 1, { parentPid: now % 10_000 === 0 ? turn : 1 });
        return now % 10_000 === 0 ? [worker, child(turn, { parentPid: 20 })] : [worker];
      }),
    );
    expect(atMs).toBe(WORD + BOUND);
  });

  test('an open call without a process of its own is excused for the same bound', () => {
    const { atMs } = play(5 * HOUR, (now) => ({
      ...look(each(5000, 20))(now),
      events: now === WORD ? [answered(), called('remote', 'c2')] : events(now),
    }));
    expect(atMs).toBe(WORD + BOUND);
  });

  test('a silent one that lives on is a tool: shells stay for many calls', () => {
    const { liveness } = play(23 * HOUR, look(each(48 * HOUR, 20)));
    expect(liveness).toMatchObject({ state: 'in-tool', end: null });
  });

  test.each([
    ['the agent itself', 10],
    ['a helper that came with it', 15],
    ['nobody who can be seen', 1],
  ])('what %s starts is a tool each time', (_, parentPid) => {
    expect(play(23 * HOUR, look(each(5000, parentPid))).liveness).toMatchObject({
      state: 'in-tool',
      end: null,
    });
  });
});

test('a tool that is gone while the CLI goes on ticking: lost at the bound, counted from when it went', () => {
  const gone = 2 * HOUR;
  const { liveness, atMs } = play(5 * HOUR, (now) => ({
    events: timed({ 0: [...OPENING, called('localProcess')] })(now),
    processes: [root({ cpuMs: now }), ...(now < gone ? [child(20)] : [])],
  }));
  expect(liveness.end?.reason).toBe('lost-completion');
  expect(atMs).toBe(gone + BOUND);
});

describe('tool-gone', () => {
  const look = (goneAtMs: number, until: (now: number) => TreeProcess[]) => (now: number) => ({
    events: timed({ 0: OPENING, 5000: [called('localProcess')] })(now),
    processes: now < 5000 ? [root()] : now < goneAtMs ? [root(), child(20)] : until(now),
  });

  test('a process that was seen and vanished is a lost completion after the grace', () => {
    const { liveness, atMs } = play(
      5 * HOUR,
      look(40 * MINUTE, () => [root()]),
    );
    expect(liveness).toMatchObject({ state: 'tool-gone', end: { reason: 'lost-completion' } });
    expect(atMs).toBe(40 * MINUTE + GRACE);
  });

  test('not while anything else still moves', () => {
    const busyUntil = 42 * MINUTE;
    const { atMs } = play(
      5 * HOUR,
      look(40 * MINUTE, (now) => [root({ cpuMs: Math.min(now, busyUntil) })]),
    );
    expect(atMs).toBe(busyUntil + GRACE);
  });

  test('not when the answer comes within the grace', () => {
    const { liveness } = play(60 * MINUTE, (now) => ({
      events: timed({ 0: OPENING, 5000: [called('localProcess')], [40 * MINUTE + 25_000]: [answered()] })(
        now,
      ),
      processes: now < 5000 || now >= 40 * MINUTE ? [root()] : [root(), child(20)],
    }));
    expect(liveness).toMatchObject({ state: 'thinking', end: null });
  });

  test('a process that vanished under a call inside the agent proves no loss: that is thinking', () => {
    const { liveness, atMs } = play(5 * HOUR, (now) => ({
      events: timed({ 0: OPENING, 5000: [called('inProcess')] })(now),
      processes: now < 10_000 || now >= MINUTE ? [root()] : [root(), child(20)],
    }));
    expect(liveness.end?.reason).toBe('stuck');
    expect(atMs).toBe(MINUTE + SILENCE);
  });

  test('a process that never was seen did not vanish: as remote, with the one bound', () => {
    const { liveness, atMs } = play(5 * HOUR, (now) => ({
      events: timed({ 0: OPENING, 5000: [called('localProcess')] })(now),
    }));
    expect(liveness.end?.reason).toBe('stuck');
    expect(atMs).toBe(5000 + BOUND);
  });
});

describe('in-remote-tool', () => {
  test.each(['remote', 'subagent', 'unknown'] as const)('%s is excused up to the bound', (place) => {
    const look = (now: number) => ({ events: timed({ 0: OPENING, 5000: [called(place)] })(now) });
    expect(play(5000 + BOUND - 5000, look).liveness).toMatchObject({ state: 'in-remote-tool', end: null });
    const { liveness, atMs } = play(5 * HOUR, look);
    expect(liveness.end?.reason).toBe('stuck');
    expect(atMs).toBe(5000 + BOUND);
  });

  test('never less than the silence limit', () => {
    const policy = { ...POLICY, silenceMs: 2 * HOUR };
    const look = (now: number) => ({ events: timed({ 0: [...OPENING, called('remote')] })(now) });
    expect(play(9 * HOUR, look, policy).atMs).toBe(2 * HOUR);
  });

  test('moving processes do not extend the bound', () => {
    const { atMs } = play(9 * HOUR, (now) => ({
      events: timed({ 0: [...OPENING, called('remote')] })(now),
      processes: [root({ cpuMs: now })],
    }));
    expect(atMs).toBe(BOUND);
  });

  test('calls of several kinds after one another share the bound of one silence', () => {
    // A local call without a process, a remote one and one of the agent's own: no answer ever.
    const open = [called('localProcess', 'a'), called('remote', 'b'), called('inProcess', 'c')];
    const { atMs } = play(9 * HOUR, (now) => ({ events: timed({ 0: [...OPENING, ...open] })(now) }));
    expect(atMs).toBe(BOUND);
  });
});

describe('waiting', () => {
  test('on a human: ended as asked within the grace', () => {
    const look = (now: number) => ({ events: timed({ 0: [...OPENING, called('human')] })(now) });
    expect(play(25 * SECOND, look).liveness).toMatchObject({ state: 'waiting-on-human', end: null });
    const { liveness, atMs } = play(HOUR, look);
    expect(liveness.end?.reason).toBe('asked');
    expect(atMs).toBe(GRACE);
  });

  test('on a limit: ended as limited after the grace', () => {
    const look = (now: number) => ({ events: timed({ 0: [STARTED, LIMITED] })(now) });
    expect(play(25 * SECOND, look).liveness).toMatchObject({ state: 'waiting-on-limit', end: null });
    const { liveness, atMs } = play(HOUR, look);
    expect(liveness.end?.reason).toBe('limited');
    expect(atMs).toBe(GRACE);
  });

  describe('on a limit while the process of a call lives', () => {
    const TOLD = 10_000;
    const DONE = 40 * MINUTE;
    const look = (then: Record<number, SessionEvent[]>, untilMs: number) => (now: number) => ({
      events: timed({ 0: [...OPENING, called('localProcess')], [TOLD]: [LIMITED], ...then })(now),
      processes: now < 5000 || now >= untilMs ? [root()] : [root(), child(20)],
    });

    test('is in-tool still, and its clock starts with the answer', () => {
      const calling = look({ [DONE]: [answered()] }, DONE);
      expect(play(DONE - 5000, calling).liveness).toMatchObject({ state: 'in-tool', end: null });
      const { liveness, atMs } = play(5 * HOUR, calling);
      expect(liveness).toMatchObject({ state: 'waiting-on-limit', end: { reason: 'limited' } });
      expect(atMs).toBe(DONE + GRACE);
    });

    test('or when that process is gone without an answer', () => {
      const { liveness, atMs } = play(5 * HOUR, look({}, DONE));
      expect([liveness.end?.reason, atMs]).toEqual(['limited', DONE + GRACE]);
    });

    test('the session’s own limit is the only other end', () => {
      const { liveness, atMs } = play(5 * HOUR, look({}, 5 * HOUR), { ...POLICY, timeoutMs: HOUR });
      expect([liveness.end?.reason, atMs]).toEqual(['timed-out', HOUR]);
    });

    test('a call whose process was never seen protects nothing', () => {
      const { atMs } = play(5 * HOUR, look({}, 0));
      expect(atMs).toBe(TOLD + GRACE);
    });
  });

  test.each([SAID, called('inProcess')])('a limit that it got over is none ($kind)', (event) => {
    const { liveness } = play(10 * MINUTE, (now) => ({
      events: timed({ 0: [STARTED, LIMITED], 20_000: [event] })(now),
    }));
    expect(liveness).toMatchObject({ state: 'thinking', end: null });
  });
});

describe('finishing', () => {
  test('a result and a process that stays: completed after the grace', () => {
    const { liveness, atMs } = play(HOUR, (now) => ({
      events: timed({ 0: OPENING, 5000: [ENDED] })(now),
      processes: [root(), child(20, { cpuMs: now })],
    }));
    expect(liveness).toMatchObject({ state: 'finishing', end: { reason: 'completed' } });
    expect(atMs).toBe(5000 + GRACE);
  });

  test('the time limit does not overrule a result', () => {
    const policy = { ...POLICY, timeoutMs: 10 * SECOND };
    const look = (now: number) => ({ events: timed({ 0: OPENING, 5000: [ENDED] })(now) });
    expect(play(HOUR, look, policy).liveness.end?.reason).toBe('completed');
  });

  test('a new turn takes the result back', () => {
    const { liveness } = play(10 * MINUTE, (now) => ({
      events: timed({ 0: OPENING, 5000: [ENDED], 20_000: [PROMPTED] })(now),
    }));
    expect(liveness).toMatchObject({ state: 'thinking', end: null });
  });
});

describe('the session’s own limits', () => {
  test('more output than allowed ends it as budget', () => {
    const { liveness } = replay([pulseAt(0, { events: OPENING, outputBytes: 1e9 + 1 })]);
    expect(liveness.end?.reason).toBe('budget');
    expect(replay([pulseAt(0, { events: OPENING, outputBytes: 1e9 })]).liveness.end).toBeNull();
  });

  test('a session that is gone is gone, whatever it left open', () => {
    const { liveness } = replay([
      pulseAt(0, { events: [...OPENING, called('human'), LIMITED], isAlive: false, outputBytes: 2e9 }),
    ]);
    expect(liveness).toMatchObject({ state: 'gone', end: null });
  });
});

describe('text agents', () => {
  const policy = { ...POLICY, hasEvents: false, openCalls: 'none' as const, timeoutMs: 6 * HOUR };

  test('have no words, so only the time limit ends them', () => {
    const { liveness, atMs } = play(9 * HOUR, () => ({}), policy);
    expect(liveness.end?.reason).toBe('timed-out');
    expect(atMs).toBe(6 * HOUR);
  });

  test('are working, never starting or thinking', () => {
    const look = (now: number) => ({ processes: [root({ cpuMs: now })] });
    expect(play(HOUR, look, policy).liveness).toMatchObject({ state: 'working', end: null });
  });
});
