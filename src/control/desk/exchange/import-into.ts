import type { Repository } from '../../../git/repository.ts';
import type { Project } from '../../project/project.ts';
import { importFiles } from './import-files.ts';
import { requireRepositories, scopeOfProject } from './import-scope.ts';
import type { ImportReport } from './import-tally.ts';
import { listKnown, listNamed, type ImportList } from './list-imports.ts';

/** An import as a caller asks for it. */
export interface ImportRequest {
  /** Files and folders; an empty list means every known place. Relative paths start at the folder of the call. */
  readonly paths: readonly string[];
  /** Sessions of other projects too. */
  readonly isAll: boolean;
  /** Repositories that may have the commits of what is imported. */
  readonly repositories: readonly string[];
  /** Reads files too that did not change since they were imported. */
  readonly isAgain: boolean;
}

/** A request whose files and repositories exist. */
export interface CheckedImport extends Pick<ImportRequest, 'isAll' | 'isAgain'> {
  readonly folder: string;
  readonly named: ImportList | null;
  readonly repositories: readonly Repository[];
}

/** Finds what the request names, before any state is made for it. @throws Problem for a wrong path */
export async function checkImport(folder: string, request: ImportRequest): Promise<CheckedImport> {
  const { paths, isAll, isAgain } = request;
  const named = paths.length > 0 ? listNamed(folder, paths) : null;
  const repositories = await requireRepositories(folder, request.repositories);
  return { folder, named, repositories, isAll, isAgain };
}

/** Imports the requested sessions and records into the project's store. */
export async function importInto(
  project: Project,
  { folder, named, repositories, isAll, isAgain }: CheckedImport,
  cancelled: AbortSignal,
): Promise<ImportReport> {
  const { repository, env } = project;
  const scope = named || isAll ? null : await scopeOfProject(project, folder);
  const top = repository.commonDir === null ? null : repository.top;
  return importFiles(project, named ?? listKnown(env, top, scope), {
    cancelled,
    isAgain,
    scope,
    repositories: top === null ? repositories : [...repositories, repository],
  });
}
