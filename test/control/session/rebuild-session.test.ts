import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { pulseLog } from '../../../src/control/session/pulse-log.ts';
import { rebuildSession } from '../../../src/control/session/rebuild-session.ts';
import type { Pulse, SeenMarker } from '../../../src/domain/liveness.ts';
import { createHarness } from '../../../src/harness/create-harness.ts';
import { readLine } from '../../../src/harness/read-transcript.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { LineReader } from '../../../src/lib/line-reader.ts';
import { look, notLooked, type Supervision } from '../../../src/supervise/look.ts';
import type { Rebuilt } from '../../../src/supervise/rebuild.ts';
import { fc } from '../../support/fixed-seed.ts';
import { child, POLICY, pulseAt, root } from '../../support/pulses.ts';
import { scratchFolder } from '../../support/scratch.ts';

const harness = createHarness({ type: 'claude-code', command: ['claude'] });

/** One look of a supervisor: what the agent printed before it, and everything else that the look saw. */
interface Moment {
  readonly stepMs: number;
  readonly printed: string;
  readonly seen: Partial<Pulse>;
}

const call = (id: string): object => ({ type: 'tool_use', id, name: 'Bash', input: { command: 'make' } });
const said = (...content: object[]): string =>
  `${JSON.stringify({ type: 'assistant', message: { id: 'm', model: 'x', content, usage: { input_tokens: 1 } } })}\n`;
const answer = (id: string): string =>
  `${JSON.stringify({ type: 'user', message: { content: [{ type: 'tool_result', tool_use_id: id, content: 'ok' }] } })}\n`;
const words = fc.constantFrom(
  '',
  said({ type: 'text', text: 'hé' }),
  said(call('a')),
  said(call('b')),
  answer('a'),
  answer('b'),
  'no JSON\n',
);

/** Real markers name an end or do not: both fields that depend on it are null together. */
const marker = fc
  .record({ name: fc.constantFrom('a', 'b'), touchedAtMs: fc.nat(3), isOwned: fc.option(fc.boolean()) })
  .chain((given) =>
    fc
      .option(fc.record({ endsAtMs: fc.nat(9), leftMs: fc.nat(90_000), declaredMs: fc.nat(90_000) }))
      .map((end): SeenMarker => ({
        ...given,
        label: given.name,
        ageMs: 7,
        ...(end ?? { endsAtMs: null, leftMs: null, declaredMs: null }),
      })),
  );

const moment: fc.Arbitrary<Moment> = fc
  .record({
    stepMs: fc.integer({ min: 0, max: 40_000 }),
    words: fc.array(words, { maxLength: 3 }),
    children: fc.uniqueArray(fc.integer({ min: 20, max: 23 }), { maxLength: 3 }),
    cpuMs: fc.nat(500),
    isStopped: fc.boolean(),
    hooks: fc.nat(2),
    markers: fc.uniqueArray(marker, { selector: ({ name }) => name, maxLength: 2 }),
    hasWorktreeChanged: fc.boolean(),
    hasOutput: fc.boolean(),
  })
  .map(({ stepMs, words: printed, children, cpuMs, isStopped, ...seen }) => ({
    stepMs,
    printed: printed.join(''),
    seen: {
      ...seen,
      processes: [root({ cpuMs, isStopped }), ...children.map((pid) => child(pid, { cpuMs }))],
    },
  }));

interface Live {
  readonly supervision: Supervision;
  /** Bytes of standard output that were read. */
  readonly stdoutBytes: number;
  readonly atMs: number;
}

function scratchFiles(): { stdout: string; pulses: string } {
  const folder = mkdtempSync(path.join(scratchFolder(), 'session-'));
  const files = { stdout: path.join(folder, 'stdout'), pulses: path.join(folder, 'pulses.jsonl') };
  writeFileSync(files.stdout, '');
  return files;
}

/** Supervises as the live supervisor does, from the start or from where another one stopped. */
function supervise(
  files: { stdout: string; pulses: string },
  moments: readonly Moment[],
  from: Rebuilt | null = null,
): Live[] {
  const reader = new LineReader(files.stdout);
  reader.readEach(() => undefined, Infinity, from?.tail.last?.stdoutBytes ?? 0);
  const fail = (because: string): never => {
    throw new Error(because);
  };
  const policy = from?.header.policy ?? { ...POLICY, isOwnWorktree: true };
  const log = pulseLog(files.pulses, policy, systemClock, fail, from?.tail);
  let [supervision, atMs] = [from?.supervision ?? notLooked(), from?.tail.last?.pulse.atMs ?? 1000];
  return moments.map(({ stepMs, printed, seen }) => {
    atMs += stepMs;
    // Half of the last line comes with the next look.
    const cut = Math.floor(printed.length - printed.length / 4);
    appendFileSync(files.stdout, printed.slice(0, cut));
    const events = reader.read().flatMap((line) => readLine(harness, line, systemClock.now()));
    appendFileSync(files.stdout, printed.slice(cut));
    const pulse = pulseAt(atMs, { ...seen, events, outputBytes: reader.offset });
    const looked = look(supervision, pulse, policy);
    log(pulse, reader.offset, looked.liveness);
    supervision = looked;
    return { supervision, stdoutBytes: reader.offset, atMs };
  });
}

/** Every state up to the first line that is not proven, and what stopped it. */
function rebuildAll(files: { stdout: string; pulses: string }): {
  states: Rebuilt[];
  stopped: object | null;
} {
  const states: Rebuilt[] = [];
  for (const step of rebuildSession(files, harness)) {
    if (step.kind !== 'state') return { states, stopped: step };
    states.push(step.rebuilt);
  }
  return { states, stopped: null };
}

function liveOf({ supervision, tail }: Rebuilt): Live {
  const { pulse, stdoutBytes } = tail.last ?? { pulse: pulseAt(0), stdoutBytes: 0 };
  return { supervision, stdoutBytes, atMs: pulse.atMs };
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').split(/(?<=\n)/);
}

test('at every line the rebuilt state is the one that the live supervisor had', () => {
  fc.assert(
    fc.property(fc.array(moment, { minLength: 1, maxLength: 12 }), (moments) => {
      const files = scratchFiles();
      const live = supervise(files, moments);
      const { states, stopped } = rebuildAll(files);
      expect(stopped).toBeNull();
      expect(states.map(({ looks }) => looks)).toEqual([0, ...moments.map((_, index) => index + 1)]);
      expect(states.slice(1).map(liveOf)).toEqual(live);
      expect(states.at(-1)?.tail.bytes).toBe(readFileSync(files.pulses).length);
    }),
  );
});

test('another supervisor goes on from any line: it decides the same, and the file is whole', () => {
  const moments = fc.array(moment, { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(moments, fc.nat(9), fc.boolean(), (all, cut, isTorn) => {
      const looks = Math.min(cut, all.length);
      const [files, other] = [scratchFiles(), scratchFiles()];
      const whole = supervise(other, all);
      supervise(files, all.slice(0, looks));
      // Killed between the header and the first look: the state with 0 looks.
      if (looks === 0) writeFileSync(files.pulses, linesOf(other.pulses).slice(0, 1).join(''));
      if (isTorn) appendFileSync(files.pulses, '{"t":12,"b":3');
      const { states, stopped } = rebuildAll(files);
      expect(stopped).toEqual(isTorn ? { kind: 'torn', line: looks + 2 } : null);
      const last = states.at(-1);
      if (!last) throw new Error('there is a header');
      const since = supervise(files, all.slice(looks), last);
      expect(since.map(({ supervision }) => supervision)).toEqual(
        whole.slice(looks).map(({ supervision }) => supervision),
      );
      const again = rebuildAll(files);
      expect(again.stopped).toBeNull();
      expect(again.states.slice(1).map(liveOf)).toEqual(whole);
    }),
  );
});

const QUIET: Moment = { stepMs: 5000, printed: '', seen: {} };

test('a changed line is named before its state, and so is a line that cannot be read, which ends the rebuild', () => {
  const files = scratchFiles();
  const live = supervise(files, [QUIET, QUIET, QUIET]);
  const lines = linesOf(files.pulses);
  const rebuildWith = (line: string): unknown[] => {
    writeFileSync(files.pulses, lines.with(2, line).join(''));
    return [...rebuildSession(files, harness)].map((step) =>
      step.kind === 'state' ? step.rebuilt.looks : step,
    );
  };
  const changed = { kind: 'changed', line: 3 };
  const [, , third = ''] = lines;
  expect(rebuildWith(third.replace(/"t":(\d+)/, '"t":1$1'))).toEqual([0, 1, changed, 2, 3]);
  expect(rebuildWith('{"t":1}\n')).toEqual([0, 1, changed]);
  const { states, stopped } = rebuildAll(files);
  expect(stopped).toEqual(changed);
  expect(states.slice(1).map(liveOf)).toEqual(live.slice(0, 1));
  writeFileSync(files.pulses, third);
  expect([...rebuildSession(files, harness)]).toEqual([{ kind: 'changed', line: 1 }]);
});

test('a log that cannot be continued says so once', () => {
  const files = scratchFiles();
  supervise(files, [QUIET]);
  const last = rebuildAll(files).states.at(-1);
  const troubles: string[] = [];
  const gone = path.join(path.dirname(files.pulses), 'gone', 'pulses.jsonl');
  const log = pulseLog(gone, POLICY, systemClock, (because) => troubles.push(because), last?.tail);
  log(pulseAt(0), 0, look(notLooked(), pulseAt(0), POLICY).liveness);
  expect(troubles).toEqual([expect.stringMatching(/ENOENT/)]);
});
