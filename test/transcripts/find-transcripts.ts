import { readdirSync } from 'node:fs';
import path from 'node:path';

/** The files of a folder of transcripts, in any depth. */
export function transcriptsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .toSorted()
    .map((name) => path.join(folder, name));
}
