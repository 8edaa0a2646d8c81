import type { Workspace } from '../../domain/session.ts';
import { gitFolderOf } from '../../git/repository.ts';
import { prepareSessionTools, sessionEnvironment } from '../../run/session-environment.ts';
import { startAgent, type StartedAgent } from '../../run/start-agent.ts';
import type { HeldSession } from '../custody/session-life.ts';
import type { Project } from '../project/project.ts';

/**
 * Where commits, the hooks that log them, and declarations are written; each once. A worktree's own git folder is named
 * beside the repository's, which it lies in: Codex protects it unless it is.
 */
async function writableFolders({ repository, layout }: Project, workspace: string): Promise<string[]> {
  const own = await gitFolderOf(workspace);
  return [...new Set([repository.commonDir, own, layout.folder])].filter((folder) => folder !== null);
}

/** Starts the agent in its workspace, by the harness of its plan. */
export async function launchAgent(
  project: Project,
  promised: HeldSession,
  workspace: Workspace,
  token: string,
): Promise<StartedAgent> {
  const { id, plan, files, harness } = promised;
  const command = harness.start({
    sessionId: id,
    workspace: workspace.folder,
    writableFolders: await writableFolders(project, workspace.folder),
    prompt: plan.prompt,
    promptFile: files.prompt,
    model: plan.model,
    permissions: plan.permissions,
    maxTurns: plan.maxTurns,
    thread: plan.resume?.thread ?? null,
  });
  const env = sessionEnvironment(project.env, {
    id,
    category: plan.category,
    stateFolder: project.layout.folder,
    deadline: new Date(project.clock.now().getTime() + plan.softDeadlineMs).toISOString(),
    token,
    tools: prepareSessionTools(project.layout.folder),
    extra: command.env,
  });
  const lockDescriptor = promised.categoryLock?.descriptor ?? null;
  return startAgent(
    {
      id,
      argv: command.argv,
      env,
      stdin: command.stdin,
      folder: workspace.folder,
      files,
      lockDescriptor,
      contain: plan.supervise.contain,
    },
    project.clock,
  );
}
