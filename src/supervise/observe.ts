import type { LivenessPolicy, Pulse } from '../domain/liveness.ts';
import { holdingWork } from '../domain/background-work.ts';
import { foldEvents, type Transcript } from '../domain/transcript.ts';
import { findRunningCall } from './find-running-call.ts';
import { followCircle } from './follow-circle.ts';
import { holdMarkers } from './hold-markers.ts';
import type { SeenCall, Signs } from './signs.ts';
import { watchProcesses } from './watch-processes.ts';

/** A gap between pulses of more than so many intervals was no silence: nobody could look. */
const GAP_FACTOR = 3;
/** The signs after one more pulse. Pure: the same pulses give the same signs. */
export function observe(signs: Signs, pulse: Pulse, policy: LivenessPolicy): Signs {
  const timed = advanceClock(signs, pulse, policy);
  const stoppedSinceMs = isStopped(pulse) ? (signs.stoppedSinceMs ?? pulse.atMs) : null;
  const spoken = holdMarkers(hearWords(timed, pulse), pulse);
  const isAfterGap = timed.creditedMs !== signs.creditedMs && signs.pulses > 0;
  const passedMs = timed.nowMs - signs.nowMs;
  const watched = watchProcesses(followCircle(spoken, pulse.events, isAfterGap), pulse, policy, passedMs);
  const calls = followCalls(watched);
  // A tool that is at work needs no model: the limit counts from its answer.
  const isLimited = watched.transcript.limit !== null && !findRunningCall({ ...watched, calls });
  return {
    ...watched,
    calls,
    limitedAtMs: isLimited ? (signs.limitedAtMs ?? watched.nowMs) : null,
    worktreeChangedAtMs:
      policy.isOwnWorktree && pulse.hasWorktreeChanged ? watched.nowMs : watched.worktreeChangedAtMs,
    stoppedSinceMs,
    isAlive: pulse.isAlive,
    outputBytes: pulse.outputBytes,
    hasOutput: pulse.hasOutput,
  };
}

/** The longest time, in all, for which a stopped agent's clock stands still: as long as anything may excuse a silence. */
export function mostStoppedMs({ suppressionMs, timeoutMs }: LivenessPolicy): number {
  return Math.min(suppressionMs, timeoutMs);
}

/** The session's clock runs with the pulses; a gap counts as one interval, a stopped agent's time as none up to its bound. */
function advanceClock(signs: Signs, pulse: Pulse, policy: LivenessPolicy): Signs {
  const pulses = signs.pulses + 1;
  if (signs.lastPulseMs === null)
    return { ...signs, pulses, lastPulseMs: pulse.atMs, creditedMs: pulse.atMs };
  const passed = pulse.atMs - signs.lastPulseMs;
  const gap = passed < 0 ? passed : passed > policy.sampleMs * GAP_FACTOR ? passed - policy.sampleMs : 0;
  const held = isStopped(pulse) ? Math.min(passed - gap, mostStoppedMs(policy) - signs.stoppedMs) : 0;
  const creditedMs = signs.creditedMs + gap + held;
  const stoppedMs = signs.stoppedMs + held;
  return { ...signs, pulses, lastPulseMs: pulse.atMs, creditedMs, stoppedMs, nowMs: pulse.atMs - creditedMs };
}

/**
 * A person holds the agent itself (Ctrl-Z, a debugger): its silence says nothing. It may have stopped itself as well, or its
 * shim, so this holds for a bounded time only.
 */
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
    askedAtMs: new Map(
      transcript.asks.map(({ askId }) => [askId, signs.askedAtMs.get(askId) ?? signs.nowMs]),
    ),
    endedAtMs: findEnd(signs, transcript),
  };
}

function findEnd(signs: Signs, transcript: Transcript): number | null {
  if (transcript.ended === null) return null;
  const before = signs.transcript;
  const isFreed = holdingWork(before).length > 0 && holdingWork(transcript).length === 0;
  return transcript.ended !== before.ended || isFreed ? signs.nowMs : (signs.endedAtMs ?? signs.nowMs);
}

/** For every open call: does a process of its own live, and did one before? */
function followCalls(signs: Signs): ReadonlyMap<string, SeenCall> {
  const calls = new Map<string, SeenCall>();
  for (const { callId } of signs.transcript.openCalls) {
    const before = signs.calls.get(callId) ?? {
      openedPulse: signs.pulses,
      openedAtMs: signs.nowMs,
      hadProcess: false,
      hadLater: false,
      goneAtMs: null,
    };
    const hasLater = hasDescendantSince(signs, before.openedPulse);
    // A CLI may start the process first and say so after (Codex does), and a look falls in between. Once one is seen that
    // came with the call or after it, that is the call's, and the other one is not.
    const isRunning = hasLater || (!before.hadLater && hasFreshDescendant(signs, before.openedPulse - 1));
    calls.set(callId, {
      ...before,
      hadProcess: before.hadProcess || isRunning,
      hadLater: before.hadLater || hasLater,
      goneAtMs: isRunning || !before.hadProcess ? null : (before.goneAtMs ?? signs.nowMs),
    });
  }
  return calls;
}

/** Whether a process other than the agent lives that had only just started when a pulse saw it first. */
function hasFreshDescendant(signs: Signs, pulse: number): boolean {
  for (const each of signs.processes.values())
    if (!each.isRoot && each.isFresh && each.bornPulse === pulse) return true;
  return false;
}

/** Whether a process other than the agent lives that was first seen at or after a pulse. */
export function hasDescendantSince(signs: Signs, pulse: number): boolean {
  for (const each of signs.processes.values()) if (!each.isRoot && each.bornPulse >= pulse) return true;
  return false;
}
