import { FETCH_TRIES, gitTry, isPassing } from '../git.ts';
import { runPullGit, type PullCall } from './pull-git.ts';

export interface Fetched {
  /** Why it failed, null where it did not. */
  readonly trouble: string | null;
  /** What is here of branches that the remote has no more: `refs/remotes/origin/feature`. */
  readonly gone: readonly string[];
}

/** One line for each ref: a flag, what became of it, its name there, and its name here. */
const REF = /^ [ +*=!t-] .* -> (\S+)(?: {2}\(.*\))?$/;

/** Fetches what the remote is configured for. FETCH_HEAD stays as it is: it belongs to whoever works in the checkout. */
export async function fetchRemote(call: PullCall, remote: string): Promise<Fetched> {
  if (remote === '.') return { trouble: null, gone: [] };
  const args = ['fetch', '--verbose', '--no-write-fetch-head', '--end-of-options', remote];
  for (let tries = 1; ; tries++) {
    const { trouble, said } = await runPullGit(call, args);
    if (trouble === null) return { trouble, gone: await findGone(call.folder, remote, said) };
    if (tries >= FETCH_TRIES || !isPassing(trouble)) return { trouble, gone: [] };
  }
}

/** git keeps what it has once seen; that a branch is gone, it says by not naming it. */
async function findGone(folder: string, remote: string, said: string): Promise<string[]> {
  const there = new Set(said.split('\n').flatMap((line) => REF.exec(line)?.[1] ?? []));
  const format = '--format=%(refname)%00%(symref)';
  const known = (await gitTry(folder, ['for-each-ref', format, `refs/remotes/${remote}/`])) ?? '';
  return known.split('\n').flatMap((line) => {
    const [ref = '', symref] = line.split('\0');
    return ref === '' || symref !== '' || there.has(ref.slice('refs/remotes/'.length)) ? [] : [ref];
  });
}
