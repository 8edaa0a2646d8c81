// `STINT_TRANSCRIPTS=FOLDER npm run test:transcripts`: reads a folder of real transcripts, and says with its place what does
// not add up. Nothing of them is kept. Where a GROUND-TRUTH.tsv lies in a folder, git's commits in it are compared.
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { FileReading } from '../../src/domain/transcript-session.ts';
import { readSessions } from '../../src/harness/read-sessions.ts';
import { compareCommits, type CommitComparison } from './compare-commits.ts';
import { findDisagreements } from './find-disagreements.ts';
import { transcriptsIn } from './find-transcripts.ts';

const folder = process.env['STINT_TRANSCRIPTS'] ?? '';
if (folder === '') {
  console.log('No transcripts were read: STINT_TRANSCRIPTS names no folder of them.');
} else {
  process.exitCode = check(folder) ? 0 : 1;
}

function check(top: string): boolean {
  const files = transcriptsIn(top);
  if (files.length === 0) return say(`${top}: there is no .jsonl file in it`);
  const readings = new Map(files.map((file) => [file, readSessions(file)]));
  const trouble = files.flatMap((file) =>
    findDisagreements(file, readings.get(file) as FileReading).map(
      (words) => `${path.relative(top, file)}${words}`,
    ),
  );
  const compared = compareAll(top, files, readings);
  for (const words of [...trouble, ...compared.missed]) say(words);
  tell(files, [...readings.values()], compared);
  return trouble.length === 0 && compared.missed.length === 0;
}

function compareAll(
  top: string,
  files: readonly string[],
  readings: ReadonlyMap<string, FileReading>,
): CommitComparison {
  const folders = new Set([top, ...files.map((file) => path.dirname(file))].flatMap(withParents));
  const tables = [...folders]
    .map((each) => path.join(each, 'GROUND-TRUTH.tsv'))
    .filter((table) => table.startsWith(top) && existsSync(table));
  const all = tables.map((table) => compareCommits(table, readFileSync(table, 'utf8'), readings));
  return {
    agreed: all.reduce((sum, { agreed }) => sum + agreed, 0),
    claims: all.reduce((sum, { claims }) => sum + claims, 0),
    missed: all.flatMap(({ missed }) => missed),
  };
}

function withParents(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [folder, ...withParents(parent)];
}

function tell(
  files: readonly string[],
  readings: readonly FileReading[],
  { agreed, claims, missed }: CommitComparison,
): void {
  const formats = new Map<string, number>();
  for (const { format } of readings) {
    const name =
      format.kind === 'known' ? format.harness : format.kind === 'other' ? format.what : format.kind;
    formats.set(name, (formats.get(name) ?? 0) + 1);
  }
  const megabytes = files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6;
  const sessions = readings.reduce((sum, reading) => sum + reading.sessions.length, 0);
  const unreadable = readings.reduce((sum, reading) => sum + reading.unreadable.count, 0);
  say(
    `${files.length} files, ${megabytes.toFixed(1)} MB, ${sessions} sessions, ${unreadable} unreadable lines`,
  );
  say([...formats].map(([name, count]) => `${name}: ${count}`).join(', '));
  say(
    `commits: ${agreed} that git has and the transcript confirms, ${claims} that only the transcript names (amended, rebased, of another checkpoint), ${missed.length} missed`,
  );
}

function say(words: string): false {
  console.log(words);
  return false;
}
