import { contains, resolveCommit, type RemoteBranch } from '../names.ts';
import { lastWords, type LandingGit } from './landing-git.ts';
import { FETCH_TRIES, isPassing } from '../git.ts';

/**
 * Fetches a branch of a remote. In a worktree of its own, whose FETCH_HEAD nobody else writes.
 *
 * @returns its commit, null where the remote has no such branch, or why it cannot be asked
 */
export async function fetchTip(
  git: LandingGit,
  folder: string,
  remote: RemoteBranch,
): Promise<{ tip: string | null } | { trouble: string }> {
  const ref = `refs/heads/${remote.branch}`;
  const fetch = (): ReturnType<LandingGit['toRemote']> =>
    git.toRemote(folder, ['fetch', '--quiet', '--no-tags', remote.name, ref]);
  let fetched = await fetch();
  for (let tries = 1; tries < FETCH_TRIES && fetched.exitCode !== 0 && isPassing(fetched.stderr); tries++)
    fetched = await fetch();
  if (fetched.exitCode === 0) return { tip: await resolveCommit(folder, 'FETCH_HEAD') };
  if (/couldn't find remote ref/.test(fetched.stderr)) return { tip: null };
  return { trouble: lastWords(fetched) };
}

export type Push =
  | { readonly kind: 'pushed' }
  /** The remote's branch has moved on meanwhile. */
  | { readonly kind: 'moved' }
  | { readonly kind: 'refused'; readonly detail: string };

/** Ways in which a remote says that somebody else was faster. */
const MOVED =
  /\[rejected\].*\((fetch first|non-fast-forward|stale info)\)|\[remote rejected\].*\((failed to update ref|cannot lock ref.*|incorrect old value provided)\)/;

/** Pushes a commit to a branch of a remote, never by force. */
export async function pushCommit(
  git: LandingGit,
  folder: string,
  commit: string,
  remote: RemoteBranch,
): Promise<Push> {
  const ref = `refs/heads/${remote.branch}`;
  const pushed = await git.toRemote(folder, ['push', '--porcelain', remote.name, `${commit}:${ref}`]);
  if (pushed.exitCode === 0) return { kind: 'pushed' };
  // The line may have gone down after the remote took it.
  const now = await fetchTip(git, folder, remote);
  const tip = 'tip' in now ? now.tip : null;
  if (tip !== null && (await contains(folder, tip, commit))) return { kind: 'pushed' };
  if (MOVED.test(pushed.stdout)) return { kind: 'moved' };
  return { kind: 'refused', detail: refusalOf(pushed.stdout, pushed.stderr) };
}

/** The line on which git says no, and what a hook of the remote said before it. */
function refusalOf(stdout: string, stderr: string): string {
  const said = [...stderr.matchAll(/^remote: (.+)$/gm)].map((match) => (match[1] ?? '').trim());
  const rejected = /\[(?:remote )?rejected\] \((.+)\)/.exec(stdout)?.[1];
  const words = [rejected, ...said].filter((each) => each !== undefined && each !== '');
  return words.length > 0 ? words.join('; ') : lastWords({ exitCode: 1, stdout: '', stderr });
}
