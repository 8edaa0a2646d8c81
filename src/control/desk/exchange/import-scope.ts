import { existsSync } from 'node:fs';
import path from 'node:path';
import type { SessionId } from '../../../domain/ids.ts';
import type { TranscriptSession } from '../../../domain/transcript-session.ts';
import { findHistory, listWorktrees, type Repository, whyNoRepository } from '../../../git/repository.ts';
import { realPath } from '../../../lib/file-system.ts';
import { oneLine } from '../../../lib/plain-text.ts';
import { onProblem, Problem, wrongCall } from '../../../lib/problem.ts';
import { listCommittedIn } from '../../../store/commits.ts';
import type { Store } from '../../../store/store.ts';
import type { Project } from '../../project/project.ts';
import { look, requireFolder } from '../../project/require-folder.ts';

/** Whose sessions are imported: those that started in one of these folders or below. Null means those of all projects. */
export type ImportScope = readonly string[] | null;

/** The folders of a project: its checkouts, and where stint makes worktrees of it; null outside every repository. */
export async function scopeOfProject({ repository, layout }: Project, folder: string): Promise<ImportScope> {
  if (repository.commonDir === null) return null;
  const worktrees = (await listWorktrees(repository.top)).map((each) => each.folder);
  return [...new Set([repository.top, logicalTop(repository.top, folder), ...worktrees, layout.worktrees])];
}

/** The repository by the name by which one went there: an agent CLI may have kept that one. */
function logicalTop(top: string, folder: string): string {
  for (let each = folder; ; each = path.dirname(each)) {
    if (realPath(each) === top) return each;
    if (path.dirname(each) === each) return top;
  }
}

export function isInScope(scope: ImportScope, cwd: string | null): boolean {
  if (scope === null) return true;
  if (cwd === null || !path.isAbsolute(cwd)) return false;
  return scope.some((folder) => isWithin(cwd, folder) || isWithin(realPath(cwd), folder));
}

function isWithin(inner: string, outer: string): boolean {
  const way = path.relative(outer, inner);
  return way === '' || (way !== '..' && !way.startsWith('../') && !path.isAbsolute(way));
}

/**
 * The repositories that a call names: bare ones too, and a checkout by its `.git`.
 *
 * @throws Problem `no_folder`, `no_repository`
 */
export async function requireRepositories(folder: string, named: readonly string[]): Promise<Repository[]> {
  const found: Repository[] = [];
  for (const name of named) {
    if (name.trim() === '') throw wrongCall('--repo is empty.', 'Name a repository, or leave it out.');
    const full = path.resolve(folder, name);
    // In a worktree, and in a submodule, this is a file.
    const isPointer = path.basename(full) === '.git' && look(full)?.isFile();
    const place = requireFolder(isPointer ? path.dirname(full) : full, '--repo PATH');
    const repository = await findHistory(place);
    if (!repository) {
      const because = await whyNoRepository(place);
      throw new Problem(
        'no_repository',
        `${oneLine(full, 300)} is not a git repository${because === null ? '' : `: ${oneLine(because, 200)}`}.`,
        'Name one with --repo PATH.',
      );
    }
    found.push(repository);
  }
  return found;
}

/**
 * Finds the repositories that could confirm the commits of a session: where it worked, then `given`, then those that
 * confirmed them before. The folder's name is a stranger's word: it has to be absolute, and to be there. Each folder is
 * looked at once.
 */
export function repositoryFinder(store: Store, given: readonly Repository[]) {
  const known = new Map<string, Promise<Repository | null>>();
  let before: ReturnType<typeof listCommittedIn> | null = null;
  const find = async (folder: string | null): Promise<Repository | null> => {
    if (folder === null || !path.isAbsolute(folder) || !existsSync(folder)) return null;
    if (!known.has(folder)) known.set(folder, findHistory(folder).catch(onProblem(() => null)));
    return known.get(folder) ?? null;
  };
  return async (id: SessionId, { cwd, transcript }: TranscriptSession): Promise<Repository[]> => {
    const own = await find(cwd);
    // A later import may name no repository: its commits count on.
    const places =
      transcript.printedCommits.length > 0 ? ((await (before ??= listCommittedIn(store))).get(id) ?? []) : [];
    const earlier = await Promise.all(places.map(find));
    const all = [own, ...given, ...earlier].filter((each) => each !== null);
    return [...new Map(all.map((each) => [each.commonDir, each])).values()];
  };
}
