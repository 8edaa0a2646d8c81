import { gitTry } from '../git.ts';
import { listRemotes, splitRemoteRef, type RemoteBranch } from '../names.ts';

/** The branch that work lands on: here, at a remote, or both. */
export interface LandingTarget {
  /** Name of the local branch, null where there is none. */
  readonly local: string | null;
  readonly remote: RemoteBranch | null;
}

/**
 * Finds what belongs to the branch that a session started from.
 *
 * - A local branch: its upstream, or else the branch of that name at the only remote, or at `origin`.
 * - A branch of a remote: the local branch that follows it, where possible the one of the same name.
 */
export async function findTarget(repository: string, baseRef: string): Promise<LandingTarget> {
  const branches = await readBranches(repository);
  if (baseRef.startsWith(LOCAL)) {
    const local = baseRef.slice(LOCAL.length);
    const followed = branches.find((each) => each.name === local)?.remote ?? null;
    return { local, remote: followed ?? (await guessRemote(repository, local)) };
  }
  const remote = await splitRemoteRef(repository, baseRef);
  const followers = branches.filter(
    (each) => each.remote?.name === remote?.name && each.remote?.branch === remote?.branch,
  );
  const local = followers.find(({ name }) => name === remote?.branch) ?? followers[0];
  return { local: remote ? (local?.name ?? null) : null, remote };
}

const LOCAL = 'refs/heads/';

interface LocalBranch {
  readonly name: string;
  readonly remote: RemoteBranch | null;
}

async function readBranches(repository: string): Promise<LocalBranch[]> {
  const format = '%(refname)%00%(upstream:remotename)%00%(upstream:remoteref)';
  const text = (await gitTry(repository, ['for-each-ref', `--format=${format}`, LOCAL])) ?? '';
  return text.split('\n').flatMap((line) => {
    const [ref, remote, branch = ''] = line.split('\0');
    if (!ref) return [];
    const isFollowing = remote !== '.' && branch.startsWith(LOCAL);
    const followed = remote && isFollowing ? { name: remote, branch: branch.slice(LOCAL.length) } : null;
    return [{ name: ref.slice(LOCAL.length), remote: followed }];
  });
}

async function guessRemote(repository: string, branch: string): Promise<RemoteBranch | null> {
  const remotes = await listRemotes(repository);
  const name = remotes.length === 1 ? remotes[0] : remotes.find((each) => each === 'origin');
  return name === undefined ? null : { name, branch };
}
