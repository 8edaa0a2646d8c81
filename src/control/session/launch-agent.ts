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
    ...plan,
    sessionId: id,
    workspace: workspace.folder,
    writableFolders: await writableFolders(project, workspace.folder),
    promptFile: files.prompt,
    thread: plan.resume?.thread ?? null,
  });
  const env = sessionEnvironment(project.env, prepareSessionTools(project.layout.folder), {
    ...command.env,
    STINT_SESSION_ID: id,
    STINT_CATEGORY: plan.category,
    STINT_STATE_DIR: project.layout.folder,
    // When the agent should be done by itself.
    STINT_DEADLINE: new Date(project.clock.now().getTime() + plan.softDeadlineMs).toISOString(),
    // Lets the session declare for itself only.
    STINT_TOKEN: token,
  });
  return startAgent({ ...promised, ...command, env, folder: workspace.folder }, project.clock);
}
