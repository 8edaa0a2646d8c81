import type { ForeignCommit } from '../domain/evidence.ts';
import { BRANCH_PREFIX } from '../domain/layout.ts';
import { selectUnreachable } from '../git/commit-facts.ts';
import { listReached, listRefNames, resolveCommit } from '../git/names.ts';
import type { CommitSearch } from './copied-commits.ts';
import { wasThere } from './start-refs.ts';
import { BRANCH, headsOf, type WorkPlace } from './work-place.ts';

/** So many are named. Further names would tell no more of a history that hides so much. */
const MOST_NAMED = 20;

const UNKNOWN_MAKER =
  'it is on the session’s own branch, and neither the hook, a reflog nor another record says who made it';

/**
 * The commits on the session's own branch, or at its HEAD, of which no log says who made them: their author went past
 * the hook and left no reflog. They are listed and not counted, and the judge knows of them.
 *
 * @param decided those that are the session's, or another's, by a better witness
 */
export async function listHidden(
  search: CommitSearch,
  place: WorkPlace,
  decided: ReadonlySet<string>,
): Promise<ForeignCommit[]> {
  const { folder, startRefs } = search;
  const heads = headsOf(place);
  const { base } = place;
  if (!search.isHeadOwn || base === null || heads.every((head) => head === base)) return [];
  if ((await resolveCommit(folder, base)) === null) return [];
  const reached = await listReached(folder, heads, [base, ...startRefs.tips]);
  const open = reached.filter((sha) => !decided.has(sha));
  const makers = await search.findMakers(open);
  const unclaimed = open.filter((sha) => !makers.has(sha));
  const brought = await selectBrought(search, place, unclaimed);
  return unclaimed
    .filter((sha) => !brought.has(sha))
    .slice(0, MOST_NAMED)
    .map((sha) => ({ sha, because: UNKNOWN_MAKER, isOnItsBranch: true }));
}

/** Those that the session brought here from others: it was seen to move to them, and a ref of others has them too. */
async function selectBrought(
  { folder, moves, startRefs }: CommitSearch,
  { made, ref, positions, fetched }: WorkPlace,
  shas: readonly string[],
): Promise<ReadonlySet<string>> {
  if (shas.length === 0) return new Set();
  const unseen = await selectUnreachable(folder, shas, [...positions, ...moves.map((move) => move.new)]);
  const own = [made, ref].filter((each) => each !== null);
  const added = (await listRefNames(folder, [BRANCH])).filter(
    (each) => !each.startsWith(BRANCH + BRANCH_PREFIX) && !wasThere(startRefs, each),
  );
  const names = [...new Set([...own, ...added])].filter((each) => each.startsWith(BRANCH));
  const excluded = names.flatMap((name) => [name, `refs/remotes/*/${name.slice(BRANCH.length)}`]);
  const not = ['refs/stint/*', ...excluded].map((name) => `--exclude=${name}`);
  const alone = await selectUnreachable(folder, shas, fetched, ['--not', ...not, '--glob=*']);
  return new Set(shas.filter((sha) => !unseen.has(sha) && !alone.has(sha)));
}
