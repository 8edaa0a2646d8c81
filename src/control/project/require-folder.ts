import { statSync, type Stats } from 'node:fs';
import { Problem } from '../../lib/problem.ts';

/** The folder that a call names, when it is one. @throws Problem `no_folder` */
export function requireFolder(folder: string): string {
  const found = look(folder);
  if (found?.isDirectory()) return folder;
  throw new Problem(
    'no_folder',
    found ? `${folder} is a file, and no folder.` : `There is no folder ${folder}.`,
    'Name another one with -C DIR.',
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
