import { followCommits, type FollowSearch } from './follow-commits.ts';
import { gatherCommits, type GatheredCommits } from './gather-commits.ts';

/** The commits of a session that stint did not watch: only git's words to its agent name them. */
export interface PrintedSearch extends Omit<FollowSearch, 'found'> {
  /** The git folder that all worktrees share. */
  readonly repository: string;
  /** Beginnings of the names of commits that git told the agent. */
  readonly printed: readonly string[];
  /** Awaited before a commit is taken under another name: a session that came earlier has the first word. */
  readonly turn: Promise<void>;
}

/**
 * The commits that git named to the agent and the repository has, under these names or under those that they have now.
 *
 * @throws Problem when git cannot read the repository
 */
export async function confirmCommits(search: PrintedSearch): Promise<GatheredCommits> {
  const { folder, repository, session, printed, findOwners, histories } = search;
  const found = await gatherCommits({
    folder,
    repository,
    session,
    moves: [],
    reflog: [],
    isHeadOwn: false,
    printed,
    isPrintEnough: true,
    place: null,
    startRefs: { tips: [], branches: null },
    findRivals: async () => new Set(),
    findMakers: async (shas) => {
      const owners = [...(await findOwners(shas))];
      return new Map(owners.map(([sha, owner]) => [sha, { session: owner, isRecorded: true, move: null }]));
    },
  });
  await search.turn;
  const confirmed = await followCommits({ ...search, found: withoutTaken(search, found) });
  histories.take(
    session,
    confirmed.commits.map(({ sha }) => sha),
  );
  return confirmed;
}

/** Of sessions that wait to be written together, the store does not know yet who made what. */
function withoutTaken(
  { session, histories }: PrintedSearch,
  { commits, notCounted }: GatheredCommits,
): GatheredCommits {
  const makers = new Map(
    histories.ownersBeside(
      session,
      commits.map(({ sha }) => sha),
    ),
  );
  const taken = [...makers].map(([sha, maker]) => ({ sha, because: `session ${maker} made it first` }));
  return {
    commits: commits.filter(({ sha }) => !makers.has(sha)),
    notCounted: [...notCounted, ...taken],
  };
}
