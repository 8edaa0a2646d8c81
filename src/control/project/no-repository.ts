import { isBare } from '../../git/repository.ts';
import { Problem } from '../../lib/problem.ts';

/** Why there is nothing to work on in a folder that no checkout of a repository holds. */
export async function noRepository(folder: string): Promise<Problem> {
  const isWithoutFiles = await isBare(folder);
  return new Problem(
    'no_repository',
    isWithoutFiles
      ? `${folder} is a bare git repository, which has no files to work on.`
      : `There is no git repository in ${folder}.`,
    isWithoutFiles ? 'Clone it, and go to the clone.' : 'Go to one, name it with -C DIR, or run `git init`.',
  );
}
