import type { CommitSource, ForeignCommit } from '../domain/evidence.ts';
import type { SessionId } from '../domain/ids.ts';
import {
  findSameAuthored,
  readCommits,
  readPatchIds,
  selectUnreachable,
  type CommitFacts,
} from './commit-facts.ts';
import { NO_COMMIT, type RefMove } from './refs-log.ts';

export interface CommitSearch {
  /** A folder of the repository, for git. */
  readonly folder: string;
  /** The git folder that all worktrees share; moves of other repositories do not count here. */
  readonly repository: string;
  readonly session: SessionId;
  readonly moves: readonly RefMove[];
  /** Pairs of the worktree's own reflog, where the hook may have been bypassed; empty in a shared checkout. */
  readonly reflog: readonly { old: string; new: string }[];
  /** Every ref's commit when the session started. */
  readonly startTips: readonly string[];
  /** Who made these commits first, as other sessions' logs and records say. */
  readonly findOwners: (shas: readonly string[]) => Promise<ReadonlyMap<string, SessionId>>;
}

export interface FoundCommit {
  readonly sha: string;
  readonly patchId: string | null;
  readonly subject: string;
  readonly isMerge: boolean;
  readonly source: CommitSource;
}

/** A commit that came into being in the session's log, before it is known whose it is. */
interface Candidate {
  readonly sha: string;
  readonly old: string;
  readonly source: CommitSource;
  /** The commit that git was picking at that moment, by its own CHERRY_PICK_HEAD. */
  readonly pickedFrom: string | null;
}

/**
 * The commits that the session created and that still exist, oldest first. Nothing here looks at a clock:
 *
 * - it was seen first in this session's log on HEAD or a branch, reachable from nowhere before;
 * - its parents are the commit that the ref stood at, or that commit's own parents (an amend);
 * - it is no copy of somebody else's change (a rebase or pick of it stays theirs);
 * - no other session made it first.
 */
export async function findOwnCommits(
  search: CommitSearch,
): Promise<{ own: FoundCommit[]; notCounted: ForeignCommit[] }> {
  const candidates = collectCandidates(search);
  const facts = await readCommits(
    search.folder,
    candidates.flatMap(({ sha, old }) => (NO_COMMIT.test(old) ? [sha] : [sha, old])),
  );
  const notCounted: ForeignCommit[] = [];
  const made: Candidate[] = [];
  const owners = await search.findOwners(candidates.map(({ sha }) => sha));
  const shas = candidates.map(({ sha }) => sha);
  const isNew = await selectUnreachable(search.folder, shas, search.startTips);
  for (const candidate of candidates) {
    const because = whyNotMade(candidate, facts, owners, isNew, search.session);
    if (because === null) made.push(candidate);
    else if (because !== '') notCounted.push({ sha: candidate.sha, because });
  }
  const patchIds = await readPatchIds(
    search.folder,
    made.map(({ sha }) => sha),
  );
  const own = await dropCopies(search, made, facts, patchIds, notCounted);
  return { own: await keepExisting(search, own, facts, patchIds, notCounted), notCounted };
}

function collectCandidates(search: CommitSearch): Candidate[] {
  const candidates = new Map<string, Candidate>();
  const known = new Set<string>();
  let pickedFrom: string | null = null;
  for (const move of search.moves) {
    known.add(move.new);
    if (move.repository !== search.repository) continue;
    if (move.ref === 'CHERRY_PICK_HEAD') {
      pickedFrom = NO_COMMIT.test(move.new) ? null : move.new;
    } else if (
      (move.ref === 'HEAD' || move.ref.startsWith('refs/heads/')) &&
      move.isFresh &&
      !candidates.has(move.new)
    ) {
      if (!move.isWithRemote)
        candidates.set(move.new, { sha: move.new, old: move.old, source: 'hook', pickedFrom });
    }
  }
  for (const pair of search.reflog) {
    if (known.has(pair.new)) continue;
    candidates.set(pair.new, { sha: pair.new, old: pair.old, source: 'reflog', pickedFrom: null });
  }
  return [...candidates.values()];
}

/** Null when the session made it; otherwise why not, `''` when git no longer has it and nothing can be said. */
function whyNotMade(
  candidate: Candidate,
  facts: ReadonlyMap<string, CommitFacts>,
  owners: ReadonlyMap<string, SessionId>,
  isNew: ReadonlySet<string>,
  session: SessionId,
): string | null {
  const commit = facts.get(candidate.sha);
  if (!commit) return 'git no longer has it';
  const owner = owners.get(candidate.sha);
  if (owner !== undefined && owner !== session) return `session ${owner} made it first`;
  if (!isNew.has(candidate.sha)) return 'it was there when the session started';
  if (NO_COMMIT.test(candidate.old) || commit.parents.includes(candidate.old)) return null;
  const amended = facts.get(candidate.old)?.parents;
  return amended && amended.join() === commit.parents.join()
    ? null
    : 'the ref was moved to it, it was not made there';
}

/** Leaves out copies of changes that somebody else wrote. */
async function dropCopies(
  search: CommitSearch,
  made: readonly Candidate[],
  facts: ReadonlyMap<string, CommitFacts>,
  patchIds: ReadonlyMap<string, string>,
  notCounted: ForeignCommit[],
): Promise<Candidate[]> {
  const ownShas = new Set<string>();
  const own: Candidate[] = [];
  for (const candidate of made) {
    const original = await findOriginal(search, candidate, facts, patchIds, ownShas);
    if (original === null) {
      ownShas.add(candidate.sha);
      own.push(candidate);
    } else {
      notCounted.push({
        sha: candidate.sha,
        because: `it is a copy of ${original.slice(0, 12)}, which somebody else wrote`,
      });
    }
  }
  return own;
}

/** The commit of somebody else that this one is a copy of, or null. */
async function findOriginal(
  search: CommitSearch,
  candidate: Candidate,
  facts: ReadonlyMap<string, CommitFacts>,
  patchIds: ReadonlyMap<string, string>,
  ownShas: ReadonlySet<string>,
): Promise<string | null> {
  if (candidate.pickedFrom !== null) return ownShas.has(candidate.pickedFrom) ? null : candidate.pickedFrom;
  const commit = facts.get(candidate.sha);
  const patchId = patchIds.get(candidate.sha);
  // Where the commit was written and committed in the same second nothing was copied, unless it replaces one.
  const isAmend =
    commit !== undefined && !commit.parents.includes(candidate.old) && !NO_COMMIT.test(candidate.old);
  if (!commit || patchId === undefined || !(commit.isRedated || isAmend)) return null;
  const same = (await findSameAuthored(search.folder, commit)).filter(({ sha }) => !ownShas.has(sha));
  const samePatchIds = await readPatchIds(
    search.folder,
    same.map(({ sha }) => sha),
  );
  return same.find(({ sha }) => samePatchIds.get(sha) === patchId)?.sha ?? null;
}

/**
 * Keeps what a ref still reaches. A commit that was rewritten lives on under its new name, whoever rewrote it; one that
 * was thrown away is named and not counted.
 */
async function keepExisting(
  search: CommitSearch,
  own: readonly Candidate[],
  facts: ReadonlyMap<string, CommitFacts>,
  patchIds: ReadonlyMap<string, string>,
  notCounted: ForeignCommit[],
): Promise<FoundCommit[]> {
  const gone = await selectUnreachable(
    search.folder,
    own.map(({ sha }) => sha),
    'refs',
  );
  const kept = new Map<string, FoundCommit>();
  for (const candidate of own) {
    const commit = facts.get(candidate.sha);
    if (!commit) continue;
    const patchId = patchIds.get(candidate.sha) ?? null;
    const found = {
      patchId,
      subject: commit.subject,
      isMerge: commit.parents.length > 1,
      source: candidate.source,
    };
    if (!gone.has(candidate.sha)) {
      kept.set(candidate.sha, { sha: candidate.sha, ...found });
      continue;
    }
    const heir = await findHeir(search, commit, patchId, own);
    if (heir?.isCounted === false) kept.set(heir.sha, { sha: heir.sha, ...found });
    const because = heir === null ? 'no branch has it any more' : 'it was rewritten';
    notCounted.push({ sha: candidate.sha, because });
  }
  return [...kept.values()];
}

/** Who carries a lost commit's change now: a commit that this session counts anyway, or another one. */
type Heir = { readonly isCounted: true } | { readonly isCounted: false; readonly sha: string };

async function findHeir(
  search: CommitSearch,
  commit: CommitFacts,
  patchId: string | null,
  own: readonly Candidate[],
): Promise<Heir | null> {
  const replaced = own.some((each) => each.old === commit.sha || each.pickedFrom === commit.sha);
  if (patchId === null) return replaced ? { isCounted: true } : null;
  const same = await findSameAuthored(search.folder, commit);
  const samePatchIds = await readPatchIds(
    search.folder,
    same.map(({ sha }) => sha),
  );
  const equal = same.filter(({ sha }) => samePatchIds.get(sha) === patchId).map(({ sha }) => sha);
  const lost = await selectUnreachable(search.folder, equal, 'refs');
  const heir = equal.find((sha) => !lost.has(sha));
  if (heir === undefined) return replaced ? { isCounted: true } : null;
  return own.some((each) => each.sha === heir) ? { isCounted: true } : { isCounted: false, sha: heir };
}
