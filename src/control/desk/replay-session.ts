import { existsSync, statSync } from 'node:fs';
import type { SessionId } from '../../domain/ids.ts';
import { sessionFiles } from '../../domain/layout.ts';
import type { Liveness, LivenessPolicy, LivenessState, Pulse } from '../../domain/liveness.ts';
import { createHarness } from '../../harness/create-harness.ts';
import type { Harness } from '../../harness/harness.ts';
import { readLine } from '../../harness/read-transcript.ts';
import { LineReader } from '../../lib/line-reader.ts';
import { Problem } from '../../lib/problem.ts';
import { findSession } from '../../store/sessions.ts';
import { assess } from '../../supervise/assess.ts';
import { observe } from '../../supervise/observe.ts';
import { decodePulse, openLine, openHeader, type WrittenPulse } from '../../supervise/pulse-line.ts';
import { noSigns } from '../../supervise/signs.ts';
import type { Project } from '../project/project.ts';

/** One moment at which the answer changed, or an end was decided. */
export interface ReplayStep {
  /** ISO 8601 UTC. */
  readonly at: string;
  /** Since the first look. */
  readonly afterMs: number;
  readonly state: LivenessState;
  readonly waitingOn: string;
  readonly sinceMs: number;
  readonly end: { readonly reason: string; readonly because: string } | null;
  /** What was decided then. */
  readonly recorded: { readonly state: string; readonly end: string | null };
}

export interface Replay {
  readonly id: SessionId;
  readonly looks: number;
  readonly policy: LivenessPolicy;
  /** Limits that were tried instead of its own. */
  readonly tried: Partial<LivenessPolicy>;
  readonly steps: readonly ReplayStep[];
  /** The last look that was asked about. */
  readonly last: ReplayStep | null;
  /** The first line that was changed after it was written, or cannot be read; null when all are whole. */
  readonly changedLine: number | null;
  /** Whether its output is still there; without, no word is heard again. */
  readonly hasOutput: boolean;
}

export interface ReplayOptions {
  readonly tried: Partial<LivenessPolicy>;
  /** The last moment that is asked about; null is the end. */
  readonly until: Moment | null;
}

/** A moment on the clock (ISO 8601 UTC), or a time since the first look. */
export type Moment = { readonly at: string } | { readonly afterMs: number };

/**
 * Asks again, of every look that was written down, who the session waited for.
 *
 * @throws Problem `unknown_session`, `no_pulses`
 */
export async function replaySession(
  project: Pick<Project, 'store' | 'layout'>,
  id: SessionId,
  options: ReplayOptions,
): Promise<Replay> {
  const files = sessionFiles(project.layout, id);
  const stored = await findSession(project.store, id);
  const lines = stored && existsSync(files.pulses) ? readLines(files.pulses) : [];
  const header = openHeader(lines[0] ?? '');
  if (!stored || !header)
    throw new Problem(
      'no_pulses',
      `Nothing is written of how session ${id} was watched.`,
      'Only sessions that ran have that, as long as their folder is kept.',
      1,
    );
  const own = header.value.policy;
  const policy = { ...own, ...options.tried };
  const words = wordReader(files.stdout, createHarness(stored.plan.harnessSettings));
  const untilMs = sinceStart(options.until, header.value.startedAt);
  let [seal, signs, written, looks] = [header.seal, noSigns(), null as WrittenPulse | null, 0];
  let changedLine = header.isIntact ? null : 1;
  const steps: ReplayStep[] = [];
  let last: ReplayStep | null = null;
  for (const [index, text] of lines.slice(1).entries()) {
    const opened = openLine(text, seal);
    if (!opened?.isIntact) changedLine ??= index + 2;
    if (!opened) break;
    if (opened.line.t - header.value.startedAtMs > untilMs) break;
    written = decodePulse(opened.line, written);
    seal = opened.line.h;
    const pulse: Pulse = { ...written.pulse, events: words.read(written.stdoutBytes) };
    signs = observe(signs, pulse, policy);
    const liveness = assess(signs, policy);
    const step = stepOf(liveness, written, header.value);
    if (liveness.state !== last?.state || liveness.end !== null) steps.push(step);
    last = step;
    looks++;
    if (liveness.end !== null || liveness.state === 'gone') break;
  }
  return { id, looks, policy, tried: options.tried, steps, last, changedLine, hasOutput: words.isThere };
}

function sinceStart(moment: Moment | null, startedAt: string): number {
  if (moment === null) return Infinity;
  return 'afterMs' in moment ? moment.afterMs : Date.parse(moment.at) - Date.parse(startedAt);
}

function stepOf(
  { state, waitingOn, sinceMs, end }: Liveness,
  { pulse, state: recordedState, end: recordedEnd }: WrittenPulse,
  header: { startedAt: string; startedAtMs: number },
): ReplayStep {
  const afterMs = pulse.atMs - header.startedAtMs;
  return {
    at: new Date(Date.parse(header.startedAt) + afterMs).toISOString(),
    afterMs,
    state,
    waitingOn,
    sinceMs: Math.round(sinceMs),
    end: end === null ? null : { reason: end.reason, because: end.because },
    recorded: { state: recordedState, end: recordedEnd },
  };
}

function readLines(file: string): string[] {
  const reader = new LineReader(file);
  const lines: string[] = [];
  for (let before = -1; before !== reader.offset;) {
    before = reader.offset;
    for (const line of reader.read()) lines.push(line ?? '');
  }
  return lines;
}

/** The words of the agent, as far as they had been read at a look. */
function wordReader(file: string, harness: Harness) {
  const reader = new LineReader(file);
  const { size, mtime } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0, mtime: new Date(0) };
  const isThere = size > 0;
  const read = (upTo: number): Pulse['events'] =>
    reader.read(Infinity, upTo).flatMap((line) => readLine(harness, line, mtime));
  return { read, isThere };
}
