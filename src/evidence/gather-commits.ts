import type { Evidence, OwnCommit } from '../domain/evidence.ts';
import { readChanges, readCommits, readMergeChanges, readPatchIds } from '../git/commit-facts.ts';
import type { CommitSearch } from './copied-commits.ts';
import { findOwnCommits, type FoundCommit } from './own-commits.ts';
import { writtenLines } from './size-of-change.ts';

export type GatheredCommits = Pick<Evidence, 'commits' | 'notCounted'>;

/** The session's own commits with the size of what they change. */
export async function gatherCommits(search: CommitSearch): Promise<GatheredCommits> {
  const { own, notCounted } = await findOwnCommits(search);
  return { commits: await measureCommits(search.folder, own), notCounted };
}

/**
 * Commits of the session that no branch here has, and a pull request of the session does, as far as git still has
 * them. In the order in which they are named.
 *
 * @throws Problem when git cannot read the repository
 */
export async function recoverCommits(folder: string, shas: readonly string[]): Promise<OwnCommit[]> {
  const facts = await readCommits(folder, shas);
  const patchIds = await readPatchIds(folder, [...facts.keys()]);
  const found = shas.flatMap((sha): FoundCommit[] => {
    const commit = facts.get(sha);
    if (!commit) return [];
    const { subject, parents } = commit;
    return [
      { sha, subject, isMerge: parents.length > 1, patchId: patchIds.get(sha) ?? null, source: 'forge' },
    ];
  });
  return measureCommits(folder, found);
}

/** The same commits with the size of what they change. @throws Problem when git cannot read the repository */
export async function measureCommits(folder: string, found: readonly FoundCommit[]): Promise<OwnCommit[]> {
  const shasOf = (isMerge: boolean): string[] =>
    found.filter((commit) => commit.isMerge === isMerge).map(({ sha }) => sha);
  const changes = new Map([
    ...(await readChanges(folder, shasOf(false))),
    ...(await readMergeChanges(folder, shasOf(true))),
  ]);
  return found.map((commit): OwnCommit => {
    const touched = changes.get(commit.sha) ?? [];
    return { ...commit, lines: writtenLines(touched), files: touched.map(({ path }) => path) };
  });
}
