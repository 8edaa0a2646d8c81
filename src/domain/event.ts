import type { Problem } from '../lib/problem.ts';
import type { Amendment } from './amendment.ts';
import type { Choice } from './choice.ts';
import type { CategoryName, SessionId } from './ids.ts';
import type { LandingResult } from './landing.ts';
import type { LivenessState } from './liveness.ts';
import type { Parking } from './parking.ts';
import type { SessionRecord, StopReason } from './record.ts';
import type { UserCommand } from './settings/user-command.ts';
import type { Workspace } from './session.ts';
import type { Verdict } from './verdict.ts';

/** Which session an event is about. */
export interface SessionRef {
  readonly id: SessionId;
  readonly category: CategoryName;
}

/** The state of a running session, and how far it has come. */
export interface Waiting extends SessionRef {
  readonly state: LivenessState;
  /** For people: `npm test`, `the model`. */
  readonly waitingOn: string;
  /** Milliseconds in this state. */
  readonly sinceMs: number;
  /** Answers of the model so far; null where the harness does not report them. */
  readonly turns: number | null;
  /** Input, output and cache together; null where the harness does not report them. */
  readonly tokens: number | null;
  /** Milliseconds since the supervision began. */
  readonly elapsedMs: number;
  /** Milliseconds until its time limit, 0 when that has passed. */
  readonly leftMs: number;
}

/**
 * One event, as data that survives JSON. Its name gives the stage and a verb in the past tense. A fact that is stored is
 * stored before its event.
 */
export type EventBody =
  /** A choice is stored under `number`; the sessions that it chose start next. */
  | { readonly name: 'plan.chosen'; readonly choice: Choice; readonly number: number }
  /** The session has its row in the store and its category's lock. */
  | {
      readonly name: 'session.promised';
      readonly session: SessionRef;
      /** Prepares the worktree before the agent starts; null where nothing does. */
      readonly setup: UserCommand | null;
    }
  /** Its agent runs. */
  | {
      readonly name: 'session.started';
      readonly session: SessionRef;
      readonly workspace: Workspace;
      readonly pid: number;
    }
  /** One look at the session. */
  | { readonly name: 'supervise.waiting'; readonly session: Waiting }
  /** The reason for its end is stored, and the first signal follows. */
  | {
      readonly name: 'supervise.stopped';
      readonly session: SessionRef;
      readonly reason: StopReason;
      readonly because: string;
    }
  /** Its agent is gone; evidence and `check` come next. */
  | { readonly name: 'session.ended'; readonly session: SessionRef; readonly check: UserCommand | null }
  | {
      readonly name: 'judge.decided';
      readonly session: SessionRef;
      readonly verdict: Pick<Verdict, 'outcome' | 'grade' | 'failureModes'>;
    }
  | { readonly name: 'landing.done'; readonly session: SessionRef; readonly landing: LandingResult }
  | { readonly name: 'record.written'; readonly record: SessionRecord }
  | {
      readonly name: 'record.amended';
      readonly sessionId: SessionId;
      readonly amendments: readonly Amendment[];
    }
  /** An account, one model of it or a harness rests until `until`. */
  | {
      readonly name: 'account.parked';
      readonly parking: Pick<Parking, 'kind' | 'name' | 'model' | 'cause' | 'reason' | 'until'>;
    }
  /** A category that did well starts again at `until` (ISO 8601 UTC). */
  | { readonly name: 'respawn.scheduled'; readonly record: SessionRecord; readonly until: string }
  /** The files of the configuration changed while the project was open. */
  | {
      readonly name: 'config.changed';
      readonly kind: 'changed' | 'broken' | 'restored';
      readonly message: string;
      /** Null unless broken. */
      readonly problem: Pick<Problem, 'code' | 'message' | 'hint' | 'exitCode'> | null;
    }
  /** `share` (0.0-1.0) is how much has been read of all that has to be. */
  | {
      readonly name: 'import.advanced';
      readonly file: string;
      readonly share: number;
      readonly sessions: number;
    }
  | { readonly name: 'forge.asked'; readonly done: number; readonly total: number }
  /** Records of an older stint got the facts that reports read. */
  | { readonly name: 'records.grouped'; readonly done: number; readonly total: number }
  /** The demo compared a record with its script. */
  | {
      readonly name: 'demo.played';
      readonly record: SessionRecord;
      readonly story: string;
      readonly isRight: boolean;
    }
  /** Tells the person who starts a session a surprise, in one sentence. Nothing is wrong. */
  | { readonly name: 'advice.given'; readonly sentence: string }
  /** Something went wrong that ends nothing, in one sentence. */
  | { readonly name: 'trouble.met'; readonly sentence: string };

/** An event with its time, ISO 8601 UTC. */
export type StintEvent = EventBody & { readonly at: string };
