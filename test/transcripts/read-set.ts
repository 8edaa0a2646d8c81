import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { FileFormat } from '../../src/domain/transcript-session.ts';
import { readSessions } from '../../src/harness/read-sessions.ts';
import { findMissedCommits, linesThatName } from './compare-commits.ts';
import { findDisagreements } from './find-disagreements.ts';
import { transcriptsIn } from './find-transcripts.ts';
import type { GroundTruth } from './ground-truth.ts';

/** What the files of a set say, one after the other: nothing of them is kept. */
export interface SetReading {
  readonly files: number;
  readonly bytes: number;
  readonly unreadable: number;
  readonly formats: readonly string[];
  /** What does not add up, with its place. */
  readonly trouble: readonly string[];
  /** Whether the folder in which a session ran is on this machine. */
  readonly hasFolder: (thread: string) => boolean;
  /** Whether git names this commit in a file of the session. */
  readonly isNamedIn: (thread: string, sha: string) => boolean;
}

export function readSet(folder: string, truth: GroundTruth | null): SetReading {
  const files = transcriptsIn(folder);
  const rows = new Map(truth?.rows.map((row) => [row.file, row]));
  const [trouble, formats]: [string[], string[]] = [[], []];
  const filesOf = new Map<string, Set<string>>();
  const folders = new Map<string, string>();
  let unreadable = 0;
  for (const file of files) {
    const reading = readSessions(file);
    const row = rows.get(file);
    const found = [...findDisagreements(file, reading), ...(row ? findMissedCommits(row, reading) : [])];
    trouble.push(...found.map((words) => `${path.relative(folder, file)}${words}`));
    formats.push(formatName(reading.format));
    unreadable += reading.unreadable.count;
    for (const { thread, parent, cwd } of reading.sessions)
      for (const name of [thread, parent]) {
        if (name === null) continue;
        filesOf.set(name, (filesOf.get(name) ?? new Set()).add(file));
        if (cwd !== null) folders.set(name, cwd);
      }
  }
  return {
    files: files.length,
    bytes: files.reduce((sum, file) => sum + statSync(file).size, 0),
    unreadable,
    formats,
    trouble,
    hasFolder: (thread) => existsSync(folders.get(thread) ?? ''),
    isNamedIn: (thread, sha) =>
      [...(filesOf.get(thread) ?? [])].some(
        (file) => readFileSync(file).includes(sha.slice(0, 7)) && linesThatName(file, sha).length > 0,
      ),
  };
}

function formatName(format: FileFormat): string {
  if (format.kind === 'known') return format.harness;
  return format.kind === 'other' ? format.what : format.kind;
}
