import type { CategoryName, SessionId } from './ids.ts';
import type { SessionRecord } from './record.ts';
import type { Usage } from './session-event.ts';
import type { Outcome } from './record-words.ts';

/** A session as another system's record tells it. Nothing of it was seen here. */
export interface ForeignRecord {
  /** The same whenever and from whichever file it is read. */
  readonly id: SessionId;
  /** What the other system calls it, null where it has no name for it. */
  readonly thread: string | null;
  readonly category: CategoryName;
  readonly harness: string;
  readonly model: string | null;
  readonly attended: SessionRecord['attended'];
  /** As the record says; the audit asks later whether it can be so. */
  readonly outcome: Outcome;
  /** Its own word for the outcome. */
  readonly outcomeWord: string | null;
  /** Its own grade, 0.0-1.0; null where it has none, which is neither 0 nor 0.5. */
  readonly grade: number | null;
  readonly isLoopOpen: boolean;
  readonly isCiBreak: boolean;
  /** False when it says that another category's work was done. */
  readonly isIntentMatched: boolean | null;
  /** What it says that it delivered. */
  readonly claims: readonly string[];
  readonly exitCode: number | null;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly durationMs: number;
  readonly usage: Usage;
  readonly costUsd: number | null;
  readonly warnings: readonly string[];
}
