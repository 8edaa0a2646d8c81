import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import type { Settings } from '../../config/settings.ts';
import { stateLayout, type StateLayout } from '../../domain/layout.ts';
import { withRepositoryLock } from '../../git/repository-lock.ts';
import type { Repository } from '../../git/repository.ts';
import { atomicWrite } from '../../lib/atomic-write.ts';
import { oneLine } from '../../lib/plain-text.ts';
import { Problem } from '../../lib/problem.ts';

/** Where programs keep what outlives them, by the XDG rules. */
export function stateHome(env: Readonly<NodeJS.ProcessEnv>): string {
  const given = env['XDG_STATE_HOME'];
  const home = given && path.isAbsolute(given) ? given : path.join(homeFolder(env), '.local', 'state');
  return path.join(home, 'stint');
}

/** `HOME`, or what the system knows of this user. A relative one would put the state wherever one stands. */
export function homeFolder(env: Readonly<NodeJS.ProcessEnv>): string {
  const candidates = [env['HOME'] ?? '', knownHome()];
  const home = candidates.find((each) => path.isAbsolute(each));
  if (home !== undefined) return home;
  throw new Problem(
    'no_home',
    `HOME is "${oneLine(env['HOME'] ?? '', 80)}", and the system knows no home of this user.`,
    'Set HOME, or XDG_STATE_HOME, to an absolute path.',
  );
}

function knownHome(): string {
  try {
    return userInfo().homedir;
  } catch {
    return ''; // A user id without an entry, as in many containers.
  }
}

/**
 * The environment over the configuration over `<git folder>/stint`, which worktrees share and `git clean` leaves alone.
 * A folder outside every repository has its state in the user's own.
 */
export function placeState(
  repository: Repository,
  settings: Settings | null,
  env: Readonly<NodeJS.ProcessEnv>,
): StateLayout {
  const chosen = env['STINT_STATE_DIR'] ? path.resolve(env['STINT_STATE_DIR']) : (settings?.stateDir ?? null);
  const digest = createHash('sha256')
    .update(repository.commonDir ?? repository.top)
    .digest('hex')
    .slice(0, 8);
  const name = `${path.basename(repository.top) || 'root'}-${digest}`;
  const own =
    repository.commonDir === null
      ? path.join(stateHome(env), 'folders', name)
      : path.join(repository.commonDir, 'stint');
  // Not inside .git: test runners and bundlers pass over every path that has such a part.
  const worktrees = chosen ? path.join(chosen, 'worktrees') : path.join(stateHome(env), 'worktrees', name);
  return stateLayout(chosen ?? own, settings?.worktreeDir ?? worktrees);
}

/**
 * A state folder belongs to one repository. Two that share one, or a copy of a repository with its state, would settle
 * each other's sessions and end each other's agents. A repository that was moved takes its state along.
 *
 * @throws Problem `state_of_another`
 */
export async function claimState(layout: StateLayout, repository: Repository): Promise<void> {
  const file = path.join(layout.folder, 'repository');
  const mine = repository.commonDir ?? repository.top;
  if (readOwner(file) === mine) return;
  // One after the other: of several that come to a new state at once the first has it, and the others see whose it is.
  await withRepositoryLock(layout.repositoryLock, async () => {
    const owner = readOwner(file);
    if (owner === mine) return;
    if (owner !== null && existsSync(owner)) {
      throw new Problem(
        'state_of_another',
        `The state in ${layout.folder} belongs to ${owner}, not to ${mine}.`,
        `Give each its own with STINT_STATE_DIR or stateDir; where it is a copy, remove ${layout.folder}.`,
      );
    }
    atomicWrite(file, `${mine}\n`);
  });
}

function readOwner(file: string): string | null {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
}
