import type { SessionId } from '../domain/ids.ts';
import type { SessionFiles } from '../domain/layout.ts';
import type { Plan } from '../domain/plan.ts';
import type { Workspace } from '../domain/session.ts';
import type { Harness } from '../harness/contract/harness.ts';

/** The facts about a session whose agent is gone, from which evidence is gathered. */
export interface GatheredSession {
  readonly id: SessionId;
  readonly plan: Plan;
  readonly harness: Harness;
  /** ISO 8601 UTC, as `seenEndAt`. */
  readonly startedAt: string;
  /** Its end as the wall clock said then. */
  readonly seenEndAt: string;
  readonly files: SessionFiles;
  readonly workspace: Workspace | null;
  readonly warnings: readonly string[];
  /** Null where nothing says it. */
  readonly exitCode: number | null;
  readonly ended: { readonly leftovers: readonly string[] };
  /** Aborts when no caller waits for its check any more; the reason is a sentence. */
  readonly cancelled: AbortSignal;
}
