import path from 'node:path';
import { git, gitOutput, gitTry } from './git.ts';

/** A git repository as seen from one folder of it, or a folder outside every repository. */
export interface Repository {
  /** Top folder of this worktree. */
  readonly top: string;
  /** The git folder that all worktrees share, absolute; null where there is no repository. */
  readonly commonDir: string | null;
  /** The branch that is checked out, null when HEAD is detached. */
  readonly branch: string | null;
  /** The commit that HEAD points to, null in a repository without one. */
  readonly head: string | null;
}

/** The repository that a folder belongs to, or null when there is none or it is bare. */
export async function findRepository(folder: string): Promise<Repository | null> {
  // At once: every verb waits for these.
  const [found, branch, head] = await Promise.all([
    git(folder, ['rev-parse', '--show-toplevel', '--path-format=absolute', '--git-common-dir']),
    gitTry(folder, ['symbolic-ref', '--quiet', '--short', 'HEAD']),
    gitTry(folder, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']),
  ]);
  if (found.exitCode !== 0) return null;
  const [top, commonDir] = found.stdout.split('\n');
  if (!top || !commonDir) return null;
  return { top, commonDir: path.resolve(top, commonDir), branch, head };
}

/** The commit that a name stands for, or null. Names that look like options are no names. */
export async function resolveCommit(folder: string, name: string): Promise<string | null> {
  if (name.startsWith('-')) return null;
  return gitTry(folder, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
}

/** The branch, local or of a remote, that a name stands for, by its full name; null for anything else. */
export async function resolveBranch(folder: string, name: string): Promise<string | null> {
  if (name.startsWith('-')) return null;
  const found = await gitTry(folder, ['rev-parse', '--symbolic-full-name', name]);
  return found !== null && /^refs\/(heads|remotes)\//.test(found) ? found : null;
}

/** One entry of `git status`. */
export interface StatusEntry {
  readonly path: string;
  readonly kind: 'tracked' | 'untracked' | 'ignored';
}

/**
 * What differs from HEAD in a worktree; whole ignored folders are one entry that ends in `/`.
 *
 * @throws Problem `git_failed`: no answer is not the answer that there is nothing
 */
export async function readStatus(folder: string, withIgnored = false): Promise<StatusEntry[]> {
  const args = ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--no-renames'];
  const text = await gitOutput(folder, withIgnored ? [...args, '--ignored=matching'] : args);
  const entries: StatusEntry[] = [];
  for (const entry of text.split('\0')) {
    if (entry.length < 4) continue;
    const kind = entry.startsWith('??') ? 'untracked' : entry.startsWith('!!') ? 'ignored' : 'tracked';
    entries.push({ path: entry.slice(3), kind });
  }
  return entries;
}
