import { describe, expect, test } from 'vitest';
import type { SeenMarker } from '../../src/domain/liveness.ts';
import { HOUR, MINUTE, play, POLICY, PROMPTED, root, SECOND, STARTED, timed } from '../support/pulses.ts';

// 2-liveness, "Markers": what a marker excuses, for how long, and whom it may speak for.

/** A marker of the session's own that is touched every 30 s, as it looks at a time. */
function marker(atMs: number, given: Partial<Omit<SeenMarker, 'leftMs'>> = {}): SeenMarker {
  const { endsAtMs = HOUR, ...rest } = given;
  const touched = Math.floor(atMs / (30 * SECOND)) * 30 * SECOND;
  return {
    name: 'build-in-progress-s-00000000.marker',
    label: 'build',
    touchedAtMs: touched,
    ageMs: atMs - touched,
    endsAtMs,
    leftMs: endsAtMs === null ? null : endsAtMs - atMs,
    declaredMs: endsAtMs,
    isOwned: true,
    ...rest,
  };
}

const words = timed({ 0: [STARTED, PROMPTED] });
const withMarkers = (markers: (atMs: number) => readonly SeenMarker[], untilMs = 5 * HOUR) =>
  play(untilMs, (atMs) => ({ events: words(atMs), markers: markers(atMs) }));

describe('one silence', () => {
  test('without a marker it ends at the silence limit', () => {
    const { liveness, atMs } = withMarkers(() => []);
    expect([liveness.state, atMs]).toEqual(['stuck', POLICY.silenceMs]);
  });

  test('is excused by a marker that declares an hour, and not longer', () => {
    const { liveness, atMs } = withMarkers((at) => [marker(at)]);
    expect(liveness.state).toBe('stuck');
    // The end that it named comes first, and the bound counts from the last word: both are an hour here.
    expect(atMs).toBe(HOUR);
  });

  test('is not excused by a chain of markers beyond the longest time that one of them declared', () => {
    const chain = (at: number): SeenMarker[] => {
      const turn = Math.floor(at / (10 * MINUTE));
      return [marker(at, { name: `m-${turn}`, endsAtMs: (turn + 1) * 10 * MINUTE, declaredMs: 10 * MINUTE })];
    };
    expect(withMarkers(chain).atMs).toBe(POLICY.suppressionMs);
  });

  test('a deadline that moves away while it is held extends nothing', () => {
    const moving = (at: number): SeenMarker[] => [marker(at, { endsAtMs: 40 * MINUTE + at })];
    expect(withMarkers(moving).atMs).toBe(40 * MINUTE);
  });

  test('a deadline that was narrowed counts', () => {
    const narrowed = (at: number): SeenMarker[] => [
      marker(at, at < 10 * MINUTE ? {} : { endsAtMs: 25 * MINUTE, declaredMs: 25 * MINUTE }),
    ];
    expect(withMarkers(narrowed).atMs).toBe(25 * MINUTE);
  });
});

test('of several that count the first by name is told, in whatever order a folder lists them', () => {
  const named = ['b', 'a', 'c'].map((name) => (at: number) => marker(at, { name, label: `label-${name}` }));
  for (const order of [named, named.toReversed()]) {
    const { liveness } = withMarkers((at) => order.map((each) => each(at)), 30 * MINUTE);
    expect(liveness).toMatchObject({ state: 'in-remote-tool', waitingOn: 'its marker "label-a"' });
  }
});

describe('a marker counts for nothing', () => {
  test.each<[string, (at: number) => SeenMarker]>([
    ['whose owner is gone or a stranger', (at) => marker(at, { isOwned: false })],
    ['that nobody touches any more', (at) => marker(at, { touchedAtMs: 0, ageMs: at })],
    ['whose end is over', (at) => marker(at, { endsAtMs: 5 * MINUTE, declaredMs: 5 * MINUTE })],
    ['that was stale when it was first seen', (at) => marker(at, { touchedAtMs: 0, ageMs: at + 2 * MINUTE })],
  ])('%s', (_, look) => {
    expect(withMarkers((at) => [look(at)]).atMs).toBe(POLICY.silenceMs);
  });
});

test('the older form, which names no end, is bounded although it is touched', () => {
  const old = (at: number): SeenMarker[] => [
    marker(at, { endsAtMs: null, isOwned: null, touchedAtMs: at, ageMs: 0 }),
  ];
  expect(withMarkers(old).atMs).toBe(POLICY.suppressionMs);
});

test('the older form that nobody touches for a minute counts for nothing', () => {
  const old = (at: number): SeenMarker[] => [
    marker(at, { endsAtMs: null, isOwned: null, touchedAtMs: 0, ageMs: at }),
  ];
  expect(withMarkers(old).atMs).toBe(POLICY.silenceMs);
});

test.each([2, -2])(
  'a wall clock that is set %i hours on makes no marker stale, and gives it no more time',
  (hours) => {
    const jumped = (at: number): SeenMarker[] => {
      const jumpMs = at >= 10 * MINUTE ? hours * HOUR : 0;
      const seen = marker(at, { endsAtMs: 50 * MINUTE });
      return [{ ...seen, ageMs: seen.ageMs + jumpMs, leftMs: (seen.leftMs ?? 0) - jumpMs }];
    };
    expect(withMarkers(jumped).atMs).toBe(50 * MINUTE);
  },
);

test('an end that is moved to and fro is moved forward once', () => {
  const moving = (at: number): SeenMarker[] => {
    const isNarrow = at >= 5 * MINUTE && Math.floor(at / (5 * MINUTE)) % 2 === 1;
    return [marker(at, { endsAtMs: isNarrow ? 50 * MINUTE : HOUR, declaredMs: HOUR })];
  };
  expect(withMarkers(moving).atMs).toBe(50 * MINUTE);
});

test('a marker that names no end any more keeps the one that it had', () => {
  const changed = (at: number): SeenMarker[] => [
    at < 5 * MINUTE ? marker(at, { endsAtMs: 25 * MINUTE }) : marker(at, { endsAtMs: null, isOwned: null }),
  ];
  expect(withMarkers(changed).atMs).toBe(25 * MINUTE);
});

test('a word ends the silence, and what was declared for it', () => {
  const spoken = timed({ 0: [STARTED, PROMPTED], [10 * MINUTE]: [PROMPTED] });
  const { atMs } = play(5 * HOUR, (at) => ({
    events: spoken(at),
    markers: at < 10 * MINUTE ? [marker(at)] : [],
  }));
  expect(atMs).toBe(10 * MINUTE + POLICY.silenceMs);
});

describe('the longest time that a marker declared', () => {
  // Processes that move excuse a silence too, and show how long it may be without a marker.
  const moving = (at: number) => ({ processes: [root({ cpuMs: at })] });
  const endOf = (markers: (at: number) => readonly SeenMarker[], spoken = words) =>
    play(5 * HOUR, (at) => ({ events: spoken(at), markers: markers(at), ...moving(at) })).atMs;

  test('counts for the silence, although the marker is gone', () => {
    expect(endOf((at) => (at < 10 * MINUTE ? [marker(at)] : []))).toBe(HOUR);
  });

  test('counts no longer after a word', () => {
    const spoken = timed({ 0: [STARTED, PROMPTED], [10 * MINUTE]: [PROMPTED] });
    expect(endOf((at) => (at < 10 * MINUTE ? [marker(at)] : []), spoken)).toBe(
      10 * MINUTE + POLICY.suppressionMs,
    );
  });

  test('counts for nothing where the marker is a stranger’s', () => {
    expect(endOf((at) => [marker(at, { isOwned: false })])).toBe(POLICY.suppressionMs);
  });

  test('is the first that the marker declared, and no longer one', () => {
    expect(
      endOf((at) => [marker(at, { endsAtMs: 3 * HOUR, declaredMs: at === 0 ? 40 * MINUTE : 2 * HOUR })]),
    ).toBe(40 * MINUTE);
  });

  test('is kept by a marker that declares nothing any more, also after a word', () => {
    const spoken = timed({ 0: [STARTED, PROMPTED], [10 * MINUTE]: [PROMPTED] });
    const changed = (at: number) => [
      at < 5 * MINUTE
        ? marker(at, { endsAtMs: 2 * HOUR, declaredMs: HOUR })
        : marker(at, { endsAtMs: null, declaredMs: null, isOwned: null }),
    ];
    expect(endOf(changed, spoken)).toBe(10 * MINUTE + HOUR);
  });
});

describe('without another touch a marker counts', () => {
  /** With a silence that is shorter than any touch lasts, the state tells whether the marker counts. */
  const policy = { ...POLICY, silenceMs: 5 * SECOND };
  const endOf = (given: Partial<Omit<SeenMarker, 'leftMs'>>, ageMs: number) =>
    play(
      HOUR,
      (at) => ({
        events: words(at),
        markers: [marker(at, { touchedAtMs: 0, ageMs: ageMs + at, ...given })],
      }),
      policy,
    ).atMs;

  test('for 90 s, and that moment is the last', () => {
    expect(endOf({}, 0)).toBe(95 * SECOND);
  });

  test('for the rest of them where it was touched before it was first seen', () => {
    expect(endOf({}, 30 * SECOND)).toBe(65 * SECOND);
  });

  test('for no longer where the wall clock says that its touch is still to come', () => {
    expect(endOf({}, -HOUR)).toBe(95 * SECOND);
  });

  test('for 60 s where it is of the older form', () => {
    expect(endOf({ endsAtMs: null, isOwned: null }, 0)).toBe(65 * SECOND);
  });
});

test('the older form that names an end later counts on, for as long as it did', () => {
  const named = (at: number): SeenMarker[] => [
    marker(at, at < 5 * MINUTE ? { endsAtMs: null, isOwned: null } : { endsAtMs: 4 * HOUR }),
  ];
  expect(withMarkers(named).atMs).toBe(POLICY.suppressionMs);
});

test('an end that is named again is compared with the earliest one before', () => {
  const again = (at: number): SeenMarker[] => {
    const minute = at / MINUTE;
    if (minute < 5) return [marker(at, { endsAtMs: HOUR })];
    if (minute < 10) return [marker(at, { endsAtMs: null, declaredMs: HOUR })];
    return [marker(at, { endsAtMs: 25 * MINUTE, declaredMs: HOUR })];
  };
  expect(withMarkers(again).atMs).toBe(25 * MINUTE);
});

test('an agent without words is not ended under a marker, as it is not without one', () => {
  const policy = { ...POLICY, hasEvents: false, openCalls: 'none' as const, timeoutMs: 10 * HOUR };
  const { liveness, atMs } = play(9 * HOUR, (at) => ({ markers: [marker(at)] }), policy);
  expect([liveness.end, atMs]).toEqual([null, 9 * HOUR]);
});

test('hooks that run are words of its own side', () => {
  const { atMs } = play(5 * HOUR, (at) => ({ events: words(at), hooks: at === 15 * MINUTE ? 1 : 0 }));
  expect(atMs).toBe(15 * MINUTE + POLICY.silenceMs);
});
