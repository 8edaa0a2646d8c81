import type { CategoryName } from './ids.ts';
import type { SessionRecord } from './record.ts';
import { emptyTranscript, type Transcript } from './transcript.ts';

/** One commit that the session created. */
export type OwnCommit = SessionRecord['commitDetails'][number];

/** The proof that a commit belongs to the session. */
export type CommitSource = OwnCommit['source'];

/** A commit in the session's log that is not counted, and why. */
export type ForeignCommit = SessionRecord['notCounted'][number];

/** An entry of `git stash` that the session left or lost, or that it took from another. */
export type StashFact = NonNullable<SessionRecord['stashes']>[number];

/** Why a commit that the session made is not counted: it was thrown away, or it lives on a forge alone. */
export const ON_NO_BRANCH = 'no branch has it any more';

/** The worktree's range from its base to where it stood at the end, compared with the counted commits. */
export type RangeComparison = NonNullable<SessionRecord['range']>;

/** The result of a check on the session's head. */
export type CheckEvidence = SessionRecord['check'];

/** The result of the check on one commit. */
export interface CommitCheck {
  readonly result: 'passed' | 'failed' | 'not-run';
  readonly detail: string;
}

export type Declaration = NonNullable<SessionRecord['declared']>;

/** A result of the session beside its commits; `source` says where it was verified. */
export type Effect = SessionRecord['effects'][number];

/** Everything that the judge may look at. Gathered once; it holds only what belongs to the session. */
export interface Evidence {
  readonly commits: readonly OwnCommit[];
  readonly notCounted: readonly ForeignCommit[];
  /** A cross-check, which decides nothing; null in a shared checkout and where nothing can be compared. */
  readonly range: RangeComparison | null;
  /** Without those of a forge: whoever judges offline must come to the same grade. They come by amendment. */
  readonly effects: readonly Effect[];
  /** What a search for the lines that its edits left found in a repository, as a clause; absent without one. */
  readonly editsFound?: string;
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
  /** Its `permissions` are `read`: it may look, and change nothing. */
  readonly isReadOnly: boolean;
  /** stint did not watch it, and knows only its files. Absent for sessions that stint ran. */
  readonly isImported?: true;
  /** A person may have sat at it, and gone on with what it did. Absent for sessions that stint ran. */
  readonly mayBeAttended?: true;
  /** A wrapped script: it has no task that it could have missed. */
  readonly isScript: boolean;
  /** The category that the touched files belong to, or the commit types; null where the configuration does not say. */
  readonly observedCategory: CategoryName | null;
  /** Processes that were still there when the agent had ended, and were ended. */
  readonly leftovers: readonly string[];
  /** Absent where there are none. */
  readonly stashes?: readonly StashFact[];
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
  isReadOnly: false,
  isScript: false,
  observedCategory: null,
  leftovers: [],
  warnings: [],
};
