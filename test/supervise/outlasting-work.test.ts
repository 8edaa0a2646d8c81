import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../src/domain/session-event.ts';
import {
  called,
  child,
  ENDED,
  HOUR,
  LIMITED,
  MINUTE,
  NOTED,
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

// A result is not the end while work is outstanding after which the CLI goes on by itself.

type Started = Extract<SessionEvent, { kind: 'work-started' }>;

function work(workId: string, given: Partial<Started> = {}): Started {
  return {
    kind: 'work-started',
    workId,
    callId: null,
    work: 'agent',
    summary: `do ${workId}`,
    isDetached: true,
    ...given,
  };
}

const over = (workId: string): SessionEvent => ({ kind: 'work-ended', workId, callId: null });
const OPENING = [STARTED, PROMPTED, SAID];
const { suppressionMs: BOUND, finishingMs: GRACE, silenceMs: SILENCE } = POLICY;
const END = 5 * SECOND;
const events = (script: Readonly<Record<number, readonly SessionEvent[]>>) => (now: number) => ({
  events: timed(script)(now),
});

describe('after a result', () => {
  test('an agent that says nothing is waited for until suppression and finishing are over', () => {
    const script = events({ 0: [...OPENING, work('a')], [END]: [ENDED] });
    const early = play(END + BOUND - SECOND, script).liveness;
    expect(early).toMatchObject({ state: 'in-remote-tool', waitingOn: '1 background agent', end: null });
    expect(play(END + BOUND, script).liveness).toMatchObject({ state: 'finishing', end: null });
    const { liveness, atMs } = play(5 * HOUR, script);
    expect([liveness.end?.reason, atMs]).toEqual(['completed', END + BOUND + GRACE]);
    expect(liveness.end?.because).toMatch(
      /^it emitted its result, and 1 background agent showed no sign for /,
    );
  });

  test('each sign of it counts anew: words, a helper’s among them, and growth of its own files', () => {
    const last = END + 3 * (BOUND - MINUTE);
    const script = (now: number) => ({
      events: timed({ 0: [...OPENING, work('a')], [END]: [ENDED], [END + BOUND - MINUTE]: [NOTED] })(now),
      hooks: now === END + 2 * (BOUND - MINUTE) || now === last ? 1 : 0,
    });
    const { liveness, atMs } = play(9 * HOUR, script);
    expect([liveness.end?.reason, atMs]).toEqual(['completed', last + BOUND + GRACE]);
  });

  test('the bound is suppression alone, however long the silence of a model may be', () => {
    const policy = { ...POLICY, suppressionMs: MINUTE };
    const { atMs } = play(HOUR, events({ 0: [...OPENING, work('a'), ENDED] }), policy);
    expect(policy.silenceMs).toBeGreaterThan(MINUTE);
    expect(atMs).toBe(MINUTE + GRACE);
  });

  test('when the last of them ends, the process has finishing to leave', () => {
    const [first, last] = [2 * MINUTE, 10 * MINUTE];
    const script = { 0: [...OPENING, work('a'), work('b'), ENDED], [first]: [over('a')] };
    expect(play(first + GRACE, events(script)).liveness.waitingOn).toBe('1 background agent');
    const { liveness, atMs } = play(HOUR, events({ ...script, [last]: [over('b')] }));
    expect([liveness.end?.reason, atMs]).toEqual(['completed', last + GRACE]);
  });

  test('a new turn is supervised as any other, and its result has a finishing of its own', () => {
    const script = {
      0: [...OPENING, work('a'), ENDED],
      [5 * MINUTE]: [over('a'), STARTED, PROMPTED],
      [10 * MINUTE]: [ENDED],
    };
    expect(play(9 * MINUTE, events(script)).liveness.state).toBe('thinking');
    const { liveness, atMs } = play(HOUR, events(script));
    expect([liveness.end?.reason, atMs]).toEqual(['completed', 10 * MINUTE + GRACE]);
    const crashed = replay([pulseAt(0, { events: script[0] }), pulseAt(SECOND, { isAlive: false })]);
    expect(crashed.liveness.state).toBe('gone');
  });

  test('two results in one look: the later one counts', () => {
    const script = { 0: [...OPENING, ENDED], [20 * SECOND]: [PROMPTED, SAID, { ...ENDED }] };
    expect(play(HOUR, events(script)).atMs).toBe(20 * SECOND + GRACE);
  });

  test.each(['shell', 'monitor'] as const)('a %s does not hold the session', (kind) => {
    const { liveness, atMs } = play(HOUR, events({ 0: [...OPENING, work('a', { work: kind }), ENDED] }));
    expect([liveness.end?.reason, atMs]).toEqual(['completed', GRACE]);
  });

  test('an agent beside a command holds it, and is what it waits for', () => {
    const both = [work('a', { work: 'shell' }), work('b'), work('c', { work: 'workflow' })];
    const { liveness } = play(MINUTE, events({ 0: [...OPENING, ...both, ENDED] }));
    expect(liveness).toMatchObject({
      state: 'in-remote-tool',
      waitingOn: '1 background agent and 1 workflow',
    });
  });

  test.each(['other', 'workflow', null] as const)('work of the kind %s holds like an agent', (kind) => {
    const { liveness } = play(MINUTE, events({ 0: [...OPENING, work('a', { work: kind }), ENDED] }));
    expect(liveness.state).toBe('in-remote-tool');
  });

  test('a tool of the agent that lives is not ended for silence', () => {
    const script = { 0: [...OPENING, work('a'), ENDED], [END]: [called('localProcess', 'h1')] };
    const call = { ...(script[END]?.[0] as Extract<SessionEvent, { kind: 'called' }>), isSubagent: true };
    const { liveness } = play(3 * HOUR, (now) => ({
      events: timed({ ...script, [END]: [call as SessionEvent] })(now),
      processes: now < END ? [root()] : [root(), child(20)],
    }));
    expect(liveness).toMatchObject({ state: 'in-tool', end: null });
  });

  test('the limits of the session itself end it all the same', () => {
    const script = events({ 0: [...OPENING, work('a'), ENDED] });
    const late = play(HOUR, script, { ...POLICY, timeoutMs: 10 * MINUTE });
    expect([late.liveness.end?.reason, late.atMs]).toEqual(['timed-out', 10 * MINUTE]);
    const loud = play(HOUR, (now) => ({ ...script(now), outputBytes: now }), {
      ...POLICY,
      outputBytes: 60_000,
    });
    expect(loud.liveness.end?.reason).toBe('budget');
  });

  test.each([
    ['a result after a result', [ENDED]],
    ['a turn and its result', [STARTED, ENDED]],
    ['an agent that starts, a result, and its end', [work('a'), ENDED, over('a')]],
  ] as const)('the time limit ends %s for ever', (_, turn) => {
    const policy = { ...POLICY, timeoutMs: 2 * MINUTE };
    const { liveness, atMs } = play(HOUR, () => ({ events: turn.map((event) => ({ ...event })) }), policy);
    expect([liveness.end?.reason, atMs]).toEqual(['timed-out', 2 * MINUTE + GRACE]);
    // A result just before the limit keeps its time to leave.
    const kept = play(HOUR, events({ 0: OPENING, [100 * SECOND]: [ENDED] }), policy);
    expect([kept.liveness.end?.reason, kept.atMs]).toEqual(['completed', 100 * SECOND + GRACE]);
  });

  test('nor does the usage limit of the session end it while its agents work', () => {
    const script = { 0: [...OPENING, work('a'), LIMITED, { ...ENDED, isError: true }] };
    expect(play(MINUTE, events(script)).liveness.state).toBe('in-remote-tool');
    const freed = play(HOUR, events({ ...script, [MINUTE]: [over('a')] }));
    expect(freed.atMs).toBe(MINUTE + GRACE);
  });
});

test('without a result an agent in the background excuses a silence as a call of one would', () => {
  const script = events({ 0: [...OPENING, work('a')] });
  expect(play(SILENCE + MINUTE, script).liveness).toMatchObject({
    state: 'in-remote-tool',
    waitingOn: '1 background agent',
    end: null,
  });
  expect(play(5 * HOUR, script).atMs).toBe(BOUND);
});
