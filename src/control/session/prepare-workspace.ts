import { existsSync, writeFileSync } from 'node:fs';
import type { SessionId } from '../../domain/ids.ts';
import { keyFolderName, sessionBranch } from '../../domain/layout.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Workspace } from '../../domain/session.ts';
import { describeCommand } from '../../domain/settings/user-command.ts';
import { listRefs, parentOf, resolveBranch, resolveCommit } from '../../git/names.ts';
import { writeStartRefs } from '../../evidence/start-refs.ts';
import { currentBranch, readHeadReflog } from '../../git/repository.ts';
import { restoreFrom } from '../../git/salvage.ts';
import { listStash } from '../../git/stash.ts';
import { readBaseline } from '../../git/workspace-files.ts';
import { addWorktree, copyIntoWorktree } from '../../git/worktree.ts';
import { Problem } from '../../lib/problem.ts';
import { setWorkspace } from '../../store/sessions.ts';
import type { HeldSession } from '../custody/session-life.ts';
import type { Project } from '../project/project.ts';

/** Decides where the session works, on what the pull has left. */
export async function chooseWorkspace(
  project: Project,
  promised: HeldSession,
  base: string | null,
): Promise<Workspace> {
  const { plan, id } = promised;
  const { top } = project.repository;
  const baseRef = plan.base === null ? await currentBranch(top) : await resolveBranch(top, plan.base);
  const name = plan.isolation === 'shared' ? 'HEAD' : (plan.base ?? baseRef ?? 'HEAD');
  const pulled = plan.pull === 'never' ? null : await resolveCommit(top, name);
  const from = { base: pulled ?? base, baseRef };
  const workspace: Workspace =
    plan.isolation === 'shared' || from.base === null
      ? { isolation: 'shared', folder: plan.folder ?? top, branch: null, ...from }
      : {
          isolation: 'worktree',
          folder: worktreeFolder(project, plan, id),
          branch: sessionBranch(plan.category, id),
          ...from,
        };
  // Before it is made: whoever settles the session must know what to remove.
  await setWorkspace(project.store, id, workspace);
  return workspace;
}

/** Makes it ready for the agent: the worktree, `setup`, what an earlier attempt left, and a note of what was there. */
export async function prepareWorkspace(
  project: Project,
  promised: HeldSession,
  workspace: Workspace,
  temporary: string | null,
  cancelled: AbortSignal,
): Promise<void> {
  await makeWorktree(project, promised, workspace);
  await runSetup(project, promised, workspace, temporary, cancelled);
  await noteStart(project, promised, workspace);
  await restoreWork(promised, workspace);
}

/** Attempts at one key stand in the same place one after the other, unless something of an earlier one is kept there. */
function worktreeFolder(project: Project, plan: Plan, id: SessionId): string {
  const own = `${project.layout.worktrees}/${id}`;
  if (plan.key === null) return own;
  const shared = `${project.layout.worktrees}/${keyFolderName(plan.key)}`;
  return existsSync(shared) ? own : shared;
}

async function makeWorktree(project: Project, promised: HeldSession, workspace: Workspace): Promise<void> {
  const { folder, branch, base } = workspace;
  if (workspace.isolation === 'shared' || base === null) return;
  const { repository, layout } = project;
  const { repositoryLock } = layout;
  await addWorktree({ repository, repositoryLock, folder, branch, base, sessionId: promised.id });
  const missing = copyIntoWorktree(repository.top, folder, promised.plan.copy);
  promised.warnings.push(...missing.map((file) => `copy: ${file} is not there`));
}

async function runSetup(
  project: Project,
  promised: HeldSession,
  workspace: Workspace,
  temporary: string | null,
  cancelled: AbortSignal,
): Promise<void> {
  const { setup, setupTimeoutMs } = promised.plan;
  if (!setup || workspace.isolation === 'shared') return;
  const result = await project.commands.run({
    command: setup,
    session: promised,
    folder: workspace.folder,
    temporary,
    logFile: promised.files.setupLog,
    timeoutMs: setupTimeoutMs,
    cancelled,
  });
  if (result.trouble === null) return;
  const all = result.kind === 'exited' ? `${result.trouble}: ${result.tail}` : result.trouble;
  throw new Problem('setup_failed', `setup (${describeCommand(setup)}) ${all}`, '', 1);
}

/** Puts back what an earlier attempt had not committed, where this one starts from the same commit. */
async function restoreWork({ plan, warnings }: HeldSession, workspace: Workspace): Promise<void> {
  const saved = plan.resume?.salvage ?? null;
  if (saved === null || workspace.isolation === 'shared') return;
  const isSame = (await parentOf(workspace.folder, saved)) === workspace.base;
  if (isSame && (await restoreFrom(workspace.folder, saved))) return;
  warnings.push(`what ${plan.resume?.sessionId} had not committed was not put back; it is in ${saved}`);
}

/** What was there before the agent, so that none of it is taken for its work. */
async function noteStart(project: Project, promised: HeldSession, workspace: Workspace): Promise<void> {
  const refs = writeStartRefs(await listRefs(project.repository.top), workspace.base);
  writeFileSync(promised.files.refsStart, refs, { mode: 0o600 });
  const entries = await listStash(project.repository.top);
  writeFileSync(promised.files.stashStart, entries.join('\n'), { mode: 0o600 });
  if (workspace.isolation === 'shared') {
    const last = (await readHeadReflog(workspace.folder)).trimEnd().split('\n').at(-1) ?? '';
    writeFileSync(promised.files.reflogStart, last, { mode: 0o600 });
    return;
  }
  writeFileSync(promised.files.baseline, JSON.stringify(await readBaseline(workspace.folder)), {
    mode: 0o600,
  });
}
