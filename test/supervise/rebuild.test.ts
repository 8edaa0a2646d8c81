import { describe, expect, test } from 'vitest';
import type { Pulse } from '../../src/domain/liveness.ts';
import { look, notLooked } from '../../src/supervise/look.ts';
import { encodePulse, sealLine, type WrittenPulse } from '../../src/supervise/pulse-line.ts';
import { rebuild, type RecordedLine } from '../../src/supervise/rebuild.ts';
import { child, POLICY, pulseAt, root, SAID, STARTED } from '../support/pulses.ts';

const STARTED_AT = '2026-01-01T12:00:00.000Z';
const HEADER = { version: 1, startedAt: STARTED_AT, startedAtMs: 1000, policy: POLICY };

/** Three looks, five seconds apart, with ten more bytes of words each. */
const LOOKS: readonly WrittenPulse[] = [0, 1, 2].map((index) => ({
  pulse: pulseAt(1000 + index * 5000, { processes: index === 0 ? [root()] : [root(), child(20)] }),
  stdoutBytes: index * 10,
  state: 'thinking',
  end: null,
}));
const WORDS: Readonly<Record<number, Pulse['events']>> = { 0: [STARTED], 10: [SAID], 20: [] };

function fileOf(looks: readonly WrittenPulse[]): RecordedLine[] {
  const first = sealLine(HEADER, '');
  const texts = [first.text];
  let { seal } = first;
  for (const [index, each] of looks.entries()) {
    const sealed = sealLine(encodePulse(each, looks[index - 1] ?? null), seal);
    texts.push(sealed.text);
    ({ seal } = sealed);
  }
  let end = 0;
  return texts.map((text) => ({ text, end: (end += text.length + 1), isTorn: false }));
}

function rebuildAll(lines: readonly RecordedLine[], tried = {}) {
  const asked: [number, string][] = [];
  const words = (upTo: number, at: Date) => {
    asked.push([upTo, at.toISOString()]);
    return WORDS[upTo] ?? [];
  };
  return { steps: [...rebuild(lines, words, tried)], asked };
}

/** `state 0`, `changed 2`: the kinds of the steps, with their looks or lines. */
const told = (lines: readonly RecordedLine[]): string[] =>
  rebuildAll(lines).steps.map((step) =>
    step.kind === 'state' ? `state ${step.rebuilt.looks}` : `${step.kind} ${step.line}`,
  );

describe('the states of a supervisor', () => {
  const lines = fileOf(LOOKS);

  test('are those that it had, look after look, with the words that each had read', () => {
    const { steps, asked } = rebuildAll(lines);
    expect(asked).toEqual([
      [0, '2026-01-01T12:00:00.000Z'],
      [10, '2026-01-01T12:00:05.000Z'],
      [20, '2026-01-01T12:00:10.000Z'],
    ]);
    const states = steps.map((step) => (step.kind === 'state' ? step.rebuilt : null));
    expect(states.map((each) => each?.looks)).toEqual([0, 1, 2, 3]);
    expect(states[0]?.supervision).toEqual(notLooked());
    let expected = notLooked();
    for (const { pulse, stdoutBytes } of LOOKS)
      expected = look(expected, { ...pulse, events: WORDS[stdoutBytes] ?? [] }, POLICY);
    expect(states[3]?.supervision).toEqual(expected);
  });

  test('say where the file goes on', () => {
    const last = rebuildAll(lines).steps.at(-1);
    if (last?.kind !== 'state') throw new Error('no state');
    const { tail, header } = last.rebuilt;
    expect(header).toEqual(HEADER);
    expect(tail).toEqual({
      seal: /"h":"(.+)"/.exec(lines[3]?.text ?? '')?.[1],
      last: LOOKS[2],
      bytes: lines[3]?.end,
    });
    expect(rebuildAll(lines.slice(0, 1)).steps).toMatchObject([
      { kind: 'state', rebuilt: { looks: 0, tail: { last: null, bytes: lines[0]?.end } } },
    ]);
  });

  test('know for how long its agent was stopped, and until when that counts for nothing', () => {
    const stopped = LOOKS.map((each) => ({
      ...each,
      pulse: { ...each.pulse, processes: [root({ isStopped: true })] },
    }));
    const last = (tried: object) => rebuildAll(fileOf(stopped), tried).steps.at(-1);
    const signs = { nowMs: 0, stoppedMs: 10_000, stoppedSinceMs: 1000 };
    expect(last({})).toMatchObject({ rebuilt: { supervision: { signs } } });
    const bounded = { nowMs: 7000, stoppedMs: 3000, stoppedSinceMs: 1000 };
    expect(last({ suppressionMs: 3000 })).toMatchObject({ rebuilt: { supervision: { signs: bounded } } });
  });

  test('are others with other limits', () => {
    const last = rebuildAll(lines, { firstEventMs: 1, silenceMs: 5000 }).steps.at(-1);
    expect(last).toMatchObject({ rebuilt: { supervision: { liveness: { state: 'stuck' } } } });
  });
});

describe('a file that is not whole', () => {
  const lines = fileOf(LOOKS);
  const changed = (index: number, change: (text: string) => string): RecordedLine[] =>
    lines.map((line, at) => (at === index ? { ...line, text: change(line.text) } : line));

  test('says so before the state of a line that was changed, and reads no words for it', () => {
    const forged = changed(2, (text) => text.replace('"t":6000', '"t":6001'));
    expect(told(forged)).toEqual(['state 0', 'state 1', 'changed 3', 'state 2', 'state 3']);
    const read: number[] = [];
    for (const step of rebuild(forged, (upTo) => (read.push(upTo), []))) if (step.kind === 'changed') break;
    expect(read).toEqual([0]);
  });

  test('ends at a line that cannot be read, and at one that its writer did not finish', () => {
    expect(told(changed(2, () => '{"t":6000}'))).toEqual(['state 0', 'state 1', 'changed 3']);
    const torn = lines.map((line, index) => ({ ...line, isTorn: index === 2 }));
    expect(told(torn)).toEqual(['state 0', 'state 1', 'torn 3']);
  });

  test('gives no state without its header', () => {
    expect(told(lines.slice(1))).toEqual(['changed 1']);
    expect(told([])).toEqual([]);
    expect(told(changed(0, (text) => text.replace('12:00', '13:00')))[0]).toBe('changed 1');
  });
});
