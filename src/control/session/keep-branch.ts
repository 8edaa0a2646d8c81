import type { SessionId } from '../../domain/ids.ts';
import { workRef } from '../../domain/layout.ts';
import type { Workspace } from '../../domain/session.ts';
import type { Standing } from '../../evidence/standing.ts';
import { listRange, tipOf } from '../../git/names.ts';
import { putBranchAt, putRefAt } from '../../git/refs.ts';
import { countOf } from '../../lib/quantities.ts';
import type { Project } from '../project/project.ts';

/** The branch that has a session's work, after stint has seen to it that one has. */
export interface KeptBranch {
  /** The workspace with that branch; null is a branch without a commit of its own, which will be deleted. */
  readonly workspace: Workspace | null;
  readonly wasBranchThere: boolean;
  /** Why stint itself does not land the work; null where it may. */
  readonly notLanded: string | null;
}

/** The branch, and in words what another branch of the session holds beside it; null where none does. */
export interface BranchAndRest {
  readonly branch: KeptBranch;
  readonly rest: string | null;
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
): Promise<BranchAndRest> {
  const branch = await chooseBranch(project, id, workspace, standing);
  return { branch, rest: await describeRest(project, workspace, branch.workspace?.branch ?? null) };
}

/** Of two branches of a session only one lands. */
async function describeRest(
  { repository: { top } }: Project,
  made: Workspace | null,
  kept: string | null,
): Promise<string | null> {
  if (!made?.branch || kept === null || kept === made.branch) return null;
  const commits = await listRange(top, `refs/heads/${kept}`, `refs/heads/${made.branch}`);
  if (commits === null || commits.length === 0) return null;
  const has = `${made.branch} has ${countOf(commits.length, 'commit')} that ${kept} lacks`;
  return `${has}: the branch stays, and does not land with it`;
}

async function chooseBranch(
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
