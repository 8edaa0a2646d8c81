import { existsSync } from 'node:fs';
import path from 'node:path';
import type { SessionId } from '../../domain/ids.ts';
import { sessionFiles, type SessionFiles } from '../../domain/layout.ts';
import type { Workspace } from '../../domain/session.ts';
import { tryLock } from '../../lib/file-lock.ts';
import { realPath } from '../../lib/file-system.ts';
import { isLocked } from '../../lib/lock-table.ts';
import { isSameProcessAlive } from '../../lib/send-signal.ts';
import { readIdentity } from '../../run/start-agent.ts';
import { listUnsettled } from '../../store/sessions.ts';
import type { Project } from '../project/project.ts';

/**
 * A session that works in a checkout now, or null.
 *
 * One that has no workspace yet does not count: it takes the lock of pulls before it gets one.
 */
export async function findSessionIn(project: Project, checkout: string): Promise<SessionId | null> {
  for (const { id, workspace } of await listUnsettled(project.store))
    if (workspace && standsIn(workspace, checkout) && (await isAlive(sessionFiles(project.layout, id))))
      return id;
  return null;
}

function standsIn({ isolation, folder }: Workspace, checkout: string): boolean {
  const way = path.relative(realPath(checkout), realPath(folder));
  if (way === '') return true;
  // A worktree has files of its own, even where it lies inside of another checkout.
  return isolation === 'shared' && way !== '..' && !way.startsWith('../');
}

/**
 * Whether a session is supervised, or its agent lives. Edits are at stake: where the kernel's table of locks shows
 * nothing (some file systems number their files otherwise there), the lock itself is asked.
 */
async function isAlive(files: SessionFiles): Promise<boolean> {
  const shim = readIdentity(files);
  if (shim && isSameProcessAlive(shim)) return true;
  if (isLocked(files.supervisorLock)) return true;
  if (!existsSync(files.supervisorLock)) return false;
  using lock = await tryLock(files.supervisorLock);
  return lock === null;
}
