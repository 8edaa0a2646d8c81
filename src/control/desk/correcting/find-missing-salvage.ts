import type { Finding } from '../../../domain/finding.ts';
import { salvageRef } from '../../../domain/layout.ts';
import { askRefNames } from '../../../git/names.ts';
import { listSalvaged, SALVAGED } from '../../../store/audit.ts';
import type { Project } from '../../project/project.ts';

/**
 * Sessions whose uncommitted work was saved under a ref that git does not have any more. stint itself drops none. Where
 * git cannot be asked nothing is found.
 */
export async function findMissingSalvage(project: Project): Promise<Finding[]> {
  const { repository, store } = project;
  if (repository.commonDir === null) return [];
  const salvaged = await listSalvaged(store);
  if (salvaged.length === 0) return [];
  const names = await askRefNames(repository.top, 'refs/stint/salvage/');
  if (names === null) return [];
  const there = new Set(names);
  return salvaged
    .filter((id) => !there.has(salvageRef(id)))
    .map((sessionId) => ({
      kind: 'salvage-missing',
      severity: 'error',
      sessionId,
      detail: `its uncommitted work was saved as ${salvageRef(sessionId)}, and git does not have that ref any more`,
      query: `git for-each-ref refs/stint/salvage/, and ${SALVAGED}`,
    }));
}
