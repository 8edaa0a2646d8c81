import { emptyTranscript, type Transcript } from '../domain/transcript.ts';

/** A living process of the tree, and when it was first seen. */
export interface SeenProcess {
  readonly isRoot: boolean;
  /** It had only just started when it was first seen. */
  readonly isFresh: boolean;
  /** Number of the pulse that saw it first. */
  readonly bornPulse: number;
  readonly bornAtMs: number;
  /** The same of the tool that it comes from, as it was then: whoever adopts it later changes nothing. */
  readonly originPulse: number;
  readonly cpuMs: number;
  readonly transferredBytes: number | null;
}

/** An open call, and what was seen of a process of its own. */
export interface SeenCall {
  readonly openedPulse: number;
  readonly openedAtMs: number;
  readonly hadProcess: boolean;
  /** Whether one of them was born with the call or after it, and not just before. */
  readonly hadLater: boolean;
  /** Since when its process is gone; null while it lives or was never seen. */
  readonly goneAtMs: number | null;
}

/** CPU time and bytes above what an idle process moves. */
export interface Level {
  readonly cpuMs: number;
  readonly bytes: number;
}

/** A marker that was seen, on the session's own clock. */
export interface HeldMarker {
  readonly label: string;
  /** False where its owner is gone, or is nobody of the session. */
  readonly isOwned: boolean;
  readonly touchedAtMs: number;
  readonly endsAtMs: number | null;
  /** Until when it counts without another touch. */
  readonly freshUntilMs: number;
  /** The end that it named; it may be moved forward, never back. Null for the older form. */
  readonly deadlineMs: number | null;
  readonly declaredMs: number | null;
}

/** The last calls, as long as they are all alike. */
export interface Circle {
  /** What they were: call and answer, at most three different ones. */
  readonly kinds: readonly string[];
  readonly count: number;
}

/**
 * All signs of life so far, folded from pulses. Times are milliseconds of the session's own clock, which begins at 0 with
 * the first look and stands still while nobody could look (see `observe`).
 */
export interface Signs {
  readonly pulses: number;
  /** Raw time of the last pulse, null before the first. */
  readonly lastPulseMs: number | null;
  /** Raw time that counts for nothing: the machine slept, the supervisor was stopped. */
  readonly creditedMs: number;
  /** As much of it as the agent was stopped for (state T); it has a bound. */
  readonly stoppedMs: number;
  /** Raw time of the pulse since which the agent is stopped; null while it may run. */
  readonly stoppedSinceMs: number | null;
  readonly nowMs: number;
  readonly isAlive: boolean;
  readonly transcript: Transcript;
  readonly lastWordAtMs: number;
  readonly lastWordPulse: number;
  readonly firstCallPulse: number | null;
  /** When it emitted its last result, or when the last work ended for which that result was not the end. */
  readonly endedAtMs: number | null;
  /** Since when it waits for its usage limit, and for nothing else. */
  readonly limitedAtMs: number | null;
  readonly calls: ReadonlyMap<string, SeenCall>;
  /** Since when each request to a person waits. */
  readonly askedAtMs: ReadonlyMap<string, number>;
  readonly processes: ReadonlyMap<string, SeenProcess>;
  readonly lastActivityAtMs: number;
  readonly worktreeChangedAtMs: number;
  /** Of the agent and what came with it, and of what it started for its work; nothing after each sign of activity. */
  readonly levels: { readonly own: Level; readonly tools: Level };
  /** Output that nobody was seen to write yet. */
  readonly debtBytes: number;
  readonly outputBytes: number;
  readonly hasOutput: boolean;
  /** By file name, whether they count or not. */
  readonly seenMarkers: ReadonlyMap<string, HeldMarker>;
  /** The longest time that any marker of this silence declared. */
  readonly declaredMs: number;
  /** Open calls whose arguments are known, with the pulse that saw them first. */
  readonly prints: ReadonlyMap<string, { readonly print: string; readonly pulse: number }>;
  readonly circle: Circle;
}

export function noSigns(): Signs {
  return {
    pulses: 0,
    lastPulseMs: null,
    creditedMs: 0,
    stoppedMs: 0,
    stoppedSinceMs: null,
    nowMs: 0,
    isAlive: true,
    transcript: emptyTranscript,
    lastWordAtMs: 0,
    lastWordPulse: 0,
    firstCallPulse: null,
    endedAtMs: null,
    limitedAtMs: null,
    calls: new Map(),
    askedAtMs: new Map(),
    processes: new Map(),
    lastActivityAtMs: 0,
    worktreeChangedAtMs: 0,
    levels: { own: { cpuMs: 0, bytes: 0 }, tools: { cpuMs: 0, bytes: 0 } },
    debtBytes: 0,
    outputBytes: 0,
    hasOutput: true,
    seenMarkers: new Map(),
    declaredMs: 0,
    prints: new Map(),
    circle: { kinds: [], count: 0 },
  };
}
