import { mkdirSync, rmdirSync } from 'node:fs';
import path from 'node:path';
import { isFolder } from './file-system.ts';
import { systemErrorCode } from './problem.ts';

/**
 * Makes a folder with those above it that are missing, for nobody else to read. Node's own `recursive` never comes back
 * from a place like /proc, where a folder that is there says that it is not when one is to be made in it.
 *
 * @param mode of each that is made
 * @returns those that it made, the outermost first
 * @throws the system's error; then none is left
 */
export function makeFolder(folder: string, mode = 0o700): readonly string[] {
  const parent = path.dirname(folder);
  if (tryMake(folder, mode, parent)) return [folder];
  if (isFolder(folder)) return [];
  const above = makeFolder(parent, mode);
  try {
    // Tried once and not again and again: such a place would never have it.
    mkdirSync(folder, { mode });
    return [...above, folder];
  } catch (error) {
    if (isFolder(folder)) return above;
    removeEmpty(above);
    throw error;
  }
}

/** @returns false where it is there already, or what it is to lie in is missing (which somebody else may make meanwhile) */
function tryMake(folder: string, mode: number, parent: string): boolean {
  try {
    mkdirSync(folder, { mode });
    return true;
  } catch (error) {
    if (isFolder(folder) || (systemErrorCode(error) === 'ENOENT' && parent !== folder)) return false;
    throw error;
  }
}

/** Takes folders away again, the last first, as long as nothing is in them. */
export function removeEmpty(folders: readonly string[]): void {
  try {
    for (const folder of folders.toReversed()) rmdirSync(folder);
  } catch {
    // Somebody has put something there meanwhile, or taken it away.
  }
}
