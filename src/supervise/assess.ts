import type { Liveness, LivenessPolicy, LivenessState, PlainEnd, Witness } from '../domain/liveness.ts';
import type { Ask } from '../domain/asks.ts';
import { countWork, holdingWork } from '../domain/background-work.ts';
import { limitWords } from '../domain/limit.ts';
import type { OpenCall } from '../domain/open-call.ts';
import { formatDuration } from '../lib/duration.ts';
import { formatSize } from '../lib/quantities.ts';
import { findRunningCall } from './find-running-call.ts';
import { findMarker } from './hold-markers.ts';
import { hasDescendantSince } from './observe.ts';
import type { Signs } from './signs.ts';

/**
 * Who is this session waiting for? Pure, so that recorded signs give the same answer again.
 *
 *   gone              the process is absent
 *   in-remote-tool    a result was emitted, and work goes on in the background -> finishing when its excuse is spent
 *   finishing         a result was emitted          -> ended after `finishing`; the result counts, however many follow
 *   waiting-on-limit  the provider refuses work, and no call's process lives -> ended after `finishing`
 *   (time, output)    a limit of the session itself -> ended
 *   looping           the same quick calls again and again -> ended
 *   waiting-on-human  a question or request is open -> ended after `finishing`
 *   in-tool           a call's process lives, or one that was born since the last word -> never ended for silence
 *   in-remote-tool    a call without a process, or a marker -> ended when its excuse is spent
 *   tool-gone         the call's process vanished   -> ended after `finishing` without any movement
 *   starting          no event yet                  -> ended when nothing moves for `firstEvent`
 *   thinking          the model's turn              -> ended when nothing moves for `silence`
 *   working           a text agent, or movement
 *   stuck             the word for the last three, once their time is up
 */
export function assess(signs: Signs, policy: LivenessPolicy): Liveness {
  if (!signs.isAlive) return calm('gone', 'nobody', 0);
  return (
    outlasting(signs, policy) ??
    finishing(signs, policy) ??
    waitingOnLimit(signs, policy) ??
    limits(signs, policy) ??
    calls(signs, policy) ??
    silence(signs, policy)
  );
}

/** Its result is not the end while work is outstanding after which the CLI goes on: each sign of it counts anew. */
function outlasting(signs: Signs, policy: LivenessPolicy): Liveness | null {
  const held = holdingWork(signs.transcript);
  if (signs.endedAtMs === null || held.length === 0) return null;
  const limit = limits(signs, policy);
  if (limit) return limit;
  const running = findRunningCall(signs);
  if (running) return calm('in-tool', running.summary, sinceOpened(signs, running));
  const asking = waitingOnHuman(signs, policy);
  if (asking) return asking;
  const silentMs = signs.nowMs - Math.max(signs.endedAtMs, signs.lastWordAtMs);
  const boundMs = Math.max(policy.suppressionMs, signs.declaredMs);
  const [waitingOn, sinceMs] = [countWork(held), silentMs - boundMs];
  if (sinceMs < 0) return calm('in-remote-tool', waitingOn, silentMs);
  if (sinceMs < policy.finishingMs) return calm('finishing', 'the process to exit', sinceMs);
  const because = `it emitted its result, and ${waitingOn} showed no sign for ${formatDuration(silentMs)}`;
  return ending('finishing', 'the process to exit', sinceMs, 'completed', because);
}

function finishing(signs: Signs, policy: LivenessPolicy): Liveness | null {
  if (signs.endedAtMs === null) return null;
  const sinceMs = signs.nowMs - signs.endedAtMs;
  // Each result has its own time to leave, and an agent may emit them for ever.
  const isTimeUp = signs.nowMs >= policy.timeoutMs + policy.finishingMs;
  if (sinceMs < policy.finishingMs)
    return (isTimeUp ? limits(signs, policy) : null) ?? calm('finishing', 'the process to exit', sinceMs);
  const because = `it emitted its result and was still there after ${formatDuration(sinceMs)}`;
  return ending('finishing', 'the process to exit', sinceMs, 'completed', because);
}

function waitingOnLimit(signs: Signs, policy: LivenessPolicy): Liveness | null {
  if (signs.limitedAtMs === null) return null;
  const sinceMs = signs.nowMs - signs.limitedAtMs;
  if (sinceMs < policy.finishingMs) return calm('waiting-on-limit', 'the usage limit', sinceMs);
  return ending(
    'waiting-on-limit',
    'the usage limit',
    sinceMs,
    'limited',
    limitWords(signs.transcript.limit ?? { resetsAt: null, detail: '' }),
  );
}

function limits(signs: Signs, policy: LivenessPolicy): Liveness | null {
  if (signs.nowMs >= policy.timeoutMs) {
    return ending(
      'working',
      'nothing',
      0,
      'timed-out',
      `it ran for ${formatDuration(signs.nowMs)}; its limit is ${formatDuration(policy.timeoutMs)}${stoppedToo(signs)}`,
    );
  }
  if (signs.outputBytes > policy.outputBytes) {
    return ending(
      'working',
      'nothing',
      0,
      'budget',
      `it printed ${formatSize(signs.outputBytes)}; its limit is ${formatSize(policy.outputBytes)}`,
    );
  }
  if (signs.circle.count >= policy.loopCalls) {
    const { count, kinds } = signs.circle;
    return ending(
      'looping',
      'nothing',
      0,
      'looping',
      `it made ${count} calls in a row that were ${kinds.length === 1 ? 'all the same' : `${kinds.length} taking turns`}, with the same answers`,
    );
  }
  return null;
}

/** Open calls, the most protective first: one living tool protects the session whatever else is open. */
function calls(signs: Signs, policy: LivenessPolicy): Liveness | null {
  // An answer would not be heard: nobody knows what is open still.
  if (!signs.hasOutput) return null;
  const open = signs.transcript.openCalls;
  const running = findRunningCall(signs);
  if (running) return calm('in-tool', running.summary, sinceOpened(signs, running));
  const asking = waitingOnHuman(signs, policy);
  if (asking) return asking;
  // Before the calls without a process: a subagent or an MCP server may well run one, and it lives.
  if (isInferredTool(signs, policy))
    return calm('in-tool', 'a process it started', signs.nowMs - signs.lastWordAtMs);
  const marker = findMarker(signs);
  if (marker) return underMarker(signs, policy, marker.label);
  const remote = open.find(
    (call) => isRemote(call) || (call.place === 'localProcess' && !signs.calls.get(call.callId)?.hadProcess),
  );
  if (remote) return inRemoteTool(signs, policy, remote);
  const held = holdingWork(signs.transcript);
  if (held.length > 0) return waitingOnWork(signs, policy, countWork(held));
  // Each that is left had a process, and none of these processes lives.
  const gone = open.find((call) => call.place === 'localProcess');
  if (gone) return toolGone(signs, policy, gone);
  return null;
}

function isRemote(call: OpenCall): boolean {
  return call.place === 'remote' || call.place === 'subagent' || call.place === 'unknown';
}

/** A question is open, or a request for a permission; null without any. */
function waitingOnHuman(signs: Signs, policy: LivenessPolicy): Liveness | null {
  const call = signs.transcript.openCalls.find(({ place }) => place === 'human');
  if (call) return asked(policy, call.summary, sinceOpened(signs, call));
  const [ask] = signs.transcript.asks;
  return ask ? asked(policy, ask.summary, sinceAsked(signs, policy, ask)) : null;
}

function asked(policy: LivenessPolicy, summary: string, sinceMs: number): Liveness {
  if (sinceMs < policy.finishingMs) return calm('waiting-on-human', summary, sinceMs);
  return ending(
    'waiting-on-human',
    summary,
    sinceMs,
    'asked',
    `it asked a person, and no person attends it: ${summary}`,
  );
}

/** A text may quote such a request, so that it counts only while nothing else moves. */
function sinceAsked(signs: Signs, policy: LivenessPolicy, { askId }: Ask): number {
  const askedAtMs = signs.askedAtMs.get(askId) ?? signs.nowMs;
  return signs.nowMs - (policy.hasEvents ? askedAtMs : Math.max(askedAtMs, lastMovedAtMs(signs)));
}

/** How long one silence may be excused by anything but a living tool: one bound, whatever takes turns to excuse it. */
function excuseMs(signs: Signs, policy: LivenessPolicy): number {
  return Math.max(policy.suppressionMs, policy.silenceMs, signs.declaredMs);
}

/** The session's own side says that it is busy. Without words there is no silence to excuse. */
function underMarker(signs: Signs, policy: LivenessPolicy, label: string): Liveness {
  const boundMs = excuseMs(signs, policy);
  const silentMs = signs.nowMs - signs.lastWordAtMs;
  if (silentMs < boundMs || !canBeHeard(signs, policy))
    return calm('in-remote-tool', `its marker "${label}"`, silentMs);
  return stuck(signs, policy, `its marker "${label}"`, `its marker "${label}" excuses no longer`, boundMs);
}

function inRemoteTool(signs: Signs, policy: LivenessPolicy, call: OpenCall): Liveness {
  const boundMs = excuseMs(signs, policy);
  const silentMs = signs.nowMs - signs.lastWordAtMs;
  if (silentMs < boundMs) return calm('in-remote-tool', call.summary, sinceOpened(signs, call));
  return stuck(signs, policy, call.summary, `${call.tool} has not answered`, boundMs);
}

/** Some versions hold their result back until the work in the background is done. */
function waitingOnWork(signs: Signs, policy: LivenessPolicy, waitingOn: string): Liveness {
  const boundMs = excuseMs(signs, policy);
  const silentMs = signs.nowMs - signs.lastWordAtMs;
  if (silentMs < boundMs) return calm('in-remote-tool', waitingOn, silentMs);
  return stuck(signs, policy, waitingOn, `${waitingOn} gave no sign`, boundMs);
}

function toolGone(signs: Signs, policy: LivenessPolicy, call: OpenCall): Liveness {
  const goneAtMs = signs.calls.get(call.callId)?.goneAtMs ?? signs.nowMs;
  const quietMs = signs.nowMs - Math.max(goneAtMs, lastMovedAtMs(signs), signs.lastWordAtMs);
  // Whatever moves meanwhile excuses this silence no longer than any other.
  const isExcused = signs.nowMs - Math.max(goneAtMs, signs.lastWordAtMs) < excuseMs(signs, policy);
  if (quietMs < policy.finishingMs && isExcused)
    return calm('tool-gone', call.summary, signs.nowMs - goneAtMs);
  const because = `the process of ${call.tool} ended ${formatDuration(signs.nowMs - goneAtMs)} ago without an answer: ${call.summary}`;
  return ending('tool-gone', call.summary, signs.nowMs - goneAtMs, 'lost-completion', because);
}

/**
 * A process that was born after the last event and lives: a tool, whatever the stream says. Not before the first call,
 * where the stream would show one: helpers that a CLI starts for itself would count for ever.
 */
function isInferredTool(signs: Signs, policy: LivenessPolicy): boolean {
  if (policy.openCalls !== 'visible') {
    // Such a stream is silent about a tool that starts right after a word, so both may come with one look.
    return hasDescendantSince(signs, signs.lastWordPulse);
  }
  if (signs.firstCallPulse === null) return false;
  const since = signs.lastWordPulse + 1;
  // What an earlier tool left behind (a loop, a shell) may start one process after another: those of one bound only.
  const untilMs = signs.lastWordAtMs + excuseMs(signs, policy);
  return [...signs.processes.values()].some(
    (each) =>
      !each.isRoot && each.bornPulse >= since && (each.originPulse >= since || each.bornAtMs < untilMs),
  );
}

/** Whether the stream can be a witness: it is there, has events, and is no format that nobody here understands. */
function canBeHeard(signs: Signs, policy: LivenessPolicy): boolean {
  const { events, unreadableLines } = signs.transcript;
  return policy.hasEvents && signs.hasOutput && (events > 0 || unreadableLines === 0);
}

/** When anything but its words last showed that somebody works. */
function lastMovedAtMs(signs: Signs): number {
  return Math.max(signs.lastActivityAtMs, signs.worktreeChangedAtMs);
}

function silence(signs: Signs, policy: LivenessPolicy): Liveness {
  const quietMs = signs.nowMs - lastMovedAtMs(signs);
  if (!canBeHeard(signs, policy)) {
    // One group of signs only, so nothing but the time limit may end it.
    const waitingOn = quietMs < policy.sampleMs * 2 ? 'the agent' : 'the agent, which shows nothing';
    return calm('working', waitingOn, quietMs);
  }
  const isStarting = signs.transcript.events === 0;
  const wordlessMs = signs.nowMs - signs.lastWordAtMs;
  const limitMs = isStarting ? policy.firstEventMs : policy.silenceMs;
  const waitingOn = isStarting ? 'its first event' : 'the model';
  if (wordlessMs >= limitMs && quietMs >= limitMs) {
    return stuck(
      signs,
      policy,
      waitingOn,
      isStarting ? 'it never said anything' : 'no word and no movement',
      limitMs,
    );
  }
  const boundMs = Math.max(excuseMs(signs, policy), limitMs);
  if (wordlessMs >= boundMs) {
    const hasMoved = signs.nowMs - signs.lastActivityAtMs < limitMs;
    const what = hasMoved ? 'its processes moved' : 'its worktree changed';
    return stuck(signs, policy, waitingOn, `${what}, but it said nothing`, boundMs);
  }
  return calm(isStarting ? 'starting' : 'thinking', waitingOn, wordlessMs);
}

/** For an end by a limit: the time that did not count for it. */
function stoppedToo({ stoppedMs }: Signs): string {
  return stoppedMs === 0 ? '' : `; it was stopped (SIGSTOP) for another ${formatDuration(stoppedMs)}`;
}

function sinceOpened(signs: Signs, call: OpenCall): number {
  return signs.nowMs - (signs.calls.get(call.callId)?.openedAtMs ?? signs.nowMs);
}

function calm(state: Exclude<LivenessState, 'stuck'>, waitingOn: string, sinceMs: number): Liveness {
  return { state, waitingOn, sinceMs, end: null };
}

function ending(
  state: Exclude<LivenessState, 'stuck'>,
  waitingOn: string,
  sinceMs: number,
  reason: PlainEnd['reason'],
  because: string,
): Liveness {
  return { state, waitingOn, sinceMs, end: { reason, because } };
}

/** Stuck takes every group that can be seen: each silent for the whole limit, or with an excuse that is spent. */
function stuck(
  signs: Signs,
  policy: LivenessPolicy,
  waitingOn: string,
  what: string,
  limitMs: number,
): Liveness {
  const witness = (group: Witness['group'], lastAtMs: number): Witness => {
    const silentMs = signs.nowMs - lastAtMs;
    return { group, silentMs, isSpent: silentMs < limitMs };
  };
  const words = witness('words', signs.lastWordAtMs);
  const processes = witness('processes', signs.lastActivityAtMs);
  const worktree = policy.isOwnWorktree ? [witness('worktree', signs.worktreeChangedAtMs)] : [];
  const isExcuseSpent = [processes, ...worktree].some(({ isSpent }) => isSpent);
  const because =
    `${what}: silent for ${formatDuration(words.silentMs)}, ` +
    (isExcuseSpent
      ? `movement excuses at most ${formatDuration(limitMs)}`
      : `no process moved for ${formatDuration(processes.silentMs)}`) +
    `; limit ${formatDuration(limitMs)}${stoppedToo(signs)}`;
  return {
    state: 'stuck',
    waitingOn,
    sinceMs: words.silentMs,
    end: { reason: 'stuck', because, witnesses: [words, processes, ...worktree] },
  };
}
