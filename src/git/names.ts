import { gitAbout, gitOutput, gitTry, linesOf } from './git.ts';

/** The object that a name stands for (a commit, a tree, a tag), or null. Null for a name that looks like an option, too. */
export async function resolve(folder: string, name: string): Promise<string | null> {
  if (name.startsWith('-')) return null;
  return gitTry(folder, ['rev-parse', '--verify', '--quiet', name]);
}

/** The commit that a name stands for, or null. */
export function resolveCommit(folder: string, name: string): Promise<string | null> {
  return resolve(folder, `${name}^{commit}`);
}

/** The commit at HEAD. @throws Problem `git_failed` before the first commit */
export function headOf(folder: string): Promise<string> {
  return gitOutput(folder, ['rev-parse', '--verify', 'HEAD^{commit}']);
}

/** The tip of a local branch; null where the branch does not exist. */
export function tipOf(folder: string, branch: string): Promise<string | null> {
  return resolve(folder, `refs/heads/${branch}`);
}

/** The tree of a commit, or null: commits with the same files have the same. */
export function treeOf(folder: string, commit: string): Promise<string | null> {
  return resolve(folder, `${commit}^{tree}`);
}

/** The commit before a commit, on its own side of a merge; null for the first one. */
export function parentOf(folder: string, commit: string): Promise<string | null> {
  return resolve(folder, `${commit}^1`);
}

/** Whether `commit` is `tip` or one of its ancestors. */
export async function contains(folder: string, tip: string, commit: string): Promise<boolean> {
  return (await gitTry(folder, ['merge-base', '--is-ancestor', commit, tip])) !== null;
}

/** The commits that `tip` has and `base` lacks, newest first; null where git cannot say. */
export async function listRange(folder: string, base: string, tip: string): Promise<string[] | null> {
  const text = await gitTry(folder, ['rev-list', `${base}..${tip}`]);
  return text === null ? null : linesOf(text);
}

/** The branch, local or of a remote, that a name stands for, by its full name; null for anything else. */
export async function resolveBranch(folder: string, name: string): Promise<string | null> {
  if (name.startsWith('-')) return null;
  const found = await gitTry(folder, ['rev-parse', '--symbolic-full-name', name]);
  return found !== null && /^refs\/(heads|remotes)\//.test(found) ? found : null;
}

/** The branch that the checked-out branch follows, such as `origin/main`; null without one. */
export function followedBy(folder: string): Promise<string | null> {
  return gitTry(folder, ['rev-parse', '--abbrev-ref', '@{upstream}']);
}

/** The names of all remotes. */
export async function listRemotes(folder: string): Promise<string[]> {
  return linesOf(await gitTry(folder, ['remote']));
}

/** A branch as a remote has it. */
export interface RemoteBranch {
  /** Name of the remote, such as `origin`. */
  readonly name: string;
  /** The branch's name there, without `refs/heads/`. */
  readonly branch: string;
}

/** `refs/remotes/origin/main` in its parts; null where it belongs to no remote. */
export async function splitRemoteRef(folder: string, ref: string): Promise<RemoteBranch | null> {
  const rest = ref.slice('refs/remotes/'.length);
  // A remote's name may have slashes, and be the beginning of another's.
  const [name] = (await listRemotes(folder))
    .filter((each) => rest.startsWith(`${each}/`))
    .toSorted((a, b) => b.length - a.length);
  return name === undefined ? null : { name, branch: rest.slice(name.length + 1) };
}

/** All refs with what they point to. */
export async function listRefs(folder: string): Promise<{ readonly name: string; readonly sha: string }[]> {
  const text = await gitTry(folder, ['for-each-ref', '--format=%(objectname) %(refname)']);
  return linesOf(text).map((line) => {
    const space = line.indexOf(' ');
    return { sha: line.slice(0, space), name: line.slice(space + 1) };
  });
}

/** The full names of the refs below a prefix; null where git does not say. */
export async function askRefNames(folder: string, prefix: string): Promise<string[] | null> {
  const text = await gitTry(folder, ['for-each-ref', '--format=%(refname)', prefix]);
  return text === null ? null : linesOf(text);
}

/** The commits that `tips` reach and `others` do not, newest first. @throws Problem `git_failed` */
export async function listReached(
  folder: string,
  tips: readonly string[],
  others: readonly string[],
): Promise<string[]> {
  if (tips.length === 0) return [];
  const names = [...tips, ...others.map((other) => `^${other}`)];
  return linesOf(await gitAbout(folder, ['rev-list', '--ignore-missing', '--stdin'], names));
}

/** The full names of refs, by more words of `for-each-ref`: options, and beginnings of names. */
export async function listRefNames(folder: string, words: readonly string[]): Promise<string[]> {
  return linesOf(await gitTry(folder, ['for-each-ref', '--format=%(refname)', ...words]));
}

/** The commits of all local branches without the first ones, which have no parent. @throws Problem `git_failed` */
export async function listDescendants(folder: string): Promise<string[]> {
  return linesOf(await gitOutput(folder, ['rev-list', '--branches', '--min-parents=1']));
}

/** The main branch of `origin`, such as `origin/main`; null where `origin` names none. */
export function mainBranchOfOrigin(folder: string): Promise<string | null> {
  return gitTry(folder, ['symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD']);
}

/** Whether one of git's settings is on, null where it is not set. */
export async function readFlag(folder: string, key: string): Promise<boolean | null> {
  const value = await gitTry(folder, ['config', '--type=bool', '--get', key]);
  return value === null ? null : value === 'true';
}

/** The value of one of git's settings, null where it is not set. */
export function readSetting(folder: string, key: string): Promise<string | null> {
  return gitTry(folder, ['config', '--get', key]);
}
