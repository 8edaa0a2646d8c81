import { realpathSync } from 'node:fs';

/** Where a path leads through all links; the path itself where nothing is there, or is gone while it is looked at. */
export function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
