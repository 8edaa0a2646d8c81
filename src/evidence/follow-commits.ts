import { ON_NO_BRANCH, type ForeignCommit } from '../domain/evidence.ts';
import type { SessionId } from '../domain/ids.ts';
import type { DatedCommit } from '../domain/transcript-session.ts';
import {
  authorTimeOf,
  readChangedLines,
  readCommits,
  readPatchIds,
  type CommitFacts,
} from '../git/commit-facts.ts';
import { onProblem } from '../lib/problem.ts';
import { measureCommits, type GatheredCommits } from './gather-commits.ts';
import {
  authorWindow,
  findFates,
  heirsOf,
  tellFate,
  withSquashes,
  type Fate,
  type GoneCommit,
  type RewriteEvidence,
} from './match-rewrites.ts';
import type { FoundCommit } from './own-commits.ts';
import type { RepositoryHistories } from './repository-histories.ts';

/** What is asked when commits are followed that git named to a session, and that no ref has under that name. */
export interface FollowSearch {
  readonly folder: string;
  readonly session: SessionId;
  readonly told: readonly DatedCommit[];
  /** The last time in its files, ISO 8601; null where they say none. */
  readonly endedAt: string | null;
  /** The commits that were found by name. */
  readonly found: GatheredCommits;
  readonly histories: RepositoryHistories;
  /** Other sessions by those of these commits that they own. */
  readonly findOwners: (shas: readonly string[]) => Promise<ReadonlyMap<string, SessionId>>;
}

/** The clocks of a transcript and of git may differ. */
const SLACK_S = 3600;

/**
 * The commits that were found by name, and those that were amended, squashed or rebased since, under the names that they have
 * now. Git is asked a fixed number of times, however many commits there are.
 *
 * @throws Problem when git cannot read the repository
 */
export async function followCommits(search: FollowSearch): Promise<GatheredCommits> {
  const { folder, found } = search;
  const told = [...new Map(search.told.map((each) => [each.name, each])).values()];
  const lost = told.filter(({ name }) => isLost(name, found));
  if (lost.length === 0) return found;
  const standing = found.commits.map(({ sha }) => sha);
  const left = found.notCounted.filter(({ sha }) => lost.some(({ name }) => sha.startsWith(name)));
  const known = await readCommits(folder, [...left.map(({ sha }) => sha), ...standing]);
  const gone = lost.map((each): GoneCommit => {
    const facts = [...known.values()].find(({ sha }) => sha.startsWith(each.name));
    return { ...each, facts: facts ?? null };
  });
  const evidence = await gatherRewrites(search, gone, told, known);
  if (evidence === null) return found;
  const own = standing.flatMap((sha) => known.get(sha) ?? []);
  const fates = withSquashes(gone, findFates(gone, told, evidence), own, evidence);
  return joinFates(search, gone, fates, evidence);
}

/** Whether no ref has it under this name, and nothing else is known of it. */
function isLost(name: string, { commits, notCounted }: GatheredCommits): boolean {
  if (commits.some(({ sha, was = [] }) => [sha, ...was].some((each) => each.startsWith(name)))) return false;
  const left = notCounted.find(({ sha }) => sha.startsWith(name));
  return left === undefined || left.because === ON_NO_BRANCH;
}

/** Null where nothing says when the commits were made. */
async function gatherRewrites(
  { folder, session, endedAt, histories, findOwners }: FollowSearch,
  gone: readonly GoneCommit[],
  told: readonly DatedCommit[],
  known: ReadonlyMap<string, CommitFacts>,
): Promise<RewriteEvidence | null> {
  const times = [
    ...gone.flatMap(({ facts }) => (facts ? authorTimeOf(facts) : [])),
    ...told.flatMap((each) => authorWindow(each)?.[0] ?? []),
  ];
  if (times.length === 0) return null;
  const history = await histories.of(folder, Math.min(...times) - SLACK_S);
  const until = endedAt === null ? 0 : Date.parse(endedAt) / 1000;
  const emails = new Set([...known.values()].map(({ email }) => email));
  const heirs = gone.map((each) => heirsOf(each, told, { history, emails, until }));
  const shas = [...new Set(heirs.flat().map(({ sha }) => sha))];
  const owners = new Map([...histories.ownersBeside(session, shas), ...(await findOwners(shas))]);
  // A clone without all of its objects cannot show every change; then times and subjects decide.
  const unread = onProblem(() => new Map<string, never>());
  const asked = [...new Set([...known.keys(), ...shas])];
  const patchIds = await readPatchIds(folder, asked).catch(unread);
  const isPlain = ({ facts }: GoneCommit, index: number): boolean => {
    const mine = heirs[index] ?? [];
    const changes = new Set(mine.map(({ sha }) => patchIds.get(sha) ?? sha));
    return changes.size <= 1 && (facts === null || mine.some(({ subject }) => subject === facts.subject));
  };
  const lines = gone.every(isPlain) ? new Map() : await readChangedLines(folder, asked).catch(unread);
  return { history, until, emails, patchIds, lines, owners };
}

/** In the order in which git named them. */
async function joinFates(
  { folder, told, found }: FollowSearch,
  gone: readonly GoneCommit[],
  fates: readonly Fate[],
  { patchIds }: RewriteEvidence,
): Promise<GatheredCommits> {
  const names = new Map<string, string[]>();
  const added = new Map<string, FoundCommit>();
  for (const [index, fate] of fates.entries()) {
    if (fate.kind !== 'rewritten') continue;
    const { sha, subject, parents } = fate.to;
    const each = gone[index];
    names.set(sha, [...(names.get(sha) ?? []), each?.facts?.sha ?? each?.name ?? '']);
    const isMerge = parents.length > 1;
    added.set(sha, { sha, subject, isMerge, patchId: patchIds.get(sha) ?? null, source: 'transcript' });
  }
  for (const { sha } of found.commits) added.delete(sha);
  const commits = [...found.commits, ...(await measureCommits(folder, [...added.values()]))].map((each) => {
    const was = [...(each.was ?? []), ...(names.get(each.sha) ?? [])];
    return was.length === 0 ? each : { ...each, was };
  });
  const placeOf = ({ sha, was = [] }: (typeof commits)[number]): number =>
    told.findIndex(({ name }) => [sha, ...was].some((each) => each.startsWith(name)));
  const news = gone.flatMap(({ name, facts }, index): ForeignCommit[] => {
    const because = tellFate(fates[index] ?? { kind: 'unseen' });
    return because === null ? [] : [{ sha: facts?.sha ?? name, because }];
  });
  const isTold = ({ sha }: ForeignCommit): boolean => news.some((each) => each.sha === sha);
  return {
    commits: commits.toSorted((a, b) => placeOf(a) - placeOf(b)),
    notCounted: [...found.notCounted.filter((each) => !isTold(each)), ...news],
  };
}
