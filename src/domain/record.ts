import type {
  OwnCommit,
  CheckEvidence,
  Declaration,
  Effect,
  ForeignCommit,
  RangeComparison,
} from './evidence.ts';
import type { CategoryName, SessionId } from './ids.ts';
import type { LandingResult } from './landing.ts';
import type { Usage } from './session-event.ts';
import type { Stop } from './stop.ts';
import type { ModelUsage } from './usage-by-model.ts';
import type { Judgement } from './verdict.ts';

export type RunType = 'timer' | 'respawn' | 'oneoff' | 'manual' | 'import';

/** The one truth about a session, written exactly once. These names are what scripts rely on. */
export interface SessionRecord extends Judgement {
  readonly id: SessionId;
  readonly thread: string | null;
  /** What the caller called this piece of work (`run --key`), null without. */
  readonly key: string | null;
  readonly category: CategoryName;
  readonly observedCategory: CategoryName | null;
  readonly runType: RunType;
  /** How many sessions of its category ran back to back before it; above 0 exactly where `runType` is `respawn`. */
  readonly chain: number;
  readonly harness: string;
  readonly account: string;
  /** What answered, as the transcript says; what was asked for where it says nothing. */
  readonly model: string | null;
  /** What was asked for; null is the CLI's own default, and what another system does not say. */
  readonly modelAsked: string | null;
  readonly attended: 'yes' | 'no' | 'unknown';
  readonly declared: Declaration | null;
  readonly stop: Stop;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly durationMs: number;
  readonly commits: readonly string[];
  readonly commitDetails: readonly OwnCommit[];
  readonly notCounted: readonly ForeignCommit[];
  readonly range: RangeComparison | null;
  readonly effects: readonly Effect[];
  readonly branch: string | null;
  readonly base: string | null;
  readonly check: CheckEvidence;
  readonly landing: LandingResult;
  readonly uncommitted: readonly string[] | null;
  /** The ref that keeps work which was not committed, null when there was none. */
  readonly salvage: string | null;
  /** The worktree's folder, where it had to be kept. */
  readonly keptWorktree: string | null;
  /** Commands of processes that were still there when the agent had ended, and were ended. */
  readonly leftovers: readonly string[];
  /** Commands of processes that could not be ended; records of an older stint do not say. */
  readonly survivors?: readonly string[];
  /**
   * What named the session's processes beside their tree and tag: `none` would not have named one that cleared its
   * environment and left the tree between two looks. Null where no agent was started here, absent in records of an older stint.
   */
  readonly containment?: 'cgroup' | 'none' | null;
  readonly warnings: readonly string[];
  /** What a record of another system says that it delivered; nobody verified it. Empty for own sessions. */
  readonly claims: readonly string[];
  readonly usage: Usage;
  /** The same by model, helpers apart, as its messages say; absent where they name none, and in records of an older stint. */
  readonly usageByModel?: readonly ModelUsage[];
  readonly costUsd: number | null;
  readonly unreadableLines: number;
  readonly source: 'run' | 'import';
}

/** How much a session left behind, by its record. */
export function leakFacts({ leftovers, survivors = [], containment = null }: SessionRecord) {
  return {
    leftoverCount: leftovers.length,
    survivorCount: survivors.length,
    isContained: containment === null ? null : containment === 'cgroup',
  };
}

/** How much a record says that the session delivered; 0 exactly where the judge sees nothing delivered. */
export function countDeliverables(record: SessionRecord): number {
  const commits = record.commitDetails.filter(({ files }) => files.length > 0).length;
  // Effects that have commits are their commits over again.
  const files = record.effects.filter(
    ({ kind, commits: own }) => kind === 'artefact' && own.length === 0,
  ).length;
  // Of the commits of other systems we know no more than their names.
  return record.source === 'import' ? Math.max(commits + files, record.commits.length) : commits + files;
}

/** The end of a session's path: its record, and whether this process wrote it. */
export interface Concluded {
  readonly record: SessionRecord;
  /** False when another process had written the record before. */
  readonly isNew: boolean;
}
