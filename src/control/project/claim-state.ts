import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { StateLayout } from '../../domain/layout.ts';
import { atomicWrite } from '../../lib/atomic-write.ts';
import { Problem } from '../../lib/problem.ts';
import type { Repository } from '../../git/repository.ts';
import { withRepositoryLock } from '../../git/repository-lock.ts';

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
