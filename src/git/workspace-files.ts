import { lstatSync } from 'node:fs';
import path from 'node:path';
import { listEntries } from '../lib/file-system.ts';
import {
  hasOwnWork,
  isInner,
  listChangedLinks,
  listSubmodules,
  searchRepositories,
  standingOf,
} from './inner-repositories.ts';
import { readStatus, type StatusEntry } from './repository.ts';

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

/** So many files of an ignored folder are looked at; of more, only the folder itself. */
const MOST_STAMPED = 20_000;

/** What stands in a worktree after setup and before the agent. */
export async function readBaseline(folder: string): Promise<Baseline> {
  const entries = await readStatus(folder, true);
  const standings: [string, string][] = [];
  for (const inner of await listSubmodules(folder))
    standings.push([standingKey(inner), await standingOf(folder, inner)]);
  return Object.fromEntries([...entries.map((entry) => [entry.path, stamp(folder, entry)]), ...standings]);
}

/** git never names such a file, so that it stands in nobody's way. */
function standingKey(inner: string): string {
  return `${inner}/.git`;
}

/** What the session itself left uncommitted, in three kinds. */
export interface UncommittedFiles {
  readonly tracked: readonly string[];
  readonly untracked: readonly string[];
  /** Ignored files that no tool makes again. */
  readonly ignored: readonly string[];
  /** Repositories inside (submodules, or made by the agent) with work that is nowhere else. */
  readonly inner: readonly string[];
}

/** @param base the commit that the worktree started from, null where it had none */
export async function readUncommitted(
  folder: string,
  baseline: Baseline,
  base: string | null,
): Promise<UncommittedFiles> {
  const changed = (await readStatus(folder, true)).filter(
    (entry) => baseline[entry.path] !== stamp(folder, entry),
  );
  const pathsOf = (kind: StatusEntry['kind']): string[] =>
    changed.filter((entry) => entry.kind === kind).map((entry) => entry.path);
  return {
    tracked: pathsOf('tracked'),
    untracked: pathsOf('untracked'),
    ignored: pathsOf('ignored').filter((file) => !isRegenerable(file)),
    inner: await findInnerWork(folder, baseline, base, pathsOf('ignored').filter(isRegenerable)),
  };
}

/** Tools make their folders again, but no repository in them. */
async function findInnerWork(
  folder: string,
  baseline: Baseline,
  base: string | null,
  regenerable: readonly string[],
): Promise<string[]> {
  const links = base === null ? [] : await listChangedLinks(folder, base, 'HEAD');
  const candidates = new Set([
    ...(await listSubmodules(folder)),
    ...links.map((link) => link.path).filter((name) => isInner(folder, name)),
    ...regenerable.flatMap((name) => searchRepositories(folder, name)),
  ]);
  const found: string[] = [];
  for (const inner of candidates) {
    const isAsBefore = baseline[standingKey(inner)] === (await standingOf(folder, inner));
    if (!isAsBefore && (await hasOwnWork(folder, inner))) found.push(inner);
  }
  return found;
}

function isRegenerable(file: string): boolean {
  return file.split('/').some((part) => REGENERABLE.has(part));
}

function stamp(folder: string, entry: StatusEntry): string {
  const file = path.join(folder, entry.path);
  const info = lstatSync(file, { throwIfNoEntry: false });
  if (!info) return `${entry.kind}:gone`;
  const own = `${entry.kind}:${info.size}:${info.mtimeMs}`;
  // git names an ignored folder and not what is in it.
  const hasMore = entry.kind === 'ignored' && info.isDirectory() && !isRegenerable(entry.path);
  return hasMore ? `${own}:${stampBelow(file)}` : own;
}

/** Changes when a file below a folder is made, changed or removed. */
function stampBelow(folder: string): string {
  let [count, size, newest] = [0, 0, 0];
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const entry of listEntries(next)) {
      if (++count > MOST_STAMPED) return 'many';
      const file = path.join(next, entry.name);
      const info = lstatSync(file, { throwIfNoEntry: false });
      if (!info) continue;
      if (info.isDirectory()) waiting.push(file);
      size += info.isFile() ? info.size : 0;
      newest = Math.max(newest, info.mtimeMs);
    }
  }
  return `${count}:${size}:${newest}`;
}
