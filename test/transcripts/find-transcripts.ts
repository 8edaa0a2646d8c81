import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** The files of a folder of transcripts, in any depth. */
export function transcriptsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .toSorted()
    .map((name) => path.join(folder, name));
}

/** More folders than that are those of checkpoints or projects, and no sets. */
const MOST_SETS = 12;

/**
 * The sets of a folder, which are judged and told apart: its folders that hold transcripts; or the folder itself, where it
 * has a table of its own, transcripts beside the folders, or very many of these.
 */
export function setsIn(folder: string): string[] {
  if (existsSync(path.join(folder, 'GROUND-TRUTH.tsv'))) return [folder];
  const names = readdirSync(folder).toSorted();
  if (names.some((name) => name.endsWith('.jsonl'))) return [folder];
  const sets = names
    .map((name) => path.join(folder, name))
    .filter((each) => statSync(each).isDirectory() && transcriptsIn(each).length > 0);
  return sets.length === 0 || sets.length > MOST_SETS ? [folder] : sets;
}
