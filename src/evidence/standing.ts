import { hiddenCommits } from '../domain/deliverable.ts';
import type { Evidence } from '../domain/evidence.ts';
import { BRANCH_PREFIX } from '../domain/layout.ts';
import { selectUnreachable } from '../git/commit-facts.ts';
import { listRange, listRefNames, resolveCommit } from '../git/names.ts';
import { NO_COMMIT, type RefMove } from '../git/refs-log.ts';
import { countOf } from '../lib/quantities.ts';
import { type StartRefs, wasThere } from './start-refs.ts';
import { BRANCH, type WorkPlace } from './work-place.ts';

/** The branch that holds a session's work in the end. */
export interface Standing {
  /** Its name; null where no branch has work of the session, or another than its own has it. */
  readonly branch: string | null;
  /** The commit at which the branch has to stand, so that it keeps the work; null where it does already. */
  readonly keepAt: string | null;
  /** Whether the branch was there before the session: it stays, whatever becomes of the work. */
  readonly wasThere: boolean;
  /** Why its work is not the session's to land; null where it is. */
  readonly because: string | null;
}

const NOWHERE: Standing = { branch: null, keepAt: null, wasThere: false, because: null };

/**
 * Finds the branch of a session's work. An agent may rename its branch, make another one, or leave all of them: what
 * counts is where its worktree stands in the end. A branch that was there before is the session's where it holds
 * nothing but the session's commits.
 *
 * @param moves what the hook saw of the session's refs
 * @throws Problem when git cannot read the repository
 */
export async function findStanding(
  top: string,
  place: WorkPlace,
  { startRefs, moves }: { readonly startRefs: StartRefs; readonly moves: readonly RefMove[] },
  found: Pick<Evidence, 'commits' | 'notCounted'>,
): Promise<Standing> {
  const at = place.folder === null ? await standWithoutWorktree(top, place, startRefs, found.commits) : place;
  const { head, base, ref } = at;
  const range = head === null || base === null ? null : await listRange(top, base, head);
  const isDetached = head !== null && ref === null;
  const beside = isDetached ? await listNewHolders(top, ['--points-at', head], startRefs) : [];
  // A branch that the session made at the very commit is as good as one of stint's.
  const replaced = await findReplaced(top, at, range ?? [], moves);
  return decideStanding(
    { ...at, ref: beside[0] ?? ref },
    { commits: range ?? [], replaced },
    startRefs,
    found,
  );
}

/** A commit that the session did not make and replaced by its own, by an amend; null where there is none. */
async function findReplaced(
  top: string,
  { reflog, base, head }: WorkPlace,
  range: readonly string[],
  moves: readonly RefMove[],
): Promise<string | null> {
  const made = new Set([...reflog, ...moves.filter(({ isFresh }) => isFresh)].map((each) => each.new));
  const olds = reflog.filter((each) => range.includes(each.new) && !made.has(each.old)).map(({ old }) => old);
  const kept = [base, head].filter((each) => each !== null);
  const gone = olds.filter((old) => !NO_COMMIT.test(old));
  return [...(await selectUnreachable(top, gone, kept))][0] ?? null;
}

/** The worktree is gone, and so may be its branch: the only new branch that has the work stands for both. */
async function standWithoutWorktree(
  top: string,
  place: WorkPlace,
  startRefs: StartRefs,
  commits: Evidence['commits'],
): Promise<WorkPlace> {
  const last = commits.at(-1)?.sha;
  if (place.tip !== null || last === undefined) return place;
  const all = await listRefNames(top, ['--contains', last, BRANCH]);
  const [ref, ...more] = all;
  if (ref === undefined || more.length > 0 || isOld(startRefs, ref)) return place;
  return { ...place, ref, head: await resolveCommit(top, ref) };
}

async function listNewHolders(
  top: string,
  words: readonly string[],
  startRefs: StartRefs,
): Promise<string[]> {
  return (await listRefNames(top, [...words, BRANCH])).filter((ref) => !isOld(startRefs, ref));
}

/** The branches of other sessions are made and removed all the time. */
function isOld(startRefs: StartRefs, ref: string): boolean {
  return wasThere(startRefs, ref) || ref.startsWith(BRANCH + BRANCH_PREFIX);
}

/** The commits that HEAD has and the base lacks, and one of others that such a commit replaces. */
export interface StandingRange {
  readonly commits: readonly string[];
  readonly replaced: string | null;
}

export function decideStanding(
  place: Pick<WorkPlace, 'head' | 'ref' | 'made' | 'tip' | 'base'>,
  { commits: range, replaced }: StandingRange,
  startRefs: StartRefs,
  { commits, notCounted }: Pick<Evidence, 'commits' | 'notCounted'>,
): Standing {
  const { head, ref, made } = place;
  const counted = new Set(commits.map(({ sha }) => sha));
  const hidden = new Set(hiddenCommits({ notCounted }).map(({ sha }) => sha));
  const hasWork = range.some((sha) => counted.has(sha) || hidden.has(sha));
  if (made === null || head === null || ref === made || !hasWork) return standOnMade(place);
  const rewrite =
    replaced === null ? null : `it replaces commit ${replaced.slice(0, 12)}, which the session did not make`;
  if (!ref?.startsWith(BRANCH)) return { ...standOnNone(place, made, head, range), because: rewrite };
  const branch = ref.slice(BRANCH.length);
  const isOthers = isOld(startRefs, ref);
  const others = range.filter((sha) => !counted.has(sha)).length;
  const because =
    isOthers && others > 0
      ? `it is on ${branch}, which was there before the session and holds ${countOf(others, 'commit')} that the session did not make`
      : rewrite;
  return { branch, keepAt: null, wasThere: isOthers, because };
}

/** A branch without a commit of its own holds no result and will be deleted. */
function standOnMade({ made, tip, base }: Pick<WorkPlace, 'made' | 'tip' | 'base'>): Standing {
  if (made === null || tip === null || tip === base) return NOWHERE;
  return { ...NOWHERE, branch: made.slice(BRANCH.length) };
}

/** The work is on no branch: the session's own comes along, or another one where that one holds more. */
function standOnNone(
  { tip, base }: Pick<WorkPlace, 'tip' | 'base'>,
  made: string,
  head: string,
  range: readonly string[],
): Standing {
  const name = made.slice(BRANCH.length);
  if (tip === head) return { ...NOWHERE, branch: name };
  const isBehind = tip === null || tip === base || range.includes(tip);
  return { ...NOWHERE, branch: isBehind ? name : `${name}-detached`, keepAt: head };
}
