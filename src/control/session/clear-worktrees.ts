import { existsSync } from 'node:fs';
import { isSessionId, type SessionId } from '../../domain/ids.ts';
import { isKeyFolderName, sessionFiles, workRef } from '../../domain/layout.ts';
import type { SessionRecord } from '../../domain/record.ts';
import type { Workspace } from '../../domain/session.ts';
import { contains, tipOf } from '../../git/names.ts';
import { deleteBranchAt, dropRef } from '../../git/refs.ts';
import { removeWorktree } from '../../git/worktree.ts';
import { tryLock } from '../../lib/file-lock.ts';
import { listNames } from '../../lib/file-system.ts';
import { findRecord } from '../../store/records.ts';
import { findLastIn, findSession } from '../../store/sessions.ts';
import type { Project } from '../project/project.ts';

/**
 * Removes a session's worktree, and its branch where that holds nothing (any more). Its work is saved and recorded. Where
 * another attempt at its key has got the same folder since, that one keeps it.
 */
export async function clearWorkspace(
  project: Project,
  workspace: Workspace | null,
  record: SessionRecord,
): Promise<void> {
  if (workspace?.isolation !== 'worktree') return;
  const { top } = project.repository;
  const { folder } = workspace;
  const isGone = await removeWorktree(top, project.layout.repositoryLock, folder, async () => {
    const last = await findLastIn(project.store, folder);
    return last === null || last.id === record.id;
  });
  if (!isGone || !workspace.branch || !workspace.base) return;
  await deleteBranchAt(top, workspace.branch, workspace.base);
  await dropLandedBranches(project, workspace, record);
}

/** Deletes the branches of a session of which another one has everything: that of its work, and that made for it. */
export async function dropLandedBranches(
  project: Project,
  workspace: Workspace,
  { id, branch, landing }: Pick<SessionRecord, 'id' | 'branch' | 'landing'>,
): Promise<void> {
  const { top } = project.repository;
  if (landing.kind !== 'landed' || !landing.isBranchSpent || landing.head === null) return;
  for (const name of new Set([branch, workspace.branch])) {
    const tip = name === null ? null : await tipOf(top, name);
    if (name !== null && tip !== null && (await contains(top, landing.head, tip)))
      await deleteBranchAt(top, name, tip);
  }
  await dropRef(top, workRef(id));
}

/**
 * Removes what a supervisor left that was killed between the record and the removal: worktrees of recorded sessions, of
 * their checks and of their landings. Those that a record names as kept stay.
 */
export async function clearStaleWorktrees(project: Project): Promise<void> {
  for (const name of listNames(project.layout.worktrees)) {
    const folder = `${project.layout.worktrees}/${name}`;
    const [, scratch, word = ''] = /^(check-|land-)?([a-z0-9]+)(?:-[a-z0-9]+)?$/.exec(name) ?? [];
    const isOfKey = isKeyFolderName(name);
    const id = isOfKey ? (await findLastIn(project.store, folder))?.id : isSessionId(word) ? word : null;
    if (id) await clearStaleWorktree(project, id, folder, scratch !== undefined);
  }
}

async function clearStaleWorktree(
  project: Project,
  id: SessionId,
  folder: string,
  isScratch: boolean,
): Promise<void> {
  const history = await findRecord(project.store, id);
  if (!history || history.record.keptWorktree === folder) return;
  const files = sessionFiles(project.layout, id);
  // Whoever wrote the record may be about to do the same.
  const lock = existsSync(files.folder) ? await tryLock(files.supervisorLock) : 'nobody';
  if (lock === null) return;
  try {
    if (isScratch) await removeWorktree(project.repository.top, project.layout.repositoryLock, folder);
    else {
      const workspace = (await findSession(project.store, id))?.workspace ?? null;
      await clearWorkspace(project, workspace, history.record);
    }
  } finally {
    if (lock !== 'nobody') lock.release();
  }
}
