import type { OwnCommit } from '../../domain/evidence.ts';
import type { SessionId } from '../../domain/ids.ts';
import { workRef } from '../../domain/layout.ts';
import type { Workspace } from '../../domain/session.ts';
import type { Standing } from '../../evidence/standing.ts';
import { selectUnreachable } from '../../git/commit-facts.ts';
import { listRange, resolveCommit, tipOf } from '../../git/names.ts';
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

/** The branch, and in words what other branches of the session hold beside it. */
export interface BranchAndRest {
  readonly branch: KeptBranch;
  readonly rest: readonly string[];
}

/**
 * Gives the work of a session a branch where its worktree stands on none, and notes which branch has it where that is
 * not the one that was made for the session. Done again after a kill, it changes nothing.
 *
 * @param commits those that count for the session, on whatever branch
 */
export async function keepBranch(
  project: Project,
  { id, workspace }: { readonly id: SessionId; readonly workspace: Workspace | null },
  standing: Standing | null,
  commits: readonly OwnCommit[],
): Promise<BranchAndRest> {
  const branch = await chooseBranch(project, id, workspace, standing);
  const [made, kept] = [workspace?.branch ?? null, branch.workspace?.branch ?? null];
  if (made === null || kept === null) return { branch, rest: [] };
  const { top } = project.repository;
  const landing = [workspace?.baseRef ?? null, `refs/heads/${made}`, `refs/heads/${kept}`];
  const beside = await listBeside(top, landing, commits);
  const rest = [await describeMade(top, made, kept), describeBeside(beside, kept)];
  return { branch, rest: rest.filter((each) => each !== null) };
}

/** Of two branches of a session only one lands. */
async function describeMade(top: string, made: string, kept: string): Promise<string | null> {
  if (kept === made) return null;
  const commits = await listRange(top, `refs/heads/${kept}`, `refs/heads/${made}`);
  if (commits === null || commits.length === 0) return null;
  const has = `${made} has ${countOf(commits.length, 'commit')} that ${kept} lacks`;
  return `${has}: the branch stays, and does not land with it`;
}

/** Work that the session left on branches of other names, and that neither these refs nor a remote repository has. */
async function listBeside(
  top: string,
  refs: readonly (string | null)[],
  commits: readonly OwnCommit[],
): Promise<OwnCommit[]> {
  const names = refs.filter((ref) => ref !== null);
  const tips = (await Promise.all(names.map((ref) => resolveCommit(top, ref)))).filter((tip) => tip !== null);
  const shas = commits.map(({ sha }) => sha);
  const apart = await selectUnreachable(top, shas, tips, ['--not', '--remotes']);
  const landing = new Set(commits.filter(({ sha }) => !apart.has(sha)).map(({ patchId }) => patchId));
  return commits.filter(({ sha, patchId }) => apart.has(sha) && !landing.has(patchId));
}

/** So many commits are named. */
const MOST_NAMED = 5;

function describeBeside(beside: readonly OwnCommit[], kept: string): string | null {
  if (beside.length === 0) return null;
  const names = beside.slice(0, MOST_NAMED).map(({ sha }) => sha.slice(0, 12));
  const more = beside.length > MOST_NAMED ? ', …' : '';
  const commits = `${countOf(beside.length, 'commit')} (${names.join(', ')}${more})`;
  return `${commits} on another branch will not land with ${kept}: land them by hand`;
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
