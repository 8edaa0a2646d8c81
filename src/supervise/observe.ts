import type { LivenessPolicy, Pulse } from '../domain/liveness.ts';
import { foldEvents } from '../domain/transcript.ts';
import { followCircle } from './follow-circle.ts';
import { holdMarkers } from './hold-markers.ts';
import type { SeenCall, SeenProcess, Signs } from './signs.ts';

/** A gap between pulses of more than so many intervals was no silence: nobody could look. */
const GAP_FACTOR = 3;
/**
 * CPU time that counts as work: at least this much, and at least this share of the time it took. An idle process wakes
 * for its timers and garbage now and then; smaller numbers would take that for work.
 */
const WORK_CPU_MS = 50;
const WORK_CPU_SHARE = 0.02;
/** Bytes, beyond what went to the session's own output, that count as work. */
const WORK_BYTES = 4096;
/**
 * How far output may run ahead of the bytes that were seen being written: the two are read one after the other. A
 * larger debt comes from processes that are gone already and must not hide the work of others.
 */
const LARGEST_DEBT_BYTES = WORK_BYTES;

/** The signs after one more pulse. Pure: the same pulses give the same signs. */
export function observe(signs: Signs, pulse: Pulse, policy: LivenessPolicy): Signs {
  const timed = advanceClock(signs, pulse, policy);
  const spoken = holdMarkers(hearWords(timed, pulse), pulse);
  const isAfterGap = timed.creditedMs !== signs.creditedMs && signs.pulses > 0;
  const watched = watchProcesses(followCircle(spoken, pulse.events, isAfterGap), pulse);
  return { ...watched, calls: followCalls(watched), isAlive: pulse.isAlive, outputBytes: pulse.outputBytes };
}

/** The session's clock runs with the pulses; a gap counts as one interval, a stopped agent's time as none. */
function advanceClock(signs: Signs, pulse: Pulse, policy: LivenessPolicy): Signs {
  const pulses = signs.pulses + 1;
  if (signs.lastPulseMs === null)
    return { ...signs, pulses, lastPulseMs: pulse.atMs, creditedMs: pulse.atMs };
  const passed = pulse.atMs - signs.lastPulseMs;
  const isNoTime = passed < 0 || isStopped(pulse);
  const gap = isNoTime ? passed : passed > policy.sampleMs * GAP_FACTOR ? passed - policy.sampleMs : 0;
  const creditedMs = signs.creditedMs + gap;
  return { ...signs, pulses, lastPulseMs: pulse.atMs, creditedMs, nowMs: pulse.atMs - creditedMs };
}

/** Somebody holds the agent itself (Ctrl-Z, a debugger): its silence says nothing. */
function isStopped(pulse: Pulse): boolean {
  return pulse.processes.some((each) => each.isRoot && each.isStopped);
}

function hearWords(signs: Signs, pulse: Pulse): Signs {
  // An unreadable line is output, but nothing that was understood: it proves no progress of the work.
  const words = pulse.events.filter((event) => event.kind !== 'unreadable');
  const transcript = foldEvents(signs.transcript, pulse.events);
  const heard = words.length > 0 || pulse.hooks > 0;
  return {
    ...signs,
    transcript,
    lastWordAtMs: heard ? signs.nowMs : signs.lastWordAtMs,
    lastWordPulse: heard ? signs.pulses : signs.lastWordPulse,
    firstCallPulse:
      signs.firstCallPulse ?? (words.some((event) => event.kind === 'called') ? signs.pulses : null),
    endedAtMs: transcript.ended === null ? null : (signs.endedAtMs ?? signs.nowMs),
    limitedAtMs: transcript.limit === null ? null : (signs.limitedAtMs ?? signs.nowMs),
  };
}

function watchProcesses(signs: Signs, pulse: Pulse): Signs {
  const processes = new Map<string, SeenProcess>();
  let cpuMs = signs.mark.cpuMs;
  // What the session prints is no work of its own: a spinner prints for ever.
  let bytes = signs.mark.bytes - Math.max(0, pulse.outputBytes - signs.outputBytes);
  let isMoving = false;
  for (const each of pulse.processes) {
    const key = `${each.pid}:${each.startTime}`;
    const before = signs.processes.get(key);
    if (!before) isMoving = true;
    cpuMs += Math.max(0, each.cpuMs - (before?.cpuMs ?? 0));
    bytes += before ? Math.max(0, (each.transferredBytes ?? 0) - (before.transferredBytes ?? 0)) : 0;
    processes.set(key, {
      isRoot: each.isRoot,
      bornPulse: before?.bornPulse ?? signs.pulses,
      cpuMs: each.cpuMs,
      transferredBytes: each.transferredBytes,
    });
  }
  for (const key of signs.processes.keys()) if (!processes.has(key)) isMoving = true;
  bytes = Math.max(-LARGEST_DEBT_BYTES, bytes);
  const elapsed = signs.nowMs - signs.mark.atMs;
  isMoving ||= cpuMs >= Math.max(WORK_CPU_MS, elapsed * WORK_CPU_SHARE) || bytes >= WORK_BYTES;
  return {
    ...signs,
    processes,
    lastActivityAtMs: isMoving ? signs.nowMs : signs.lastActivityAtMs,
    mark: isMoving ? { atMs: signs.nowMs, cpuMs: 0, bytes: 0 } : { ...signs.mark, cpuMs, bytes },
  };
}

/** For every open call: does a process live that was born since it was opened, and did one before? */
function followCalls(signs: Signs): ReadonlyMap<string, SeenCall> {
  const calls = new Map<string, SeenCall>();
  for (const { callId } of signs.transcript.openCalls) {
    const before = signs.calls.get(callId) ?? {
      openedPulse: signs.pulses,
      openedAtMs: signs.nowMs,
      hadProcess: false,
      goneAtMs: null,
    };
    // One look earlier: a CLI may start the process first and say so after (Codex does), and a look falls in between.
    const isRunning = hasDescendantSince(signs, before.openedPulse - 1);
    calls.set(callId, {
      ...before,
      hadProcess: before.hadProcess || isRunning,
      goneAtMs: isRunning || !before.hadProcess ? null : (before.goneAtMs ?? signs.nowMs),
    });
  }
  return calls;
}

/** Whether a process other than the agent lives that was first seen at or after a pulse. */
export function hasDescendantSince(signs: Signs, pulse: number): boolean {
  for (const each of signs.processes.values()) if (!each.isRoot && each.bornPulse >= pulse) return true;
  return false;
}
