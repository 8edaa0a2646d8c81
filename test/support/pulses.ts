import type { Liveness, LivenessPolicy, Pulse, TreeProcess } from '../../src/domain/liveness.ts';
import { sessionSettings } from '../../src/domain/settings/session.ts';
import type { CallPlace, SessionEvent } from '../../src/domain/session-event.ts';
import { isLastLook, look, notLooked } from '../../src/supervise/look.ts';
import type { Signs } from '../../src/supervise/signs.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

const { contain: _, ...LIMITS } = sessionSettings({ timeout: 24 * HOUR }).supervise;

/** The defaults, with a time limit that stays out of the way. */
export const POLICY: LivenessPolicy = {
  ...LIMITS,
  timeoutMs: 24 * HOUR,
  hasEvents: true,
  isOwnWorktree: false,
  openCalls: 'visible',
  idleCpuShare: 0.02,
  idleBytesPerS: 512,
};

export const TOKENS = { input: 1, output: 1, cacheRead: null, cacheWrite: null };

export const STARTED: SessionEvent = { kind: 'started', thread: 't', model: 'm' };
export const PROMPTED: SessionEvent = { kind: 'prompted' };
export const SAID: SessionEvent = { kind: 'said', text: 'well' };
export const NOTED: SessionEvent = { kind: 'noted' };
export const UNREADABLE: SessionEvent = { kind: 'unreadable', reason: 'json' };
export const LIMITED: SessionEvent = { kind: 'limited', resetsAt: null, detail: 'five_hour limit' };
export const ENDED: Extract<SessionEvent, { kind: 'ended' }> = {
  kind: 'ended',
  isError: false,
  subtype: 'success',
  text: 'done',
  costUsd: null,
  turns: 1,
  tokens: null,
};

export function called(place: CallPlace, callId = 'c1', tool = 'Tool'): SessionEvent {
  return { kind: 'called', callId, tool, place, summary: `${tool} ${callId}`, openTodos: null };
}

export function answered(callId = 'c1'): SessionEvent {
  return { kind: 'answered', callId, isError: false };
}

export function root(given: Partial<TreeProcess> = {}): TreeProcess {
  return {
    pid: 10,
    startTime: '100',
    parentPid: 9,
    isRoot: true,
    isStopped: false,
    isFresh: false,
    cpuMs: 0,
    transferredBytes: 0,
    ...given,
  };
}

export function child(pid: number, given: Partial<TreeProcess> = {}): TreeProcess {
  return {
    pid,
    startTime: `${pid}`,
    parentPid: 10,
    isRoot: false,
    isStopped: false,
    isFresh: false,
    cpuMs: 0,
    transferredBytes: 0,
    ...given,
  };
}

export function pulseAt(atMs: number, given: Partial<Pulse> = {}): Pulse {
  return {
    atMs,
    events: [],
    processes: [root()],
    isAlive: true,
    outputBytes: 0,
    hasOutput: true,
    markers: [],
    hooks: 0,
    hasWorktreeChanged: false,
    ...given,
  };
}

export interface Play {
  readonly liveness: Liveness;
  /** Time of the last pulse: of the end, when there was one. */
  readonly atMs: number;
  readonly signs: Signs;
}

/** Feeds pulses until one of them leads to an end, as the supervisor does. */
export function replay(pulses: Iterable<Pulse>, policy: LivenessPolicy = POLICY): Play {
  let state = notLooked();
  let last: Play | null = null;
  for (const pulse of pulses) {
    const looked = look(state, pulse, policy);
    state = looked;
    last = { ...looked, atMs: pulse.atMs };
    if (isLastLook(looked.liveness)) break;
  }
  if (!last) throw new Error('no pulse');
  return last;
}

/** A pulse every sample until `untilMs`, each as `look` says. */
export function play(
  untilMs: number,
  look: (atMs: number) => Partial<Pulse>,
  policy: LivenessPolicy = POLICY,
): Play {
  return replay(everySample(untilMs, look, policy.sampleMs), policy);
}

function* everySample(
  untilMs: number,
  look: (atMs: number) => Partial<Pulse>,
  sampleMs: number,
): Generator<Pulse> {
  for (let atMs = 0; atMs <= untilMs; atMs += sampleMs) yield pulseAt(atMs, look(atMs));
}

/** Events that come with the look at a certain time and at no other. */
export function timed(script: Readonly<Record<number, readonly SessionEvent[]>>) {
  return (atMs: number): readonly SessionEvent[] => script[atMs] ?? [];
}
