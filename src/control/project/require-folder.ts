import { type Stats, statSync } from 'node:fs';
import { isBare } from '../../git/repository.ts';
import { Problem } from '../../lib/problem.ts';

/**
 * The folder that a call names, when it is one.
 *
 * @param option the option that names it
 * @throws Problem `no_folder`
 */
export function requireFolder(folder: string, option = '-C DIR'): string {
  const found = look(folder);
  if (found?.isDirectory()) return folder;
  throw new Problem(
    'no_folder',
    found ? `${folder} is a file and not a folder.` : `There is no folder ${folder}.`,
    `Name another one with ${option}.`,
  );
}

/** What stands there; null for nothing, and for a name that no file can have. */
export function look(file: string): Stats | null {
  try {
    return statSync(file);
  } catch {
    return null;
  }
}

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
