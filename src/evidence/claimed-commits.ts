import type { ForeignCommit } from '../domain/evidence.ts';
import { listCommits } from '../git/objects.ts';
import { UNSEEN, type Candidate } from './commit-candidates.ts';
import { readCommits, selectLost, selectUnreachable } from '../git/commit-facts.ts';
import type { CommitSearch } from './copied-commits.ts';
import type { ReflogPair } from '../git/refs-log.ts';

/** The moves of a shared HEAD that the session's own output names, each by a name that means no other of them. */
export function pairsNamed(pairs: readonly ReflogPair[], printed: readonly string[]): ReflogPair[] {
  const made = new Map(pairs.map((pair) => [pair.new, pair]));
  return [...new Set(printed)].flatMap((name) => {
    const meant = [...made.keys()].filter((sha) => sha.startsWith(name));
    const [sha = ''] = meant;
    return meant.length === 1 ? (made.get(sha) ?? []) : [];
  });
}

const FROM_STREAM = 'claimed (stream): its output names it, and no log of its own has it';
const FROM_REFLOG =
  'claimed (reflog): made in this checkout past its hook; git did not name it to this session alone';

/**
 * Commits that one witness alone gives to the session: the reflog of a checkout that others work in too, or the agent's
 * output. They are told and not counted; `decided` are those of which more is known.
 */
export async function listClaimed(
  search: CommitSearch,
  decided: ReadonlySet<string>,
): Promise<ForeignCommit[]> {
  // Then what the output names has been looked at, and whatever else git has was never the session's.
  if (search.isPrintEnough) return [];
  const claims = new Map<string, string>();
  const seen = new Set(search.moves.map((move) => `${move.old} ${move.new}`));
  const fresh = new Set(search.moves.filter((move) => move.isFresh).map((move) => move.new));
  for (const sha of await listCommits(search.folder, search.printed)) claims.set(sha, FROM_STREAM);
  if (!search.isHeadOwn)
    // Of a move that the hook saw it said all that there is to say.
    for (const pair of search.reflog.filter((each) => !seen.has(`${each.old} ${each.new}`)))
      claims.set(pair.new, FROM_REFLOG);
  const shas = [...claims.keys()].filter((sha) => !decided.has(sha) && !fresh.has(sha));
  const isNew = await selectUnreachable(search.folder, shas, search.startRefs.tips);
  const lost = await selectLost(search.folder, shas);
  const makers = await search.findMakers(shas);
  return shas
    .filter((sha) => isNew.has(sha) && !lost.has(sha) && !makers.has(sha))
    .map((sha) => ({ sha, because: claims.get(sha) ?? '' }));
}

/** The commits that the output names and git has, in its order. */
export async function candidatesPrinted({ folder, printed }: CommitSearch): Promise<Candidate[]> {
  const facts = await readCommits(folder, await listCommits(folder, [...new Set(printed)]));
  return [...facts.values()].map(({ sha, parents, isRedated }) => ({
    sha,
    old: parents[0] ?? '0'.repeat(sha.length),
    source: 'transcript',
    ...UNSEEN,
    // Nobody saw how git came by it: where its times differ and its change is elsewhere too, that may be the original.
    isApplied: isRedated,
  }));
}
