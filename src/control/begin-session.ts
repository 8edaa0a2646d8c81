import { rmSync, writeFileSync } from 'node:fs';
import { SESSION_ID_LENGTH, type SessionId } from '../domain/ids.ts';
import { categoryLockFile, sessionBranch, sessionFiles, type SessionFiles } from '../domain/layout.ts';
import { describeCommand, type Plan } from '../domain/plan.ts';
import type { Workspace } from '../domain/session.ts';
import { createHarness } from '../harness/create-harness.ts';
import type { Harness } from '../harness/harness.ts';
import { formatDuration } from '../lib/duration.ts';
import type { FileLock } from '../lib/file-lock.ts';
import { gitOutput } from '../lib/git.ts';
import { messageOf, Problem } from '../lib/problem.ts';
import { randomWord } from '../lib/random.ts';
import { resolveCommit } from '../lib/repository.ts';
import { takeCategoryLock } from '../run/category-lock.ts';
import { sessionEnvironment } from '../run/session-environment.ts';
import { createSessionFolder } from '../run/session-folder.ts';
import { prepareSessionTools } from '../run/session-tools.ts';
import { startAgent, type StartedAgent } from '../run/start-agent.ts';
import { runUserCommand } from '../run/user-command.ts';
import { readBaseline } from '../run/workspace-files.ts';
import { addWorktree, copyIntoWorktree } from '../run/worktree.ts';
import { insertLockEvent } from '../store/lock-events.ts';
import { unusable } from '../store/open-database.ts';
import { insertIntent, setRunning, setWorkspace } from '../store/sessions.ts';
import { harnessTrouble, requireHarness } from './make-plan.ts';
import type { Project } from './project.ts';
import { settleOrphans } from './settle.ts';

/** A session whose supervisor is this process. */
export interface HeldSession {
  readonly id: SessionId;
  readonly plan: Plan;
  readonly harness: Harness;
  readonly startedAt: string;
  readonly files: SessionFiles;
  readonly workspace: Workspace | null;
  /** Null when nothing could be started; `trouble` says why then. */
  readonly agent: StartedAgent | null;
  readonly trouble: string | null;
  readonly warnings: string[];
  readonly supervisorLock: FileLock;
  readonly categoryLock: FileLock | null;
}

/**
 * Starts one session: lock, promise, workspace, agent. Before the promise (the row in the store) everything that a user
 * can have got wrong is refused and nothing is left; after it every failure ends in a record.
 *
 * @throws Problem `busy` (75) when the category is taken, and others for what cannot start at all
 */
export async function beginSession(project: Project, plan: Plan): Promise<HeldSession> {
  const harness = checkHarness(project, plan);
  const base = await resolveBase(project, plan);
  const id = randomWord(SESSION_ID_LENGTH) as SessionId;
  const startedAt = project.clock.now().toISOString();
  const categoryLock = await lockCategory(project, plan, id, startedAt);
  try {
    await settleOrphans(project, plan.category);
    const files = sessionFiles(project.layout, id);
    const token = randomWord(24);
    const supervisorLock = createSessionFolder(files, plan.prompt, token);
    try {
      await insertIntent(project.store, id, plan, startedAt);
    } catch (error) {
      supervisorLock.release();
      rmSync(files.folder, { recursive: true, force: true });
      throw unusable(project.layout.database, error);
    }
    const promised = {
      id,
      plan,
      harness,
      startedAt,
      files,
      warnings: [] as string[],
      supervisorLock,
      categoryLock,
    };
    return await startPromised(project, promised, base, token);
  } catch (error) {
    categoryLock.release();
    throw error;
  }
}

type Promised = Omit<HeldSession, 'workspace' | 'agent' | 'trouble'>;

async function startPromised(
  project: Project,
  promised: Promised,
  base: string | null,
  token: string,
): Promise<HeldSession> {
  let workspace: Workspace | null = null;
  try {
    workspace = await prepareWorkspace(project, promised, base);
    await setWorkspace(project.store, promised.id, workspace);
    await runSetup(project, promised, workspace);
    await noteStart(project, promised, workspace);
    const agent = await launch(project, promised, workspace, token);
    await setRunning(project.store, promised.id);
    return { ...promised, workspace, agent, trouble: null };
  } catch (error) {
    return { ...promised, workspace, agent: null, trouble: messageOf(error) };
  }
}

function checkHarness(project: Project, plan: Plan): Harness {
  const { settings } = requireHarness(project.settings(), plan.harness);
  const trouble = harnessTrouble(settings, plan.harness, project.repository.top, project.env);
  if (trouble)
    throw new Problem(
      'harness_missing',
      `${trouble}.`,
      'Install it, or correct the harness in stint.yaml.',
      1,
    );
  return createHarness(settings);
}

/** The commit that the session starts from; null only for a shared checkout without one. */
async function resolveBase(project: Project, plan: Plan): Promise<string | null> {
  const { repository } = project;
  if (plan.isolation === 'shared') return repository.head;
  if (plan.base !== null) {
    const commit = await resolveCommit(repository.top, plan.base);
    if (commit) return commit;
    throw new Problem(
      'unknown_base',
      `The base "${plan.base}" of ${plan.category} is no commit in ${repository.top}.`,
      'Correct `base`, or fetch it.',
    );
  }
  if (repository.head) return repository.head;
  throw new Problem(
    'empty_repository',
    `${repository.top} has no commit yet, so no worktree can start from one.`,
    'Make one: git commit --allow-empty -m start',
  );
}

async function lockCategory(
  project: Project,
  plan: Plan,
  id: SessionId,
  startedAt: string,
): Promise<FileLock> {
  const file = categoryLockFile(project.layout, plan.category);
  const taken = takeCategoryLock(file, { sessionId: id, pid: process.pid, since: startedAt });
  if ('lock' in taken) {
    await insertLockEvent(project.store, {
      at: startedAt,
      lock: plan.category,
      sessionId: id,
      kind: 'acquired',
    });
    return taken.lock;
  }
  const holder = taken.busy;
  const who = holder
    ? `session ${holder.sessionId} (pid ${holder.pid}, since ${holder.since})`
    : 'another process';
  await insertLockEvent(project.store, {
    at: startedAt,
    lock: plan.category,
    sessionId: null,
    kind: 'refused',
    detail: who,
  });
  throw new Problem(
    'busy',
    `${plan.category} is busy: ${who} holds its lock.`,
    'Try again when it has ended; `stint status` shows on what it waits.',
    75,
  );
}

async function prepareWorkspace(
  project: Project,
  promised: Promised,
  base: string | null,
): Promise<Workspace> {
  const { plan, id } = promised;
  if (plan.isolation === 'shared' || base === null) {
    return { isolation: 'shared', folder: project.repository.top, branch: null, base };
  }
  const folder = `${project.layout.worktrees}/${id}`;
  const branch = sessionBranch(plan.category, id);
  await addWorktree({
    repository: project.repository.top,
    repositoryLock: project.layout.repositoryLock,
    folder,
    branch,
    base,
  });
  const missing = copyIntoWorktree(project.repository.top, folder, plan.copy);
  promised.warnings.push(...missing.map((file) => `copy: ${file} is not there`));
  return { isolation: 'worktree', folder, branch, base };
}

async function runSetup(project: Project, promised: Promised, workspace: Workspace): Promise<void> {
  const { setup, setupTimeoutMs } = promised.plan;
  if (!setup || workspace.isolation === 'shared') return;
  const { id: sessionId, files } = promised;
  const run = {
    sessionId,
    command: setup,
    folder: workspace.folder,
    env: project.env,
    logFile: files.setupLog,
    timeoutMs: setupTimeoutMs,
  };
  const result = await runUserCommand(run, project.clock);
  const name = describeCommand(setup);
  if (result.kind === 'not-started')
    throw new Problem('setup_failed', `setup (${name}) could not start: ${result.because}`, '', 1);
  if (result.kind === 'timed-out')
    throw new Problem(
      'setup_failed',
      `setup (${name}) ran longer than ${formatDuration(setupTimeoutMs)}`,
      '',
      1,
    );
  if (result.exitCode !== 0)
    throw new Problem(
      'setup_failed',
      `setup (${name}) exited with ${result.exitCode}: ${result.tail}`,
      '',
      1,
    );
}

/** What was there before the agent, so that none of it is taken for its work. */
async function noteStart(project: Project, promised: Promised, workspace: Workspace): Promise<void> {
  const tips = await gitOutput(project.repository.top, ['for-each-ref', '--format=%(objectname)']);
  const all = new Set([...tips.split('\n'), workspace.base ?? ''].filter((tip) => tip !== ''));
  writeFileSync(promised.files.refsStart, [...all].join('\n'), { mode: 0o600 });
  if (workspace.isolation === 'shared') return;
  writeFileSync(promised.files.baseline, JSON.stringify(await readBaseline(workspace.folder)), {
    mode: 0o600,
  });
}

async function launch(
  project: Project,
  promised: Promised,
  workspace: Workspace,
  token: string,
): Promise<StartedAgent> {
  const { id, plan, files, harness } = promised;
  const command = harness.start({
    sessionId: id,
    workspace: workspace.folder,
    prompt: plan.prompt,
    promptFile: files.prompt,
    model: plan.model,
    permissions: plan.permissions,
    maxTurns: plan.maxTurns,
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
    { argv: command.argv, env, stdin: command.stdin, folder: workspace.folder, files, lockDescriptor },
    project.clock,
  );
}
