import type { BootTime } from '../lib/process-table.ts';
import type { CategoryName, SessionId } from './ids.ts';
import type { Isolation, Plan } from './plan.ts';
import type { StopReason } from './record.ts';

/** Where a session works. */
export interface Workspace {
  readonly isolation: Isolation;
  /** The folder that the agent stands in. */
  readonly folder: string;
  /** The branch that was made for it; null in a shared checkout. */
  readonly branch: string | null;
  /** The commit it started from; null in a repository without one. */
  readonly base: string | null;
  /** The branch that `base` was the tip of, by its full name; null where it was a plain commit. */
  readonly baseRef: string | null;
}

/** A promised session, as its row says. */
export interface StoredSession {
  readonly id: SessionId;
  readonly category: CategoryName;
  readonly plan: Plan;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  /** The same moment by the time since boot. */
  readonly boot: BootTime | null;
  /** Null when it ended before it had one. */
  readonly workspace: Workspace | null;
}

/** A stored session without its plan, as lists show it. */
export interface SessionRow {
  readonly id: SessionId;
  readonly category: CategoryName;
  readonly harness: string;
  readonly account: string;
  readonly model: string | null;
  readonly runType: string;
  readonly startedAt: string;
  readonly state: 'intended' | 'running' | 'recorded';
  readonly stopReason: StopReason | null;
}
