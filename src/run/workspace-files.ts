import { lstatSync } from 'node:fs';
import path from 'node:path';
import { readStatus, type StatusEntry } from '../lib/repository.ts';

/** Files of a worktree that git does not hold in HEAD, with a stamp that changes when they do. */
export type Baseline = Readonly<Record<string, string>>;

/** Folders that tools make again by themselves; losing them loses no work. */
const REGENERABLE = new Set([
  'node_modules',
  '.venv',
  'venv',
  '__pycache__',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
  '.tox',
  'target',
  'dist',
  'build',
  'out',
  '.next',
  '.turbo',
  '.cache',
  '.parcel-cache',
  '.gradle',
  'coverage',
  '.nyc_output',
]);

/** What stands in a worktree after setup and before the agent. */
export async function readBaseline(folder: string): Promise<Baseline> {
  const entries = await readStatus(folder, true);
  return Object.fromEntries(entries.map((entry) => [entry.path, stamp(folder, entry)]));
}

/** What the session itself left uncommitted, in three kinds. */
export interface UncommittedFiles {
  readonly tracked: readonly string[];
  readonly untracked: readonly string[];
  /** Ignored files that no tool makes again. */
  readonly ignored: readonly string[];
}

export async function readUncommitted(folder: string, baseline: Baseline): Promise<UncommittedFiles> {
  const changed = (await readStatus(folder, true)).filter(
    (entry) => baseline[entry.path] !== stamp(folder, entry),
  );
  const pathsOf = (kind: StatusEntry['kind']): string[] =>
    changed.filter((entry) => entry.kind === kind).map((entry) => entry.path);
  return {
    tracked: pathsOf('tracked'),
    untracked: pathsOf('untracked'),
    ignored: pathsOf('ignored').filter((file) => !file.split('/').some((part) => REGENERABLE.has(part))),
  };
}

function stamp(folder: string, entry: StatusEntry): string {
  const info = lstatSync(path.join(folder, entry.path), { throwIfNoEntry: false });
  return info ? `${entry.kind}:${info.size}:${info.mtimeMs}` : `${entry.kind}:gone`;
}
