import { existsSync } from 'node:fs';
import path from 'node:path';
import type { TranscriptSession } from '../../../domain/transcript-session.ts';
import { findRepository, listWorktrees, type Repository } from '../../../git/repository.ts';
import { realPath } from '../../../lib/file-system.ts';
import { oneLine } from '../../../lib/plain-text.ts';
import { onProblem, Problem, wrongCall } from '../../../lib/problem.ts';
import type { Project } from '../../project/project.ts';
import { requireFolder } from '../../project/require-folder.ts';

/** Whose sessions are imported: those that started in one of these folders or below. Null means everybody's. */
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

/** The repositories that a call names. @throws Problem `no_folder`, `no_repository` */
export async function requireRepositories(folder: string, named: readonly string[]): Promise<Repository[]> {
  const found: Repository[] = [];
  for (const name of named) {
    if (name.trim() === '') throw wrongCall('--repo is empty.', 'Name a repository, or leave it out.');
    const full = path.resolve(folder, name);
    const repository = await findRepository(requireFolder(full));
    if (!repository)
      throw new Problem(
        'no_repository',
        `${oneLine(full, 300)} is no git repository.`,
        'Name one with --repo.',
      );
    found.push(repository);
  }
  return found;
}

/** Which repositories could confirm the commits of a session; each folder is looked at once. */
export class RepositoryFinder {
  readonly #given: readonly Repository[];
  readonly #known = new Map<string, Repository | null>();

  /** @param given those that every session may have worked in */
  constructor(given: readonly Repository[]) {
    this.#given = given;
  }

  /** Where the session worked first. The folder's name is a stranger's word: it has to be absolute, and to be there. */
  async of({ cwd }: Pick<TranscriptSession, 'cwd'>): Promise<Repository[]> {
    const own = cwd !== null && path.isAbsolute(cwd) ? await this.#find(cwd) : null;
    const all = [...(own ? [own] : []), ...this.#given];
    return [...new Map(all.map((each) => [each.commonDir, each])).values()];
  }

  async #find(folder: string): Promise<Repository | null> {
    const known = this.#known.get(folder);
    if (known !== undefined) return known;
    const found = existsSync(folder) ? await findRepository(folder).catch(onProblem(() => null)) : null;
    this.#known.set(folder, found);
    return found;
  }
}
