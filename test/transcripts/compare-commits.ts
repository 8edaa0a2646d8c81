import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FileReading } from '../../src/domain/transcript-session.ts';
import { plainObjects } from './plain-objects.ts';

export interface CommitComparison {
  /** Commits that git has, and that git named to the agent. */
  readonly agreed: number;
  /** Named to the agent, and not in the table. */
  readonly claims: number;
  /** In the table, named in an answer, and not found by the reading: each with its place. */
  readonly missed: readonly string[];
}

/**
 * Compares what transcripts confirm with what git has.
 *
 * @param table a GROUND-TRUTH.tsv: `checkpoint`, `index` and `commits_in_git_with_trailer` of each file
 *   `CHECKPOINT/INDEX/full.jsonl` beside it
 */
export function compareCommits(
  table: string,
  content: string,
  readings: ReadonlyMap<string, FileReading>,
): CommitComparison {
  const [header = '', ...rows] = content.trimEnd().split('\n');
  const names = header.split('\t');
  let agreed = 0;
  let claims = 0;
  const missed: string[] = [];
  for (const row of rows) {
    const cells = new Map(row.split('\t').map((cell, column) => [names[column], cell]));
    const cell = (name: string): string => cells.get(name) ?? '';
    const file = path.join(path.dirname(table), cell('checkpoint'), cell('index'), 'full.jsonl');
    const printed = readings.get(file)?.sessions.flatMap(({ transcript }) => transcript.printedCommits);
    if (!printed) continue;
    const truth = cell('commits_in_git_with_trailer')
      .split(',')
      .filter((sha) => sha !== '');
    const isSame = (sha: string, short: string): boolean => sha.startsWith(short) || short.startsWith(sha);
    claims += printed.filter((short) => !truth.some((sha) => isSame(sha, short))).length;
    for (const sha of truth) {
      if (printed.some((short) => isSame(sha, short))) agreed++;
      else
        missed.push(
          ...linesThatName(file, sha).map((line) => `${file}:${line}: commit ${sha} is named here`),
        );
    }
  }
  return { agreed, claims, missed };
}

/** The lines on which git tells, in the answer of a tool, that it made this commit. */
function linesThatName(file: string, sha: string): number[] {
  const words = new RegExp(`(^|\\n)\\[[^\\]]+ ${sha.slice(0, 7)}[0-9a-f]*\\] `);
  return plainObjects(readFileSync(file, 'utf8'))
    .objects.filter(({ value }) => value['type'] === 'user' || value['type'] === 'response_item')
    .filter(({ value }) => strings(value['message'] ?? value['payload']).some((text) => words.test(text)))
    .map(({ line }) => line);
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}
