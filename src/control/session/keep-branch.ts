import type { SessionId } from '../../domain/ids.ts';
import { workRef } from '../../domain/layout.ts';
import type { Workspace } from '../../domain/session.ts';
import type { Standing } from '../../evidence/standing.ts';
import { tipOf } from '../../git/names.ts';
import { putBranchAt, putRefAt } from '../../git/refs.ts';
import type { Project } from '../project/project.ts';

/** The branch that has a session's work, after stint has seen to it that one has. */
export interface KeptBranch {
  /** The workspace with that branch; null is a branch without a commit of its own, which will be deleted. */
  readonly workspace: Workspace | null;
  readonly wasBranchThere: boolean;
  /** Why stint itself does not land the work; null where it may. */
  readonly notLanded: string | null;
}

/**
 * Gives the work of a session a branch where its worktree stands on none, and notes which branch has it where that is
 * not the one that was made for the session. Done again after a kill, it changes nothing.
 */
export async function keepBranch(
  project: Project,
  id: SessionId,
  workspace: Workspace | null,
  standing: Standing | null,
): Promise<KeptBranch> {
  const { top } = project.repository;
  const usual = { wasBranchThere: false, notLanded: null };
  if (!workspace?.branch) return { ...usual, workspace };
  const { branch = null, keepAt = null, wasThere = false, because = null } = standing ?? {};
  if (branch !== null && keepAt !== null && !(await putBranchAt(top, branch, keepAt))) {
    const notLanded = `git refused to move ${branch} to its last commit, ${keepAt.slice(0, 12)}`;
    return { ...usual, workspace: { ...workspace, branch: null }, notLanded };
  }
  const name = branch ?? workspace.branch;
  const tip = await tipOf(top, name);
  // A branch without a commit of its own holds no result.
  if (tip === null || (name === workspace.branch && tip === workspace.base))
    return { ...usual, workspace: { ...workspace, branch: null } };
  if (name !== workspace.branch) await putRefAt(top, workRef(id), tip);
  return { workspace: { ...workspace, branch: name }, wasBranchThere: wasThere, notLanded: because };
}
