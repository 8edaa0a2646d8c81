import type { SessionId } from '../domain/ids.ts';
import type { Candidate } from './commit-candidates.ts';
import type { CommitFacts } from '../git/commit-facts.ts';
import type { StartRefs } from './start-refs.ts';
import type { WorkPlace } from './work-place.ts';
import { NO_COMMIT, type ReflogPair, type RefMove } from '../git/refs-log.ts';

/** Another session that has a commit in its log as new, or in its record as its own. */
export interface Maker {
  readonly session: SessionId;
  readonly isRecorded: boolean;
  /** How its log shows it; null when only the record is left. */
  readonly move: Candidate | null;
}

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
  /** Where it stands in the end; null where no supervisor watched, and a commit is judged by itself. */
  readonly place: WorkPlace | null;
  /** The refs when the session started. */
  readonly startRefs: StartRefs;
  /** Other sessions that made these commits, as their records and logs say. */
  readonly findMakers: (shas: readonly string[]) => Promise<ReadonlyMap<string, Maker>>;
}

/** What tells an own change from a copy of somebody else's. */
export interface CopyEvidence {
  readonly session: SessionId;
  /** What the session made, own changes and copies, oldest first. */
  readonly made: readonly Candidate[];
  readonly facts: ReadonlyMap<string, CommitFacts>;
  readonly patchIds: ReadonlyMap<string, string>;
  /** By commit: others with the same author, author time and patch. */
  readonly twins: ReadonlyMap<string, readonly string[]>;
  /** Commits that were reachable when the session started. */
  readonly wasThere: ReadonlySet<string>;
  readonly makers: ReadonlyMap<string, Maker>;
}

/** The commits that are copies of somebody else's change, each with its original. */
export function findCopies(evidence: CopyEvidence): Map<string, string> {
  const made = new Map(evidence.made.map((candidate) => [candidate.sha, candidate]));
  // `undefined` while it is being decided: two that ask for each other are no proof for either.
  const decided = new Map<string, string | null | undefined>();

  // An own commit may stand later in the list than its copy: those of a reflog have no place in the log's order.
  const originalOf = (candidate: Candidate): string | null | undefined => {
    if (decided.has(candidate.sha)) return decided.get(candidate.sha);
    decided.set(candidate.sha, undefined);
    const original = decide(candidate);
    decided.set(candidate.sha, original);
    return original;
  };
  const isOwn = (sha: string): boolean => {
    const candidate = made.get(sha);
    return candidate !== undefined && originalOf(candidate) === null;
  };
  const decide = (candidate: Candidate): string | null => {
    const { sha, old, pickedFrom } = candidate;
    if (pickedFrom !== null) return isOwn(pickedFrom) ? null : pickedFrom;
    if (isAmend(candidate, evidence.facts)) {
      // More than the words (or the author) must be new before somebody else's commit becomes the session's.
      return isOwn(old) || evidence.patchIds.get(sha) !== evidence.patchIds.get(old) ? null : old;
    }
    const twins = evidence.twins.get(sha) ?? [];
    if (twins.some(isOwn)) return null;
    return twins.find((twin) => !made.has(twin) && isOriginal(twin, candidate, evidence)) ?? null;
  };
  return new Map(
    evidence.made.flatMap((candidate) => {
      const original = originalOf(candidate);
      return original ? [[candidate.sha, original] as const] : [];
    }),
  );
}

/** Whether the commit took the place of `old` instead of following it. */
export function isAmend({ sha, old }: Candidate, facts: ReadonlyMap<string, CommitFacts>): boolean {
  return !NO_COMMIT.test(old) && facts.get(sha)?.parents.includes(old) === false;
}

/** Whether its change may come from elsewhere, so that its twins have to be looked for. */
export function mayBeCopy(candidate: Candidate, facts: ReadonlyMap<string, CommitFacts>): boolean {
  if (candidate.pickedFrom !== null || isAmend(candidate, facts)) return false;
  return candidate.isApplied || facts.get(candidate.sha)?.isRedated === true;
}

/** Of two commits with the same change: whether the twin was there first. */
function isOriginal(twin: string, candidate: Candidate, evidence: CopyEvidence): boolean {
  if (evidence.wasThere.has(twin)) return true;
  const maker = evidence.makers.get(twin);
  // In nobody's log: git itself said whether it was applying a change. Two different times alone do not say it.
  if (!maker) return candidate.isApplied;
  if (maker.move === null) return true;
  return maker.move.pickedFrom === null && isEarlier(maker, candidate, evidence.session);
}

/** Whether the other session made its commit before this one; a tie goes to the smaller id, on both sides. */
export function isEarlier(maker: Maker, candidate: Candidate, session: SessionId): boolean {
  const theirs = maker.move?.uptime ?? null;
  if (theirs === null || candidate.uptime === null) return true;
  return theirs < candidate.uptime || (theirs === candidate.uptime && maker.session < session);
}
