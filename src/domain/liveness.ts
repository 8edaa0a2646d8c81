import type { SessionEvent } from './session-event.ts';
import type { StopReason } from './record.ts';
import type { SupervisePolicy } from './settings/supervise.ts';

/** Whether sessions get a cgroup of their own: where the machine allows it, always or not at all, or never. */
export type Containment = SupervisePolicy['contain'];

/** What `assess` goes by for one session: its limits, and what its harness can show at all. */
export interface LivenessPolicy extends Omit<SupervisePolicy, 'contain' | 'idleCpuShare' | 'idleBytesPerS'> {
  readonly idleCpuShare: number;
  readonly idleBytesPerS: number;
  readonly timeoutMs: number;
  readonly hasEvents: boolean;
  /** Whether its worktree is its own. In a shared checkout a change is nobody's, and no sign. */
  readonly isOwnWorktree: boolean;
  readonly openCalls: 'visible' | 'onlyWhenFinished' | 'none';
}

/** What a process moves that only waits: less than that is no sign of work, however long it goes on. */
export interface IdleFloor {
  /** Of one processor. */
  readonly cpuShare: number;
  /** Read and written, beyond what the session prints. */
  readonly bytesPerS: number;
}

/** The floor of an agent CLI that says nothing else: timers and garbage. */
export const ORDINARY_IDLE: IdleFloor = { cpuShare: 0.02, bytesPerS: 512 };

/** On whom a session waits. The table in docs/liveness.md says what each means. */
export type LivenessState =
  | 'starting'
  | 'thinking'
  | 'in-tool'
  | 'tool-gone'
  | 'in-remote-tool'
  | 'waiting-on-human'
  | 'waiting-on-limit'
  | 'finishing'
  | 'looping'
  | 'working'
  | 'stuck'
  | 'gone';

/**
 * A group of signs that can be observed, and for how long it has been silent. Signs of a group that moved, but may
 * excuse this silence no longer, are `spent`: every excuse is bounded.
 */
export interface Witness {
  readonly group: 'words' | 'processes' | 'worktree';
  readonly silentMs: number;
  readonly isSpent: boolean;
}

interface LivenessBase {
  /** For people: `npm test`, `the model`, `WebFetch`. */
  readonly waitingOn: string;
  readonly sinceMs: number;
}

/**
 * Being stuck takes two groups of signs, so that no single sign can ever end a session. A worktree that can be watched is
 * a third: reading agents change none, so it never stands for one of the two.
 */
export interface StuckEnd {
  readonly reason: 'stuck';
  readonly because: string;
  readonly witnesses: readonly [Witness, Witness, ...Witness[]];
}

/** Any other end that the supervisor may ask for. */
export interface PlainEnd {
  readonly reason: Exclude<StopReason, 'stuck'>;
  readonly because: string;
}

export type Liveness = LivenessBase &
  (
    | { readonly state: 'stuck'; readonly end: StuckEnd }
    | { readonly state: Exclude<LivenessState, 'stuck'>; readonly end: PlainEnd | null }
  );

/** One look at a session: all that was new since the last one. */
export interface Pulse {
  /** Monotonic. */
  readonly atMs: number;
  readonly events: readonly SessionEvent[];
  /** The living processes of its tree. */
  readonly processes: readonly TreeProcess[];
  /** Whether the shim, and so the agent, is still there. */
  readonly isAlive: boolean;
  /** Size of stdout and stderr together. */
  readonly outputBytes: number;
  /** Whether the file that its words come from is there: what cannot be found says nothing. */
  readonly hasOutput: boolean;
  /** The session's markers, valid or not. */
  readonly markers: readonly SeenMarker[];
  /** Something changed in its own worktree since the last look. */
  readonly hasWorktreeChanged: boolean;
  /** Words beside its output since the last look: hooks that the agent CLI ran, and growth of its own file. */
  readonly hooks: number;
}

/** One marker file at one look. */
export interface SeenMarker {
  readonly name: string;
  readonly label: string;
  /** When it was last touched, in milliseconds of the wall clock: a number to compare, not to trust. */
  readonly touchedAtMs: number;
  /** How long ago that was at this look. */
  readonly ageMs: number;
  /** The end that it names, by the wall clock: a number to compare. Null for the older form, which names none. */
  readonly endsAtMs: number | null;
  /** How long that was away at this look. */
  readonly leftMs: number | null;
  /** From its start to the end that it names. */
  readonly declaredMs: number | null;
  /** Whether a living process of the session's own owns it; null for the older form, which does not say who does. */
  readonly isOwned: boolean | null;
}

/** One process of the session's tree at one look. */
export interface TreeProcess {
  readonly pid: number;
  readonly startTime: string;
  /** Whose child it is at this look; null where that was not written down. */
  readonly parentPid: number | null;
  /** True for the shim and the agent itself, whose life is the session's and no sign of a tool. */
  readonly isRoot: boolean;
  /** True while it is stopped (state T), by a signal or by a debugger. */
  readonly isStopped: boolean;
  /** True where it started so shortly before this look that its start may not have been told yet. */
  readonly isFresh: boolean;
  readonly cpuMs: number;
  /** Bytes read and written so far, null when they cannot be seen. */
  readonly transferredBytes: number | null;
}
