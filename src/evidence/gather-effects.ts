import { lstatSync } from 'node:fs';
import path from 'node:path';
import picomatch from 'picomatch';
import { deliversWork } from '../domain/deliverable.ts';
import type { CheckEvidence, Effect, OwnCommit } from '../domain/evidence.ts';
import { areFiles } from '../git/objects.ts';

export interface EffectSearch {
  /** A folder of the repository, for git. */
  readonly folder: string;
  /** Oldest first. */
  readonly commits: readonly OwnCommit[];
  /** The session's own worktree and what it left uncommitted there; null in a shared checkout. */
  readonly worktree: { readonly folder: string; readonly uncommitted: readonly string[] } | null;
  readonly check: CheckEvidence;
  /** Globs of files that are a result in themselves, by name. */
  readonly artefacts: Readonly<Record<string, readonly string[]>>;
}

/** More than that is no journal. */
const MOST_ARTEFACTS = 100;

/** What the session brought about beside its commits, as far as it can be proved without a network. */
export async function gatherEffects(search: EffectSearch): Promise<Effect[]> {
  const commits = search.commits.filter(deliversWork).map(({ sha }) => sha);
  const isFixed = search.check.result === 'passed' && search.check.wasRed === true && commits.length > 0;
  return [
    ...(isFixed ? [{ kind: 'ci-fixed', source: 'check', commits } as const] : []),
    ...(await findArtefacts(search)),
  ];
}

async function findArtefacts({ folder, commits, worktree, artefacts }: EffectSearch): Promise<Effect[]> {
  const globs = Object.values(artefacts).flat();
  if (globs.length === 0) return [];
  const matches = picomatch(globs, { dot: true });
  // A line of git's batch input is one name; no journal has a line break in its own.
  const isArtefact = (file: string): boolean => matches(file) && !file.includes('\n');
  const carriers = new Map<string, string[]>();
  for (const { sha, files } of commits)
    for (const file of files.filter(isArtefact)) carriers.set(file, [...(carriers.get(file) ?? []), sha]);
  const paths = [...carriers.keys()].toSorted().slice(0, MOST_ARTEFACTS);
  // The last word counts: what was deleted again is no result.
  const names = paths.map((file) => `${carriers.get(file)?.at(-1)}:${file}`);
  const isThere = await areFiles(folder, names);
  const committed = paths
    .filter((_, index) => isThere[index])
    .map((file): Effect => ({
      kind: 'artefact',
      source: 'commit',
      path: file,
      commits: carriers.get(file) ?? [],
    }));
  const lying = (worktree?.uncommitted ?? [])
    .filter(
      (file) => isArtefact(file) && !carriers.has(file) && isFile(path.join(worktree?.folder ?? '', file)),
    )
    .toSorted()
    .slice(0, MOST_ARTEFACTS - committed.length)
    .map((file): Effect => ({ kind: 'artefact', source: 'worktree', path: file, commits: [] }));
  return [...committed, ...lying];
}

function isFile(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() === true;
}
