import { readdirSync, type Dirent } from 'node:fs';

/** What is in a folder; nothing where it is gone, or not for us to see. */
export function listEntries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
