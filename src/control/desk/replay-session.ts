import { statSync } from 'node:fs';
import type { SessionId } from '../../domain/ids.ts';
import { sessionFiles } from '../../domain/layout.ts';
import type { Liveness, LivenessPolicy, LivenessState } from '../../domain/liveness.ts';
import { createHarness } from '../../harness/create-harness.ts';
import { Problem } from '../../lib/problem.ts';
import { findSession } from '../../store/sessions.ts';
import { isLastLook } from '../../supervise/look.ts';
import type { PulseHeader, WrittenPulse } from '../../supervise/pulse-line.ts';
import type { Project } from '../project/project.ts';
import { rebuildSession } from '../session/rebuild-session.ts';

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
  const harness = stored && createHarness(stored.plan.harnessSettings);
  let start: PulseHeader | null = null;
  let [looks, changedLine] = [0, null as number | null];
  const steps: ReplayStep[] = [];
  let last: ReplayStep | null = null;
  for (const found of harness ? rebuildSession(files, harness, options.tried) : []) {
    if (found.kind === 'changed') changedLine ??= found.line;
    if (found.kind !== 'state') continue;
    const { header, supervision, tail } = found.rebuilt;
    start = header;
    if (!supervision.liveness || !tail.last) continue;
    if (tail.last.pulse.atMs - header.startedAtMs > sinceStart(options.until, header.startedAt)) break;
    const step = stepOf(supervision.liveness, tail.last, header);
    if (step.state !== last?.state || step.end !== null) steps.push(step);
    last = step;
    looks = found.rebuilt.looks;
    if (isLastLook(supervision.liveness)) break;
  }
  if (!start)
    throw new Problem(
      'no_pulses',
      `Nothing is written of how session ${id} was watched.`,
      'Only sessions that ran have that, as long as their folder is kept.',
      1,
    );
  const policy = { ...start.policy, ...options.tried };
  const hasOutput = (statSync(files.stdout, { throwIfNoEntry: false })?.size ?? 0) > 0;
  return { id, looks, policy, tried: options.tried, steps, last, changedLine, hasOutput };
}

function sinceStart(moment: Moment | null, startedAt: string): number {
  if (moment === null) return Infinity;
  return 'afterMs' in moment ? moment.afterMs : Date.parse(moment.at) - Date.parse(startedAt);
}

function stepOf(
  { state, waitingOn, sinceMs, end }: Liveness,
  { pulse, state: recordedState, end: recordedEnd }: WrittenPulse,
  header: PulseHeader,
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
