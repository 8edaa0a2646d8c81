import path from 'node:path';
import { realPath } from '../lib/file-system.ts';
import { readRegular } from '../lib/regular-file.ts';
import { git, gitAgain, gitOutput, gitTry, linesOf } from './git.ts';
import { resolve, resolveCommit } from './names.ts';

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

const COMMON_DIR = ['--path-format=absolute', '--git-common-dir'];

/** The repository that a folder belongs to, or null when there is none or it is bare. */
export async function findRepository(folder: string): Promise<Repository | null> {
  // At once: every verb waits for these.
  const [found, branch, head] = await Promise.all([
    gitTry(folder, ['rev-parse', '--show-toplevel', ...COMMON_DIR]),
    checkedOutBranch(folder),
    resolveCommit(folder, 'HEAD'),
  ]);
  const [top, commonDir] = (found ?? '').split('\n');
  if (!top || !commonDir) return null;
  return { top, commonDir: path.resolve(top, commonDir), branch, head };
}

/**
 * The repository that a folder belongs to, for questions about its history alone: also a bare one, and git's own folder of
 * a checkout. `top` is the git folder where the repository has no checkout of its own. Null without a repository.
 */
export async function findHistory(folder: string): Promise<Repository | null> {
  const found = await findRepository(folder);
  if (found) return found;
  const commonDir = await commonDirOf(folder);
  if (commonDir === null) return null;
  const checkout = path.basename(commonDir) === '.git' ? await findRepository(path.dirname(commonDir)) : null;
  if (checkout?.commonDir === commonDir) return checkout;
  const [branch, head] = await Promise.all([checkedOutBranch(commonDir), resolveCommit(commonDir, 'HEAD')]);
  return { top: commonDir, commonDir, branch, head };
}

/** Why git takes no repository for one, in git's words; null where there simply is none. */
export async function whyNoRepository(folder: string): Promise<string | null> {
  const { stderr } = await git(folder, ['rev-parse', '--git-dir']);
  const words = stderr.split('\n').find((line) => line.startsWith('fatal: ')) ?? '';
  const isNone = words === '' || words.includes('(or any of the parent directories)');
  return isNone ? null : words.replace(/^fatal: /, '');
}

/** Whether git takes a folder for the top of a worktree, and not for a folder inside another repository. */
export async function isTop(folder: string): Promise<boolean> {
  return (await gitTry(folder, ['rev-parse', '--show-toplevel'])) === realPath(folder);
}

/** Whether a folder belongs to a repository without files to work on. */
export async function isBare(folder: string): Promise<boolean> {
  return (await gitTry(folder, ['rev-parse', '--is-bare-repository'])) === 'true';
}

/** The short name of the branch that is checked out, null when HEAD is detached. */
export function checkedOutBranch(folder: string): Promise<string | null> {
  return gitTry(folder, ['symbolic-ref', '--quiet', '--short', 'HEAD']);
}

/** The full name of the ref that is checked out, null when HEAD is detached. */
export function checkedOutRef(folder: string): Promise<string | null> {
  return gitTry(folder, ['symbolic-ref', '--quiet', 'HEAD']);
}

/** The git folder of one worktree, absolute. */
export function gitFolderOf(folder: string): Promise<string | null> {
  return gitTry(folder, ['rev-parse', '--absolute-git-dir']);
}

/** The git folder that all worktrees share, absolute. */
export function commonDirOf(folder: string): Promise<string | null> {
  return gitTry(folder, ['rev-parse', ...COMMON_DIR]);
}

/**
 * Where files of git's own folder lie, by their names there, in the same order.
 *
 * @throws Problem `git_failed` outside of every repository
 */
export async function gitPaths(folder: string, names: readonly string[]): Promise<string[]> {
  return linesOf(await gitOutput(folder, pathWords(names)));
}

/** git's own files are far smaller. */
const LARGEST_FILE = 256 << 20;

/** The content of each of these files of git's own folder that is there. @throws the system's error in a shortage */
export async function readGitFiles(folder: string, names: readonly string[]): Promise<string[]> {
  const files = linesOf(await gitTry(folder, pathWords(names)));
  return files.flatMap((file) => readRegular(file, LARGEST_FILE) ?? []);
}

function pathWords(names: readonly string[]): string[] {
  const asked = names.flatMap((name) => ['--git-path', name]);
  return ['rev-parse', '--path-format=absolute', ...asked];
}

/** The reflog of a checkout's HEAD; empty where git keeps none. */
export async function readHeadReflog(folder: string): Promise<string> {
  const [reflog = ''] = await readGitFiles(folder, ['logs/HEAD']);
  return reflog;
}

/** Where git notes the branch that it comes back to. */
const NOTES = ['rebase-merge/head-name', 'rebase-apply/head-name', 'BISECT_START'];

/**
 * The full name of the branch on which a checkout stands; while git rebases it, or bisects, HEAD is detached, and this is
 * the branch that git comes back to. Null where it stands on none.
 */
export async function currentBranch(folder: string): Promise<string | null> {
  const standing = (): Promise<string | null> => checkedOutRef(folder);
  // Asked again at the end: the rebase may have ended between the two questions.
  return (await standing()) ?? (await heldBranch(folder)) ?? (await standing());
}

/** The full name of the branch that git holds in a checkout for a rebase or a bisection, or null. */
export async function heldBranch(folder: string): Promise<string | null> {
  for (const note of await readGitFiles(folder, NOTES)) {
    const held = note.trim();
    if (held === '') continue;
    const ref = held.startsWith('refs/') ? held : `refs/heads/${held}`;
    // A rebase of no branch says "detached HEAD", and a bisection may have begun at a commit.
    if ((await resolve(folder, ref)) !== null) return ref;
  }
  return null;
}

/** One entry of the list of worktrees; the first is the checkout itself. */
export interface ListedWorktree {
  readonly folder: string;
  /** Null in a bare repository, and before the first commit. */
  readonly head: string | null;
  /** The full name of its branch, null when its HEAD is detached. */
  readonly branch: string | null;
}

/** All worktrees that git knows of, also those whose folder is gone. @throws Problem `git_failed` */
export async function listWorktrees(repository: string): Promise<ListedWorktree[]> {
  const text = await gitAgain(repository, ['worktree', 'list', '--porcelain']);
  return text.split('\n\n').flatMap((entry) => {
    const folder = /^worktree (.+)$/m.exec(entry)?.[1];
    if (folder === undefined) return [];
    const head = /^HEAD ([0-9a-f]+)$/m.exec(entry)?.[1] ?? null;
    const branch = /^branch (.+)$/m.exec(entry)?.[1] ?? null;
    return [{ folder, head: head !== null && /^0+$/.test(head) ? null : head, branch }];
  });
}

/** The folder to which a worktree was moved, by the name that git has for it; null where there is none. */
export async function findMovedWorktree(repository: string, name: string): Promise<string | null> {
  for (const { folder } of (await listWorktrees(repository)).slice(1))
    if (path.basename((await gitFolderOf(folder)) ?? '') === name && (await isTop(folder))) return folder;
  return null;
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
  return text.split('\0').flatMap((entry): StatusEntry[] => {
    if (entry.length < 4) return [];
    const kind = entry.startsWith('??') ? 'untracked' : entry.startsWith('!!') ? 'ignored' : 'tracked';
    return [{ path: entry.slice(3), kind }];
  });
}

/** The version of git, such as `2.43.0`; null where it cannot be started. */
export async function gitVersion(folder: string): Promise<string | null> {
  // A machine without git is an answer here, not an error.
  const said = await gitTry(folder, ['--version']).catch(() => null);
  return /\d+\.\d+(\.\d+)?/.exec(said ?? '')?.[0] ?? null;
}

/**
 * Makes a repository of the files in a folder, with one commit on `main`.
 *
 * @throws Problem `git_failed`
 */
export async function makeRepository(
  folder: string,
  settings: Readonly<Record<string, string>>,
  message: string,
): Promise<void> {
  await gitOutput(folder, ['init', '--quiet', '--initial-branch=main']);
  for (const [key, value] of Object.entries(settings)) await gitOutput(folder, ['config', key, value]);
  await gitOutput(folder, ['add', '--all']);
  await gitOutput(folder, ['commit', '--quiet', '--message', message]);
}
