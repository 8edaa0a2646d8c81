import type { SessionId } from '../domain/ids.ts';
import type { Maker } from './copied-commits.ts';
import type { ReflogPair, RefMove } from '../git/refs-log.ts';

/** What is asked when a session's commits are looked for. */
export interface CommitSearch {
  /** A folder of the repository, for git. */
  readonly folder: string;
  /** The git folder that all worktrees share; moves of other repositories do not count here. */
  readonly repository: string;
  readonly session: SessionId;
  readonly moves: readonly RefMove[];
  /** Moves of HEAD where the session worked, since it started: there the hook may have been bypassed. */
  readonly reflog: readonly ReflogPair[];
  /** False in a shared checkout, where anybody may have moved HEAD. */
  readonly isHeadOwn: boolean;
  /** Beginnings of the names of commits that git told the agent. */
  readonly printed: readonly string[];
  /** True where nobody watched and they are the only witness: one that this repository has is the session's. */
  readonly isPrintEnough?: true;
  /** Which of these commits git has named to other sessions too. */
  readonly findRivals: (shas: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Every ref's commit when the session started. */
  readonly startTips: readonly string[];
  /** Other sessions that made these commits, as their records and logs say. */
  readonly findMakers: (shas: readonly string[]) => Promise<ReadonlyMap<string, Maker>>;
}
