import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { listEntries } from '../lib/file-system.ts';
import { gitTry } from './git.ts';
import { resolve } from './names.ts';
import { commonDirOf, isTop } from './repository.ts';

/** Deeper, or among more, nobody looks for a repository in what tools make. */
const DEEPEST = 3;
const MOST_ENTRIES = 5000;

/** The submodules of a worktree that are there, by path. */
export async function listSubmodules(folder: string): Promise<string[]> {
  if (!existsSync(path.join(folder, '.gitmodules'))) return [];
  const key = String.raw`^submodule\..*\.path$`;
  const asked = ['config', '--file', '.gitmodules', '--null', '--get-regexp', key];
  const entries = ((await gitTry(folder, asked)) ?? '').split('\0');
  return entries.map((entry) => entry.slice(entry.indexOf('\n') + 1)).filter((name) => isInner(folder, name));
}

/** Links to commits of other repositories (submodules, or what `git add` makes of an inner one) that differ between two commits. */
export async function listChangedLinks(
  folder: string,
  from: string,
  to: string,
): Promise<{ path: string; commit: string }[]> {
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', '--ignore-submodules=none'];
  const fields = ((await gitTry(folder, [...args, from, to])) ?? '').split('\0');
  return fields.flatMap((field, index) => {
    const commit = /^:\d+ 160000 [0-9a-f]+ ([0-9a-f]+) /.exec(field)?.[1];
    const name = fields[index + 1];
    return commit && name ? [{ path: name, commit }] : [];
  });
}

/** Repositories in a folder that git does not look into, by path from the worktree; not far down. */
export function searchRepositories(folder: string, below: string): string[] {
  const found: string[] = [];
  const waiting = [{ name: below.replace(/\/$/, ''), depth: 0 }];
  for (let seen = 0, next = waiting.pop(); next && seen < MOST_ENTRIES; next = waiting.pop()) {
    const { name, depth } = next;
    if (isInner(folder, name)) found.push(name);
    if (depth === DEEPEST) continue;
    const entries = listEntries(path.join(folder, name));
    seen += entries.length;
    for (const entry of entries)
      if (entry.isDirectory() && entry.name !== '.git')
        waiting.push({ name: `${name}/${entry.name}`, depth: depth + 1 });
  }
  return found;
}

/** Changes whenever a commit is made in it, or one of its branches moves. */
export async function standingOf(folder: string, inner: string): Promise<string> {
  const place = path.join(folder, inner);
  const head = await resolve(place, 'HEAD');
  const refs = await gitTry(place, ['for-each-ref', '--format=%(objectname) %(refname)']);
  return hash('sha256', JSON.stringify([head, refs]));
}

/** Whether an inner repository holds anything that no remote of it has. No answer is a yes: it may be the only copy. */
export async function hasOwnWork(folder: string, inner: string): Promise<boolean> {
  const place = path.join(folder, inner);
  // A broken one would be passed over, and the outer repository asked.
  if (!(await isTop(place))) return true;
  const dirty = ['status', '--porcelain', '--untracked-files=all', '--ignore-submodules=none'];
  if ((await gitTry(place, dirty)) !== '') return true;
  const head = await resolve(place, 'HEAD');
  // A worktree of the same repository: its branches stay when it goes.
  const isShared = (await commonDirOf(place)) === (await commonDirOf(folder));
  const elsewhere = isShared ? ['--branches', '--tags', '--remotes'] : ['--remotes'];
  const own = [...(isShared ? [] : ['--all']), ...(head === null ? [] : [head])];
  if (own.length === 0) return false;
  return (await gitTry(place, ['rev-list', '--max-count=1', ...own, '--not', ...elsewhere])) !== '';
}

/** Whether a remote of an inner repository has a commit, as far as is known here. */
export async function isAtRemote(folder: string, inner: string, commit: string): Promise<boolean> {
  const args = ['rev-list', '--max-count=1', commit, '--not', '--remotes'];
  return (await gitTry(path.join(folder, inner), args)) === '';
}

export function isInner(folder: string, name: string): boolean {
  return name !== '' && existsSync(path.join(folder, name, '.git'));
}
