import { lstatSync, rmSync, type Stats } from 'node:fs';
import path from 'node:path';
import { STASH_PINS } from '../domain/layout.ts';
import { git, gitOutput, gitTry, linesOf } from './git.ts';
import { resolve, resolveCommit } from './names.ts';
import { randomWord } from '../lib/random.ts';

/** More than this is no source code; it stays in the worktree, which is then kept. */
const LARGEST_SALVAGE = 200e6;

/** Names that hold secrets: never put into git, not even into a ref of ours. */
const SECRET_FILE =
  /(^|\/)(\.env(\..*)?|.*\.(pem|key|p12|pfx|keystore)|id_(rsa|dsa|ecdsa|ed25519)|\.netrc|\.npmrc|\.pypirc|credentials(\.json)?)$/i;

export interface SalvageRequest {
  readonly folder: string;
  readonly ref: string;
  readonly message: string;
  readonly files: readonly string[];
  /** Where the temporary index may lie. */
  readonly scratch: string;
}

export type Salvage =
  | { readonly kind: 'saved'; readonly ref: string }
  | { readonly kind: 'nothing' }
  /** Something could not be saved, so the worktree must stay. */
  | { readonly kind: 'kept'; readonly because: string };

/**
 * Saves uncommitted work as a commit on top of the worktree's HEAD, through an index of its own: neither the branch nor
 * the agent's index changes. Also keeps a HEAD that nothing else points to.
 */
export async function salvage(request: SalvageRequest): Promise<Salvage> {
  const { folder, ref } = request;
  const files = request.files.filter((file) => !SECRET_FILE.test(file));
  const secrets = request.files.length - files.length;
  const withheld: Salvage | null =
    secrets > 0 ? { kind: 'kept', because: `${secrets} file(s) that look like secrets` } : null;
  const head = await resolveCommit(folder, 'HEAD');
  const isHeadLost = head !== null && (await isOnlyHere(folder, head));
  if (files.length === 0 && !isHeadLost) return withheld ?? { kind: 'nothing' };
  const statsOf = (file: string): Stats | undefined =>
    lstatSync(path.join(folder, file), { throwIfNoEntry: false });
  // A changed path that is a folder is a submodule or a repository inside: git would save its name and not its work.
  const repository = files.find((file) => statsOf(file)?.isDirectory());
  if (repository !== undefined) return { kind: 'kept', because: `${repository} is a repository of its own` };
  if (files.reduce((sum, file) => sum + (statsOf(file)?.size ?? 0), 0) > LARGEST_SALVAGE)
    return { kind: 'kept', because: 'more than 200 MB of uncommitted files' };
  const commit = files.length === 0 ? head : await commitFiles(request, files, head);
  if (commit === null) return { kind: 'kept', because: 'git could not save the uncommitted files' };
  await gitOutput(folder, ['update-ref', '-m', 'stint: salvage', ref, commit]);
  // Confirmed, not assumed: what follows is the removal of the only other copy.
  if ((await resolve(folder, ref)) !== commit)
    return { kind: 'kept', because: `${ref} could not be confirmed` };
  return withheld ?? { kind: 'saved', ref };
}

/** Puts the files of a saved commit into a worktree; the index stays. @returns false when git refuses */
export async function restoreFrom(folder: string, saved: string): Promise<boolean> {
  const words = ['restore', `--source=${saved}`, '--worktree', '--no-overlay', '--', '.'];
  return (await gitTry(folder, words)) !== null;
}

async function commitFiles(
  request: SalvageRequest,
  files: readonly string[],
  head: string | null,
): Promise<string | null> {
  const { folder } = request;
  const index = path.join(request.scratch, `salvage-index.${randomWord(8)}`);
  const env = { GIT_INDEX_FILE: index, GIT_LITERAL_PATHSPECS: '1', ...IDENTITY };
  try {
    if (head !== null && (await git(folder, ['read-tree', head], { env })).exitCode !== 0) return null;
    const add = ['add', '--all', '--pathspec-from-file=-', '--pathspec-file-nul'];
    const added = await git(folder, add, { env, input: files.join('\0') });
    if (added.exitCode !== 0) return null;
    const tree = await gitTry(folder, ['write-tree'], { env });
    if (tree === null) return null;
    const parent = head === null ? [] : ['-p', head];
    return await gitTry(folder, ['commit-tree', tree, ...parent, '-m', request.message], { env });
  } finally {
    rmSync(index, { force: true });
    rmSync(`${index}.lock`, { force: true });
  }
}

/** A commit of ours needs a name even where the user has set none. */
const IDENTITY = {
  GIT_AUTHOR_NAME: 'stint',
  GIT_AUTHOR_EMAIL: 'stint@localhost',
  GIT_COMMITTER_NAME: 'stint',
  GIT_COMMITTER_EMAIL: 'stint@localhost',
};

/** Whether only this worktree's HEAD keeps a commit alive. */
async function isOnlyHere(folder: string, commit: string): Promise<boolean> {
  // No answer is not the answer that nothing points to it, nor that something does.
  const containing = await gitOutput(folder, ['for-each-ref', '--format=%(refname)', '--contains', commit]);
  // An entry of the stash can be dropped at any time, and its pin goes when it is no longer needed.
  return linesOf(containing).every((ref) => ref === 'refs/stash' || ref.startsWith(STASH_PINS));
}
