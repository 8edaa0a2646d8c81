import type { ForeignCommit, OwnCommit } from '../domain/evidence.ts';
import { readChanges } from './commit-facts.ts';
import { readMergeChanges } from './merge-changes.ts';
import type { CommitSearch } from './commit-search.ts';
import { findOwnCommits } from './own-commits.ts';
import { writtenLines } from './size-of-change.ts';

export interface GatheredCommits {
  readonly commits: readonly OwnCommit[];
  readonly notCounted: readonly ForeignCommit[];
}

/** The session's own commits with the size of what they change. */
export async function gatherCommits(search: CommitSearch): Promise<GatheredCommits> {
  const { own, notCounted } = await findOwnCommits(search);
  const shasOf = (isMerge: boolean): string[] =>
    own.filter((commit) => commit.isMerge === isMerge).map(({ sha }) => sha);
  const changes = new Map([
    ...(await readChanges(search.folder, shasOf(false))),
    ...(await readMergeChanges(search.folder, shasOf(true))),
  ]);
  const commits = own.map((commit): OwnCommit => {
    const touched = changes.get(commit.sha) ?? [];
    return { ...commit, lines: writtenLines(touched), files: touched.map(({ path }) => path) };
  });
  return { commits, notCounted };
}
