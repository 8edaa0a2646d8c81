import { git } from '../../git/git.ts';
import { Problem } from '../../lib/problem.ts';

/** Why there is nothing to work on in a folder that no checkout of a repository holds. */
export async function noRepository(folder: string): Promise<Problem> {
  const { exitCode, stdout } = await git(folder, ['rev-parse', '--is-bare-repository']);
  const isBare = exitCode === 0 && stdout.trim() === 'true';
  return new Problem(
    'no_repository',
    isBare
      ? `${folder} is a bare git repository, which has no files to work on.`
      : `There is no git repository in ${folder}.`,
    isBare ? 'Clone it, and go to the clone.' : 'Go to one, name it with -C DIR, or run `git init`.',
  );
}
