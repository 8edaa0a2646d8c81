import { emptyTranscript, type Transcript } from '../domain/transcript.ts';

/** A living process of the tree, and when it was first seen. */
export interface SeenProcess {
  readonly isRoot: boolean;
  /** Number of the pulse that saw it first. */
  readonly bornPulse: number;
  readonly cpuMs: number;
  readonly transferredBytes: number | null;
}

/** An open call, and what was seen of a process of its own. */
export interface SeenCall {
  readonly openedPulse: number;
  readonly openedAtMs: number;
  readonly hadProcess: boolean;
  /** Since when its process is gone; null while it lives or was never seen. */
  readonly goneAtMs: number | null;
}

/**
 * All signs of life so far, folded from pulses. Times are milliseconds of the session's own clock, which stands still
 * while nobody could look (see `observe`).
 */
export interface Signs {
  readonly pulses: number;
  /** Raw time of the last pulse, null before the first. */
  readonly lastPulseMs: number | null;
  /** Raw time that counts for nothing: the machine slept, the supervisor was stopped. */
  readonly creditedMs: number;
  readonly nowMs: number;
  readonly startedAtMs: number;
  readonly isAlive: boolean;
  readonly transcript: Transcript;
  readonly lastWordAtMs: number;
  readonly lastWordPulse: number;
  readonly firstCallPulse: number | null;
  readonly endedAtMs: number | null;
  readonly limitedAtMs: number | null;
  readonly calls: ReadonlyMap<string, SeenCall>;
  readonly processes: ReadonlyMap<string, SeenProcess>;
  readonly lastActivityAtMs: number;
  /** CPU time and bytes since the last activity mark, and when that was. */
  readonly mark: { readonly atMs: number; readonly cpuMs: number; readonly bytes: number };
  readonly outputBytes: number;
}

export function noSigns(): Signs {
  return {
    pulses: 0,
    lastPulseMs: null,
    creditedMs: 0,
    nowMs: 0,
    startedAtMs: 0,
    isAlive: true,
    transcript: emptyTranscript,
    lastWordAtMs: 0,
    lastWordPulse: 0,
    firstCallPulse: null,
    endedAtMs: null,
    limitedAtMs: null,
    calls: new Map(),
    processes: new Map(),
    lastActivityAtMs: 0,
    mark: { atMs: 0, cpuMs: 0, bytes: 0 },
    outputBytes: 0,
  };
}
