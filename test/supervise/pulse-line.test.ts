import { fc } from '../support/fixed-seed.ts';
import { describe, expect, test } from 'vitest';
import type { Pulse, SeenMarker, TreeProcess } from '../../src/domain/liveness.ts';
import {
  decodePulse,
  encodePulse,
  openHeader,
  openLine,
  sealLine,
  type WrittenPulse,
} from '../../src/supervise/pulse-line.ts';
import { child, HOUR, POLICY, pulseAt } from '../support/pulses.ts';

const process = fc.record({
  pid: fc.integer({ min: 2, max: 6 }),
  startTime: fc.constantFrom('1', '2'),
  isRoot: fc.boolean(),
  isStopped: fc.boolean(),
  isFresh: fc.boolean(),
  cpuMs: fc.nat(3),
  transferredBytes: fc.option(fc.nat(3)),
  parentPid: fc.option(fc.nat(3)),
});

const pulse: fc.Arbitrary<Pulse> = fc.record({
  atMs: fc.nat(),
  events: fc.constant([]),
  processes: fc.uniqueArray(process, {
    selector: ({ pid, startTime }) => `${pid}:${startTime}`,
    maxLength: 5,
  }),
  isAlive: fc.boolean(),
  outputBytes: fc.nat(),
  hasOutput: fc.boolean(),
  markers: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom('a', 'b', '__proto__'),
      label: fc.constantFrom('a', 'b'),
      touchedAtMs: fc.nat(2),
      ageMs: fc.nat(100_000),
      endsAtMs: fc.option(fc.nat(2)),
      leftMs: fc.option(fc.integer()),
      declaredMs: fc.option(fc.nat(2)),
      isOwned: fc.option(fc.boolean()),
    }),
    { selector: ({ name }) => name, maxLength: 3 },
  ),
  hasWorktreeChanged: fc.boolean(),
  hooks: fc.nat(2),
});

const written: fc.Arbitrary<WrittenPulse> = fc.record({
  pulse,
  stdoutBytes: fc.nat(),
  state: fc.constantFrom('thinking', 'in-tool'),
  end: fc.option(fc.constantFrom('stuck', 'timed-out')),
});

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

/** Without what is told of a marker only when it is new; `seen` are those that were there before. */
const sorted = (
  { pulse: { processes, markers, ...rest }, ...more }: WrittenPulse,
  seen: Set<string>,
): unknown => ({
  ...more,
  pulse: {
    ...rest,
    markers: markers
      .map((each) => (seen.has(each.name) ? { ...each, ageMs: null, leftMs: null } : each))
      .toSorted(byName),
    processes: processes.toSorted((a, b) => a.pid - b.pid || (a.startTime < b.startTime ? -1 : 1)),
  },
});

/** All looks as lines, each sealed over those before it. */
function writeAll(looks: readonly WrittenPulse[]): string[] {
  let [seal, before] = ['', null as WrittenPulse | null];
  return looks.map((look) => {
    const sealed = sealLine(encodePulse(look, before), seal);
    [seal, before] = [sealed.seal, look];
    return sealed.text;
  });
}

test('each look is read as it was written', () => {
  fc.assert(
    fc.property(fc.array(written, { maxLength: 8 }), (looks) => {
      let [seal, before] = ['', null as WrittenPulse | null];
      let seen = new Set<string>();
      for (const [index, text] of writeAll(looks).entries()) {
        const opened = openLine(text, seal);
        expect(opened?.isIntact).toBe(true);
        if (!opened) return;
        [seal, before] = [opened.line.h, decodePulse(opened.line, before)];
        expect(sorted(before, seen)).toEqual(sorted(looks[index] as WrittenPulse, seen));
        seen = new Set(before.pulse.markers.map(({ name }) => name));
      }
    }),
  );
});

test('a line that was changed, taken out or put elsewhere does not fit its seal', () => {
  const look = (atMs: number): WrittenPulse => ({
    pulse: pulseAt(atMs, { processes: [], outputBytes: atMs }),
    stdoutBytes: 0,
    state: 'thinking',
    end: null,
  });
  const [first = '', second = '', third = ''] = writeAll([look(1), look(2), look(3)]);
  const firstSeal = openLine(first, '')?.line.h ?? '';
  expect(openLine(second, firstSeal)?.isIntact).toBe(true);
  expect(openLine(second.replace('"t":2', '"t":9'), firstSeal)?.isIntact).toBe(false);
  expect(openLine(third, firstSeal)?.isIntact).toBe(false);
  expect(openLine(second.slice(0, 20), firstSeal)).toBeNull();
  expect(openLine(`${second} `, firstSeal)).toBeNull();
});

const MARKER: SeenMarker = {
  name: 'build',
  label: 'build',
  touchedAtMs: 30_000,
  ageMs: 0,
  endsAtMs: 3_600_000,
  leftMs: 3_600_000,
  declaredMs: 3_600_000,
  isOwned: true,
};

/** A look in which one process and one marker are seen. */
function lookAt(
  atMs: number,
  process: Partial<TreeProcess> = {},
  marker: Partial<SeenMarker> = {},
): WrittenPulse {
  const seen = { processes: [child(20, process)], markers: [{ ...MARKER, ...marker }] };
  return { pulse: pulseAt(atMs, { ...seen, outputBytes: 7 }), stdoutBytes: 5, state: 'thinking', end: null };
}

test('a look at which nothing changed is written as its time', () => {
  expect(encodePulse(lookAt(5000.4), lookAt(0))).toEqual({ t: 5000 });
});

test('the first look is written with all that it saw, and with nothing else', () => {
  // 1 is the agent itself, 4 what had only just started.
  expect(encodePulse(lookAt(5000, { isRoot: true, isFresh: true }), null)).toEqual({
    t: 5000,
    o: 5,
    b: 7,
    p: [[20, '20', 5, 0, 0, 10]],
    m: [MARKER],
    s: 'thinking',
  });
  const empty: WrittenPulse = {
    pulse: pulseAt(5000, { processes: [] }),
    stdoutBytes: 0,
    state: 'thinking',
    end: null,
  };
  expect(encodePulse(empty, null)).toEqual({ t: 5000, s: 'thinking' });
});

test('a first line that tells its time alone is a look at nothing', () => {
  const opened = openLine(sealLine({ t: 5000 }, '').text, '');
  expect(opened && decodePulse(opened.line, null)).toEqual({
    pulse: pulseAt(5000, { processes: [] }),
    stdoutBytes: 0,
    state: '',
    end: null,
  });
});

describe('one change since the look before is written, and read back', () => {
  const again = (look: WrittenPulse): WrittenPulse | null => {
    const { text } = sealLine(encodePulse(look, lookAt(0)), '');
    const opened = openLine(text, '');
    return opened && decodePulse(opened.line, lookAt(0));
  };

  test.each<Partial<TreeProcess>>([
    { isRoot: true },
    { isStopped: true },
    { isFresh: true },
    { cpuMs: 1 },
    { transferredBytes: null },
    { parentPid: null },
  ])('of a process: %o', (process) => {
    expect(again(lookAt(5000, process))).toEqual(lookAt(5000, process));
  });

  test.each<Partial<SeenMarker>>([
    { label: 'bench' },
    { touchedAtMs: 60_000 },
    { endsAtMs: null },
    { declaredMs: null },
    { isOwned: false },
  ])('of a marker: %o', (marker) => {
    expect(again(lookAt(5000, {}, marker))).toEqual(lookAt(5000, {}, marker));
  });
});

describe('the header', () => {
  const header = { version: 1, startedAt: '2026-01-01T12:00:00.000Z', startedAtMs: 1000, policy: POLICY };
  const open = (given: object) => openHeader(sealLine({ ...header, ...given }, '').text);

  test('is read back as it was written, and a changed one is told', () => {
    const { text, seal } = sealLine(header, '');
    expect(openHeader(text)).toEqual({ value: header, seal, isIntact: true });
    expect(openHeader(text.replace('"startedAtMs":1000', '"startedAtMs":1001'))?.isIntact).toBe(false);
  });

  test('of an older supervisor has the defaults of what it did not know', () => {
    const policy = { timeoutMs: 24 * HOUR, hasEvents: true, openCalls: 'visible' };
    expect(open({ policy })?.value.policy).toEqual(POLICY);
  });

  test.each([
    ['of another version', { version: 2 }],
    ['without a time', { startedAt: 'noon' }],
    ['without a clock', { startedAtMs: null }],
    ['without a limit', { policy: { ...POLICY, timeoutMs: undefined } }],
    ['of no known stream', { policy: { ...POLICY, openCalls: 'sometimes' } }],
  ])('%s cannot be read', (_, given) => {
    expect(open(given)).toBeNull();
  });

  test('is not read from another kind of line, or from text', () => {
    expect(openHeader(sealLine({ t: 1 }, '').text)).toBeNull();
    expect(openHeader('')).toBeNull();
    expect(openHeader('{"version":1,"h":"0123456789ab"}x')).toBeNull();
    expect(openHeader('{"version":1 "h","h":"0123456789ab"}')).toBeNull();
  });
});

test('an hour of a busy session takes less than 1 MB', () => {
  const looks = Array.from({ length: 720 }, (_, index): WrittenPulse => ({
    pulse: {
      atMs: index * 5000,
      events: [],
      processes: Array.from({ length: 12 }, (__, pid) => ({
        pid: 100_000 + pid,
        startTime: '123456789',
        isRoot: pid < 2,
        parentPid: 100_000,
        isStopped: false,
        isFresh: false,
        cpuMs: index * 100 * pid,
        transferredBytes: index * 100_000 * pid,
      })),
      isAlive: true,
      outputBytes: index * 1000,
      hasOutput: true,
      markers: [],
      hooks: 0,
      hasWorktreeChanged: index % 2 === 0,
    },
    stdoutBytes: index * 900,
    state: index % 2 ? 'thinking' : 'in-tool',
    end: null,
  }));
  expect(writeAll(looks).join('\n').length).toBeLessThan(1e6);
});

test('a marker that stands for hours is written when it is new, touched or gone, and not at each look', () => {
  const look = (index: number, markers: Pulse['markers']): WrittenPulse => ({
    pulse: pulseAt(index * 5000, { processes: [], markers }),
    stdoutBytes: 0,
    state: 'in-remote-tool',
    end: null,
  });
  const held = (index: number): Pulse['markers'] => [
    {
      name: 'build',
      label: 'build',
      touchedAtMs: Math.floor(index / 6) * 30_000,
      ageMs: (index % 6) * 5000,
      endsAtMs: 3_600_000,
      leftMs: 3_600_000 - index * 5000,
      declaredMs: 3_600_000,
      isOwned: true,
    },
  ];
  const lines = writeAll([
    ...Array.from({ length: 12 }, (_, index) => look(index, held(index))),
    look(12, []),
  ]);
  expect(lines.flatMap((line, index) => (line.includes('"m":') ? [index] : []))).toEqual([0, 6]);
  expect(lines[12]).toContain('"y":["build"]');
});
