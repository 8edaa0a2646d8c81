import type { SessionRef } from '../../domain/event.ts';
import type { SessionId } from '../../domain/ids.ts';
import type { SessionFiles } from '../../domain/layout.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Workspace } from '../../domain/session.ts';
import type { Harness } from '../../harness/contract/harness.ts';
import type { FileLock } from '../../lib/file-lock.ts';
import type { StartedAgent } from '../../run/start-agent.ts';

/** A session whose supervisor is this process. */
export interface HeldSession {
  readonly id: SessionId;
  readonly plan: Plan;
  readonly harness: Harness;
  readonly startedAt: string;
  readonly files: SessionFiles;
  readonly workspace: Workspace | null;
  /** Null when nothing could be started; `trouble` says why then. */
  readonly agent: StartedAgent | null;
  readonly trouble: string | null;
  readonly warnings: string[];
  readonly supervisorLock: FileLock;
  readonly categoryLock: FileLock | null;
}

/** One of which nothing was started yet, and which gets a record whatever happens. */
export type Promised = Omit<HeldSession, 'workspace' | 'agent' | 'trouble'>;

/** How events name a session. */
export function refOf({ id, plan }: Pick<HeldSession, 'id' | 'plan'>): SessionRef {
  return { id, category: plan.category };
}
