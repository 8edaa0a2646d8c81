import { statSync } from 'node:fs';
import { Problem } from '../lib/problem.ts';

/** The folder that a call names, when it is one. @throws Problem `no_folder` */
export function requireFolder(folder: string): string {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory()) return folder;
  throw new Problem(
    'no_folder',
    found ? `${folder} is a file, and no folder.` : `There is no folder ${folder}.`,
    'Name another one with -C DIR.',
  );
}
