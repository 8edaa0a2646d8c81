import { readFileSync } from 'node:fs';
import { gitTry } from './git.ts';

/** The reflog of a checkout's HEAD as it is written; empty where there is none. */
export async function readHeadReflog(folder: string): Promise<string> {
  const file = await gitTry(folder, ['rev-parse', '--path-format=absolute', '--git-path', 'logs/HEAD']);
  if (file === null) return '';
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
