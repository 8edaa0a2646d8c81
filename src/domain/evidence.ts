import { emptyTranscript, type Transcript } from './transcript.ts';
import type { CategoryName } from './ids.ts';

/** How a commit is known to belong to the session; `transcript`: git named it to the agent, and a repository has it. */
export type CommitSource = 'hook' | 'reflog' | 'reflog+stream' | 'forge' | 'transcript';

/** One commit that the session created. */
export interface OwnCommit {
  readonly sha: string;
  /** Patch id of its change, the same after a rebase; null for merges and empty commits. */
  readonly patchId: string | null;
  readonly subject: string;
  /** Lines added and removed, without generated and lock files. */
  readonly lines: number;
  readonly files: readonly string[];
  readonly isMerge: boolean;
  readonly source: CommitSource;
}

/** A commit in the session's log that is not counted, and why. */
export interface ForeignCommit {
  readonly sha: string;
  readonly because: string;
}

/** Why a commit that the session made is not counted: it was thrown away, or it lives on a forge alone. */
export const ON_NO_BRANCH = 'no branch has it any more';

/** The worktree's range from its base to where it stood at the end, compared with the counted commits. */
export interface RangeComparison {
  readonly base: string;
  readonly head: string;
  /** How many commits of the range are not counted, and the newest of them by name. */
  readonly others: number;
  readonly namedOthers: readonly string[];
  /** Counted commits that the range does not have. */
  readonly outside: readonly string[];
}

/** What a check said of the session's head; `failed-before` failed on the base too. */
export type CheckResult = 'passed' | 'failed' | 'failed-before' | 'not-run' | 'none';

export interface CheckEvidence {
  readonly result: CheckResult;
  /** Set where it passed and failed on the commit before this work. */
  readonly wasRed?: true;
  /** One sentence for people. */
  readonly detail: string;
}

export interface Declaration {
  readonly kind: 'noop' | 'blocked' | 'done' | 'open';
  readonly reason: string;
}

/**
 * What the session brought about beside its commits, each verified where it says. `commits` are the own commits that
 * carry it: one change counts once, at its highest stage.
 */
export type Effect = { readonly commits: readonly string[] } & (
  | {
      readonly kind: 'pull-request';
      readonly source: 'forge';
      readonly url: string;
      /** `closed` is one that was refused: it is worth its commits. */
      readonly stage: 'opened' | 'merged' | 'closed';
    }
  | { readonly kind: 'issue-closed'; readonly source: 'forge'; readonly url: string }
  /** The check failed before this work and passes after it. */
  | { readonly kind: 'ci-fixed'; readonly source: 'check' }
  /** A file that the configuration calls a result; without commits where it lies uncommitted in the own worktree. */
  | { readonly kind: 'artefact'; readonly source: 'commit' | 'worktree'; readonly path: string }
);

/** Everything that the judge may look at. Gathered once; it holds only what belongs to the session. */
export interface Evidence {
  readonly commits: readonly OwnCommit[];
  readonly notCounted: readonly ForeignCommit[];
  /** A cross-check, which decides nothing; null in a shared checkout and where nothing can be compared. */
  readonly range: RangeComparison | null;
  /** Without those of a forge: whoever judges offline must come to the same grade. They come by amendment. */
  readonly effects: readonly Effect[];
  /** Why git could not say what the session did, null when it could. Then nothing can be said of its work. */
  readonly gitTrouble: string | null;
  readonly head: string | null;
  readonly check: CheckEvidence;
  readonly declared: Declaration | null;
  /** Paths with uncommitted work in the session's own worktree; null in a shared checkout, where they are nobody's. */
  readonly uncommitted: readonly string[] | null;
  readonly transcript: Transcript;
  /** False for formats that show nothing but their output. */
  readonly hasEvents: boolean;
  /** The category that the touched files belong to, null when they do not say. */
  readonly observedCategory: CategoryName | null;
  /** Processes that were still there when the agent had ended, and were ended. */
  readonly leftovers: readonly string[];
  /** What the store or the machine could not do, in sentences. */
  readonly warnings: readonly string[];
}

/** Nothing seen: what holds of a fact that was not gathered. */
export const noEvidence: Evidence = {
  commits: [],
  notCounted: [],
  range: null,
  effects: [],
  gitTrouble: null,
  head: null,
  check: { result: 'none', detail: 'no check is configured' },
  declared: null,
  uncommitted: null,
  transcript: emptyTranscript,
  hasEvents: false,
  observedCategory: null,
  leftovers: [],
  warnings: [],
};
