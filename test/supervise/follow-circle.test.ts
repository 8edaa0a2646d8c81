import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../src/domain/session-event.ts';
import { parseCodexStream } from '../../src/harness/codex/stream.ts';
import { HOUR, MINUTE, play, POLICY, PROMPTED, pulseAt, replay, SECOND, STARTED } from '../support/pulses.ts';

// 2-liveness, "looping": many events, the same tool and arguments, no state change.

function call(number: number, what: string): SessionEvent {
  return {
    kind: 'called',
    callId: `c${number}`,
    tool: 'Bash',
    place: 'localProcess',
    summary: what,
    openTodos: null,
    fingerprint: what,
  };
}

function answer(number: number, what: string): SessionEvent {
  return { kind: 'answered', callId: `c${number}`, isError: false, fingerprint: what };
}

/** One call and its answer with every look, as `turn` says. */
function run(turn: (number: number) => [what: string, got: string], untilMs = HOUR) {
  return play(untilMs, (atMs) => {
    const number = atMs / (5 * SECOND);
    const [what, got] = turn(number);
    return {
      events: [...(number === 0 ? [STARTED, PROMPTED] : []), call(number, what), answer(number, got)],
    };
  });
}

test('the same call with the same answer, so many times in a row, is a circle', () => {
  const { liveness, atMs } = run(() => ['ls', 'a b']);
  expect([liveness.state, liveness.end?.reason]).toEqual(['looping', 'looping']);
  expect(atMs).toBe((POLICY.loopCalls - 1) * 5 * SECOND);
});

test('calls that take turns are one too', () => {
  const { liveness } = run((number) => (number % 2 ? ['ls', 'a'] : ['cat a', 'x']));
  expect(liveness.end?.because).toContain('2 taking turns');
});

test('a circle is found after any other work', () => {
  const { liveness, atMs } = run((number) => (number < 100 ? [`edit ${number}`, 'ok'] : ['ls', 'a']));
  expect(liveness.end?.reason).toBe('looping');
  expect(atMs).toBeLessThanOrEqual((100 + POLICY.loopCalls) * 5 * SECOND);
});

test.each<[string, (number: number) => [string, string]]>([
  ['another answer each time', (number) => ['npm test', `run ${number}`]],
  ['other arguments each time', (number) => [`read ${number}`, 'ok']],
  [
    'something new every now and then',
    (number) => [number % 40 === 0 ? `edit ${number}` : `t${number % 3}`, 'ok'],
  ],
])('%s is work', (_, turn) => {
  expect(run(turn).liveness.end).toBeNull();
});

test('a call that takes its time waits for something', () => {
  // Opened with one look and answered three later: `sleep 10; gh run view`.
  const { liveness } = play(10 * HOUR, (atMs) => {
    const look = atMs / (5 * SECOND);
    const number = Math.floor(look / 4);
    const start = look === 0 ? [STARTED, PROMPTED] : [];
    if (look % 4 === 0) return { events: [...start, call(number, 'poll')] };
    return { events: look % 4 === 3 ? [answer(number, 'pending')] : [] };
  });
  expect(liveness.end).toBeNull();
});

test('a call that the very next look sees answered is quick', () => {
  const { liveness, atMs } = play(HOUR, (now) => {
    const look = now / (5 * SECOND);
    return { events: look === 0 ? [STARTED, call(0, 'ls')] : [answer(look - 1, 'a'), call(look, 'ls')] };
  });
  expect(liveness.end?.reason).toBe('looping');
  // The first answer comes with the second look.
  expect(atMs).toBe(POLICY.loopCalls * 5 * SECOND);
});

test('a circle that begins after a slow call, or after a gap, has only its own calls', () => {
  const begin = 20 * SECOND;
  const same = (now: number) => {
    const number = now / (5 * SECOND);
    return [call(number, 'ls'), answer(number, 'a')];
  };
  const slow = play(HOUR, (now) => {
    if (now === 0) return { events: [STARTED, PROMPTED, call(0, 'poll')] };
    if (now < begin) return { events: now === begin - 5 * SECOND ? [answer(0, 'pending')] : [] };
    return { events: same(now) };
  });
  const gap = play(HOUR, (now) => ({
    atMs: now < begin ? now : now + HOUR,
    events: now === 0 ? [STARTED, PROMPTED] : now <= begin ? [] : same(now),
  }));
  for (const { liveness } of [slow, gap])
    expect(liveness.end?.because).toBe(
      'it made 60 calls in a row that were all the same, with the same answers',
    );
  expect(slow.atMs).toBe(begin + (POLICY.loopCalls - 1) * 5 * SECOND);
});

test('the calls of a first look count, whatever the clock shows by then', () => {
  const policy = { ...POLICY, loopCalls: 10 };
  const calls = Array.from({ length: 10 }, (_, number) => [call(number, 'ls'), answer(number, 'a')]);
  const { liveness } = replay([pulseAt(9 * HOUR, { events: [STARTED, ...calls.flat()] })], policy);
  expect(liveness.end?.reason).toBe('looping');
});

test('calls that all differ are no circle, however few make one', () => {
  const edit = (now: number) => {
    const number = now / (5 * SECOND);
    return { events: [call(number, `edit ${number}`), answer(number, 'ok')] };
  };
  expect(play(MINUTE, edit, { ...POLICY, loopCalls: 4 }).liveness.end).toBeNull();
});

test('what piled up while nobody looked is no circle', () => {
  const polls = Array.from({ length: 200 }, (_, number) => [call(number, 'poll'), answer(number, 'pending')]);
  const { liveness } = play(2 * HOUR, (atMs) => ({ events: atMs === 0 ? [STARTED, PROMPTED] : [] }));
  expect(liveness.end?.reason).toBe('stuck');
  const gap = [0, HOUR].map((atMs) => ({
    atMs,
    events: atMs === 0 ? [STARTED, PROMPTED] : polls.flat(),
  }));
  expect(replay(gap.map((each) => pulseAt(each.atMs, each))).liveness.end).toBeNull();
});

test('a stream that shows no arguments shows no circle', () => {
  const { liveness } = play(HOUR, (atMs) => {
    const number = atMs / (5 * SECOND);
    const { fingerprint: _, ...bare } = call(number, 'ls') as { fingerprint: string } & SessionEvent;
    return { events: [STARTED, bare, answer(number, 'a')] };
  });
  expect(liveness.end).toBeNull();
});

test('a stream that shows no answers shows no circle', () => {
  const { liveness } = play(HOUR, (atMs) => {
    const number = atMs / (5 * SECOND);
    return {
      events: [STARTED, call(number, 'ls'), { kind: 'answered', callId: `c${number}`, isError: false }],
    };
  });
  expect(liveness.end).toBeNull();
});

describe('Codex tells a call again when it is over', () => {
  const line = (type: string, number: number, more: object): SessionEvent[] => {
    const item = { id: `item_${number}`, type: 'command_execution', command: 'gh run view', ...more };
    return parseCodexStream(JSON.stringify({ type, item }), new Date(0));
  };
  const begun = (number: number): SessionEvent[] => line('item.started', number, { status: 'in_progress' });
  const over = (number: number): SessionEvent[] =>
    line('item.completed', number, { aggregated_output: 'queued', exit_code: 0, status: 'completed' });

  test('quick ones that are all alike are a circle', () => {
    const { liveness, atMs } = play(HOUR, (now) => {
      const number = now / (5 * SECOND);
      return { events: [...(number === 0 ? [STARTED, PROMPTED] : []), ...begun(number), ...over(number)] };
    });
    expect(liveness.end?.reason).toBe('looping');
    expect(atMs).toBe((POLICY.loopCalls - 1) * 5 * SECOND);
  });

  test('those that take their time wait for something', () => {
    const { liveness } = play(10 * HOUR, (now) => {
      const look = now / (5 * SECOND);
      const number = Math.floor(look / 4);
      if (look % 4 === 0) return { events: [...(look === 0 ? [STARTED, PROMPTED] : []), ...begun(number)] };
      return { events: look % 4 === 3 ? over(number) : [] };
    });
    expect(liveness.end).toBeNull();
  });
});
