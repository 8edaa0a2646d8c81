import { ON_NO_BRANCH, type ForeignCommit, type OwnCommit } from '../domain/evidence.ts';
import { candidatesPrinted, listClaimed, pairsNamed } from './claimed-commits.ts';
import { collectCandidates, type Candidate } from './commit-candidates.ts';
import {
  findTwins,
  readCommits,
  readPatchIds,
  selectLost,
  selectUnreachable,
  type CommitFacts,
} from '../git/commit-facts.ts';
import {
  findCopies,
  isAmend,
  isEarlier,
  mayBeCopy,
  type CommitSearch,
  type Maker,
} from './copied-commits.ts';
import { listHidden } from './hidden-commits.ts';
import { listUnjoined } from './unjoined-commits.ts';
import { NO_COMMIT } from '../git/refs-log.ts';

/** A commit of the session before its change was measured. */
export type FoundCommit = Omit<OwnCommit, 'lines' | 'files'>;

/** A search, with what git says of the commits in question. */
interface Sorting extends CommitSearch {
  readonly facts: ReadonlyMap<string, CommitFacts>;
  readonly patchIds: ReadonlyMap<string, string>;
  readonly leaveOut: (sha: string, because: string) => void;
  /** The copies of somebody else's change that were found. */
  readonly copies: Set<string>;
}

/**
 * The commits that the session created and that still exist, oldest first. Nothing here looks at a clock:
 *
 * - it was seen first in this session's log on HEAD or a branch, reachable from nowhere before;
 * - its parents are the commit that the ref stood at, or that commit's own parents (an amend);
 * - it is no copy of somebody else's change (a rebase or pick of it stays theirs);
 * - no other session made it first;
 * - HEAD reaches it in the end, or its history joins the one that the session started from.
 */
export async function findOwnCommits(
  search: CommitSearch,
): Promise<{ own: FoundCommit[]; notCounted: ForeignCommit[] }> {
  const candidates = await listCandidates(search);
  const shas = candidates.flatMap(({ sha, old }) => (NO_COMMIT.test(old) ? [sha] : [sha, old]));
  const facts = await readCommits(search.folder, [...new Set(shas)]);
  const patchIds = await readPatchIds(search.folder, [...facts.keys()]);
  const notCounted: ForeignCommit[] = [];
  const leaveOut = (sha: string, because: string): void => void notCounted.push({ sha, because });
  const copies = new Set<string>();
  const sorting = { ...search, facts, patchIds, leaveOut, copies };
  const own = await dropCopies(sorting, await keepMade(sorting, candidates));
  const kept = await keepJoined(sorting, await keepExisting(sorting, own));
  const decided = new Set([...candidates, ...kept].map(({ sha }) => sha));
  notCounted.push(...(await listClaimed(search, decided)));
  const explained = new Set([...kept.map(({ sha }) => sha), ...copies]);
  const hidden = search.place ? await listHidden(search, search.place, explained) : [];
  const isHidden = new Set(hidden.map(({ sha }) => sha));
  return { own: kept, notCounted: [...notCounted.filter(({ sha }) => !isHidden.has(sha)), ...hidden] };
}

/** In a shared checkout a move past the hook needs a second witness, and no other session may have the same one. */
async function listCandidates(search: CommitSearch): Promise<Candidate[]> {
  const { repository, moves, reflog } = search;
  if (search.isPrintEnough) return candidatesPrinted(search);
  if (search.isHeadOwn) return collectCandidates(repository, moves, reflog);
  const named = pairsNamed(reflog, search.printed);
  const rivals = await search.findRivals(named.map((pair) => pair.new));
  const unrivalled = named.filter((pair) => !rivals.has(pair.new));
  return collectCandidates(repository, moves, unrivalled, 'reflog+stream');
}

/** Those that were not there when the session started; where nobody was there to look, none is known to have been. */
async function selectNew(search: CommitSearch, shas: readonly string[]): Promise<ReadonlySet<string>> {
  return search.isPrintEnough ? new Set(shas) : selectUnreachable(search.folder, shas, search.startRefs.tips);
}

/** Leaves out what the session only moved to. */
async function keepMade(sorting: Sorting, candidates: readonly Candidate[]): Promise<Candidate[]> {
  const makers = await sorting.findMakers(candidates.map(({ sha }) => sha));
  const isNew = await selectNew(sorting, [...sorting.facts.keys()]);
  return candidates.filter((candidate) => {
    const because = whyNotMade(candidate, sorting, makers.get(candidate.sha), isNew);
    if (because !== null) sorting.leaveOut(candidate.sha, because);
    return because === null;
  });
}

/** Null when the session made it; otherwise why not. */
function whyNotMade(
  candidate: Candidate,
  { facts, session }: Sorting,
  maker: Maker | undefined,
  isNew: ReadonlySet<string>,
): string | null {
  const commit = facts.get(candidate.sha);
  if (!commit) return 'git no longer has it';
  if (maker && (maker.isRecorded || isEarlier(maker, candidate, session)))
    return `session ${maker.session} made it first`;
  if (!isNew.has(candidate.sha)) return 'it was there when the session started';
  if (NO_COMMIT.test(candidate.old) || commit.parents.includes(candidate.old)) return null;
  const amended = facts.get(candidate.old)?.parents;
  return amended && amended.join() === commit.parents.join()
    ? null
    : 'the ref was moved to it, it was not made there';
}

/** Leaves out copies of changes that somebody else wrote. */
async function dropCopies(sorting: Sorting, made: readonly Candidate[]): Promise<Candidate[]> {
  const { folder, facts, patchIds } = sorting;
  const unsure = made.filter((candidate) => mayBeCopy(candidate, facts)).map(({ sha }) => sha);
  const twins = await findTwins(folder, unsure, facts, patchIds);
  const others = [...new Set([...twins.values()].flat())];
  const makers = await sorting.findMakers(others);
  const isNew = await selectNew(sorting, others);
  const wasThere = new Set(others.filter((sha) => !isNew.has(sha)));
  const copies = findCopies({ ...sorting, made, twins, wasThere, makers });
  for (const [sha, original] of copies) {
    sorting.copies.add(sha);
    sorting.leaveOut(sha, `it is a copy of ${original.slice(0, 12)}, which somebody else wrote`);
  }
  return made.filter(({ sha }) => !copies.has(sha));
}

/**
 * Keeps what a ref still reaches. A commit that was rewritten lives on under its new name, whoever rewrote it; one that
 * was thrown away is named and not counted.
 */
async function keepExisting(sorting: Sorting, own: readonly Candidate[]): Promise<FoundCommit[]> {
  const { facts, patchIds } = sorting;
  const shas = own.map(({ sha }) => sha);
  const lost = await selectLost(sorting.folder, shas);
  const heirs = await findHeirs(sorting, [...lost]);
  const ownShas = new Set(shas);
  const kept = new Map<string, FoundCommit>();
  for (const candidate of own) {
    const { sha, source } = candidate;
    const commit = facts.get(sha);
    if (!commit) continue;
    const isMerge = commit.parents.length > 1;
    const found = { sha, patchId: patchIds.get(sha) ?? null, subject: commit.subject, isMerge, source };
    if (!lost.has(sha)) {
      kept.set(sha, found);
      continue;
    }
    const heir = heirs.get(sha)?.find((each) => !ownShas.has(each));
    const isCounted = heirs.get(sha)?.some((each) => ownShas.has(each)) ?? false;
    if (heir !== undefined && !isCounted) kept.set(heir, { ...found, sha: heir, was: [sha] });
    const isReplaced = own.some(
      (each) => each.pickedFrom === sha || (each.old === sha && isAmend(each, facts)),
    );
    const isRewritten = heir !== undefined || isCounted || isReplaced;
    const to = heir === undefined ? '' : ` to ${heir.slice(0, 12)}`;
    sorting.leaveOut(sha, isRewritten ? `it was rewritten${to}` : ON_NO_BRANCH);
  }
  return [...kept.values()];
}

/** Leaves out what has nothing to do with the work on this project. */
async function keepJoined(sorting: Sorting, kept: readonly FoundCommit[]): Promise<FoundCommit[]> {
  const { folder, place, moves } = sorting;
  if (place === null) return [...kept];
  const shas = kept.map(({ sha }) => sha);
  const unjoined = await listUnjoined(folder, shas, place, moves);
  for (const { sha, because } of unjoined) sorting.leaveOut(sha, because);
  const left = new Set(unjoined.map(({ sha }) => sha));
  return kept.filter(({ sha }) => !left.has(sha));
}

/** By lost commit: the commits on refs that carry its change now, without those that are another session's work. */
async function findHeirs(sorting: Sorting, lost: readonly string[]): Promise<Map<string, string[]>> {
  const { folder, facts, patchIds } = sorting;
  const twins = await findTwins(folder, lost, facts, patchIds);
  const all = [...new Set([...twins.values()].flat())];
  const gone = await selectLost(folder, all);
  const makers = await sorting.findMakers(all);
  const twinFacts = await readCommits(folder, all);
  const isFree = (sha: string): boolean => {
    const maker = makers.get(sha);
    if (!maker) return true;
    const isCopy = maker.move?.pickedFrom !== null || maker.move.isApplied || isAmend(maker.move, twinFacts);
    return !maker.isRecorded && isCopy;
  };
  return new Map(
    [...twins].map(([sha, same]) => [sha, same.filter((each) => !gone.has(each) && isFree(each))]),
  );
}
