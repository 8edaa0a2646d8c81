import type { SessionRef } from '../../domain/event.ts';
import type { Evidence } from '../../domain/evidence.ts';
import type { SessionId } from '../../domain/ids.ts';
import type { SessionFiles } from '../../domain/layout.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Stop } from '../../domain/record.ts';
import type { Lasting, Moment } from '../../domain/session-time.ts';
import type { Workspace } from '../../domain/session.ts';
import type { Verdict } from '../../domain/verdict.ts';
import type { Harness } from '../../harness/contract/harness.ts';
import type { Clock } from '../../lib/clock.ts';
import type { FileLock } from '../../lib/file-lock.ts';
import type { BootTime } from '../../lib/process-table.ts';
import type { EndReport } from '../../run/end-tree.ts';
import type { StartedAgent } from '../../run/start-agent.ts';

// The states of one session's life; each has all of an earlier one.

/** Its row is in the store: it gets a record, whatever happens. */
export interface PromisedSession {
  readonly id: SessionId;
  readonly plan: Plan;
  readonly harness: Harness;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  /** The same moment by the time since boot. */
  readonly boot: BootTime | null;
  readonly files: SessionFiles;
  /** For its record, in sentences. */
  readonly warnings: string[];
}

/** This process is its supervisor. */
export interface HeldSession extends PromisedSession {
  readonly supervisorLock: FileLock;
  readonly categoryLock: FileLock | null;
}

/** It has its workspace and its agent, or `trouble` says why not. */
export interface StartedSession extends HeldSession {
  readonly workspace: Workspace | null;
  readonly agent: StartedAgent | null;
  readonly trouble: string | null;
}

/** Its agent is gone, and its processes were ended: by its supervisor, or by the process that settles it. */
export interface EndedSession extends PromisedSession, Lasting {
  readonly workspace: Workspace | null;
  readonly trouble: string | null;
  /** Its end by the wall clock: other than `endedAt` where that clock was set meanwhile. */
  readonly seenEndAt: string;
  readonly exitCode: number | null;
  readonly ended: EndReport;
  /** Aborts when no caller waits for its check any more; the reason is a sentence. */
  readonly cancelled: AbortSignal;
}

/** It has its verdict, and waits for its record. */
export interface JudgedSession extends EndedSession {
  readonly stop: Stop;
  readonly evidence: Evidence;
  readonly verdict: Verdict;
  readonly keptWorktree: string | null;
  /** Whether the branch of its workspace was there before it. */
  readonly wasBranchThere: boolean;
  /** Why stint does not land its work by itself; null where it may. */
  readonly notLanded: string | null;
}

/** The start of a session by both clocks. */
export function startOf({ startedAt, boot }: Pick<PromisedSession, 'startedAt' | 'boot'>): Moment {
  return { at: startedAt, boot };
}

/** This moment by both clocks. */
export function momentOf(clock: Clock): Moment {
  return { at: clock.now().toISOString(), boot: clock.sinceBoot() };
}

/** How events name a session. */
export function refOf({ id, plan }: Pick<PromisedSession, 'id' | 'plan'>): SessionRef {
  return { id, category: plan.category };
}
