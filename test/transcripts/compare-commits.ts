import { readFileSync } from 'node:fs';
import type { FileReading } from '../../src/domain/transcript-session.ts';
import type { TruthRow } from './ground-truth.ts';
import { plainObjects } from './plain-objects.ts';

/**
 * Commits that git has, that git named to the agent in this file, and that the reading does not have: each with its place.
 */
export function findMissedCommits(
  { file, commits }: Pick<TruthRow, 'file' | 'commits'>,
  { sessions }: FileReading,
): string[] {
  const printed = sessions.flatMap(({ transcript }) => transcript.printedCommits);
  return commits
    .filter((sha) => !printed.some((short) => isSameCommit(sha, short)))
    .flatMap((sha) => linesThatName(file, sha).map((line) => `:${line}: commit ${sha} is named here`));
}

/** Whether one of two names is the beginning of the other. */
export function isSameCommit(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

/** The lines on which git tells, in the answer of a tool, that it made this commit: by the plain text alone. */
export function linesThatName(file: string, sha: string): number[] {
  const words = new RegExp(`(^|\\n)\\[[^\\]]+ ${sha.slice(0, 7)}[0-9a-f]*\\] `);
  return plainObjects(readFileSync(file, 'utf8'))
    .objects.filter(({ value }) => !SPOKEN.has(String(value['type'])))
    .filter(({ value }) => strings(value).some((text) => words.test(text)))
    .map(({ line }) => line);
}

/** What the model says of a commit proves none. */
const SPOKEN = new Set(['assistant', 'summary']);

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}
