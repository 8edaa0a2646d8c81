import type { CategoryName } from '../../domain/ids.ts';
import { categoryLockFile, sessionFiles } from '../../domain/layout.ts';
import { isLocked } from '../../lib/lock-table.ts';
import { listOpen } from '../../store/sessions.ts';
import type { Project } from '../project/project.ts';

export type RunningSource = Pick<Project, 'store' | 'layout'>;

/** Sessions that a living supervisor or a living agent still holds, by category. */
export async function findRunning(project: RunningSource): Promise<Map<CategoryName, string>> {
  const running = new Map<CategoryName, string>();
  for (const session of await listOpen(project.store)) {
    const isHeld =
      isLocked(sessionFiles(project.layout, session.id).supervisorLock) ||
      isLocked(categoryLockFile(project.layout, session.category));
    if (isHeld) running.set(session.category, session.id);
  }
  return running;
}
