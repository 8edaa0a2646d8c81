import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { SESSION_ID_LENGTH, type SessionId } from '../../domain/ids.ts';
import { sessionBranch, sessionFiles, type SessionFiles } from '../../domain/layout.ts';
import { describeCommand, type Plan } from '../../domain/plan.ts';
import type { Workspace } from '../../domain/session.ts';
import { createHarness } from '../../harness/create-harness.ts';
import type { Harness } from '../../harness/harness.ts';
import { formatDuration } from '../../lib/duration.ts';
import type { FileLock } from '../../lib/file-lock.ts';
import { gitTry } from '../../lib/git.ts';
import { readHeadReflog } from '../../lib/head-reflog.ts';
import { oneLine } from '../../lib/plain-text.ts';
import { messageOf, Problem } from '../../lib/problem.ts';
import { randomWord } from '../../lib/random.ts';
import { resolveBranch, resolveCommit } from '../../lib/repository.ts';
import { currentBranch } from '../../run/current-branch.ts';
import { sessionEnvironment } from '../../run/session-environment.ts';
import { createSessionFolder } from '../../run/session-folder.ts';
import { prepareSessionTools } from '../../run/session-tools.ts';
import { findScopeHome } from '../../run/session-scope.ts';
import { noScope, startAgent, type StartedAgent } from '../../run/start-agent.ts';
import { runUserCommand } from '../../run/user-command.ts';
import { readBaseline } from '../../run/workspace-files.ts';
import { addWorktree, copyIntoWorktree } from '../../run/worktree.ts';
import { unusable } from '../../store/open-database.ts';
import { claimStop, findStop, insertIntent, setRunning, setWorkspace } from '../../store/sessions.ts';
import { admitSession, giveUpProbes, parkedProblem, requireAdmission } from '../parking/admit-session.ts';
import { keyFolderName } from './key-folder-name.ts';
import { lockCategory } from './lock-category.ts';
import { harnessTrouble, missingHarness } from '../planning/make-plan.ts';
import { TOKEN_PREFIX } from '../project-redactor.ts';
import type { Project } from '../project.ts';
import { pullBeforeSession } from '../pulling/pull-before-session.ts';
import { requireRoom } from '../planning/require-room.ts';
import { settleOrphans, type SettlingWatch } from '../ending/settle.ts';
import { keepWholePlan } from '../planning/whole-plan.ts';

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

export interface StartOptions {
  /** Aborts when a person or a shutdown ends the session; the reason is a sentence. */
  readonly cancelled: AbortSignal;
  /** Told when nothing refuses the session any more, before anything of it starts. It must not throw. */
  readonly onAccepted?: () => Promise<void>;
  /** Told of sessions that were found without a supervisor. */
  readonly settling: SettlingWatch;
  /** The id that it was promised under already; drawn where there is none. */
  readonly id?: SessionId;
}

/**
 * Starts one session: lock, promise, workspace, agent. Before the promise (the row in the store) everything that a user
 * can have got wrong is refused and nothing is left; after it every failure ends in a record.
 *
 * @throws Problem `busy` (75) when the category is taken, `over_budget` or `full` (75) when there is no room for it, `parked` (75) when its account or harness is, and others for what cannot start at all
 */
export async function beginSession(
  project: Project,
  plan: Plan,
  options: StartOptions,
): Promise<HeldSession> {
  const { harness, base } = await checkPlan(project, plan);
  const id = options.id ?? drawSessionId();
  const categoryLock = await lockCategory(project, plan.category, id);
  try {
    await settleOrphans(project, plan.category, options.cancelled, options.settling);
    refuseWhenCancelled(options.cancelled);
    const refused = await admitSession(project, plan, id);
    if (refused) throw parkedProblem(plan.category, refused);
    const token = `${TOKEN_PREFIX}${randomWord(24)}`;
    const promised = await promise(project, { id, plan, harness, categoryLock, token });
    await options.onAccepted?.();
    return await startPromised(project, promised, base, token, options.cancelled);
  } catch (error) {
    categoryLock.release();
    await giveUpProbes(project, plan, id);
    throw error;
  }
}

export function drawSessionId(): SessionId {
  return randomWord(SESSION_ID_LENGTH) as SessionId;
}

type Promised = Omit<HeldSession, 'workspace' | 'agent' | 'trouble'>;

/**
 * The session's folder and its row: from here on it gets a record, whatever happens.
 *
 * @throws Problem, with nothing left of it, where there is no room for it
 */
async function promise(
  project: Project,
  session: Pick<HeldSession, 'id' | 'plan' | 'harness' | 'categoryLock'> & { readonly token: string },
): Promise<Promised> {
  const { id, plan, harness, categoryLock } = session;
  const startedAt = project.clock.now().toISOString();
  const files = sessionFiles(project.layout, id);
  const supervisorLock = createSessionFolder(files, plan.prompt, session.token);
  try {
    keepWholePlan(files, plan, project.redactor);
    await insertIntent(project.store, id, plan, startedAt, (store) =>
      requireRoom({ ...project, store }, plan),
    );
  } catch (error) {
    supervisorLock.release();
    rmSync(files.folder, { recursive: true, force: true });
    if (error instanceof Problem) throw error;
    throw unusable(project.layout.database, error);
  }
  return { id, plan, harness, startedAt, files, warnings: [], supervisorLock, categoryLock };
}

function refuseWhenCancelled(cancelled: AbortSignal): void {
  if (!cancelled.aborted) return;
  throw new Problem('interrupted', `Nothing was started: ${String(cancelled.reason)}.`, '', 130);
}

/** Somebody may have stopped it (`stint stop`) while its workspace was made. */
async function refuseWhenStopped(project: Project, id: SessionId): Promise<void> {
  const stop = await findStop(project.store, id);
  if (stop) throw new Problem('interrupted', `No agent was started: ${stop.because}.`, '', 130);
}

async function startPromised(
  project: Project,
  promised: Promised,
  base: string | null,
  token: string,
  cancelled: AbortSignal,
): Promise<HeldSession> {
  let workspace: Workspace | null = null;
  try {
    workspace = await pullBeforeSession(project, promised, cancelled, () =>
      chooseWorkspace(project, promised, base),
    );
    await prepareWorkspace(project, promised, workspace);
    await runSetup(project, promised, workspace, cancelled);
    await noteStart(project, promised, workspace);
    await restoreWork(promised, workspace);
    refuseWhenCancelled(cancelled);
    await refuseWhenStopped(project, promised.id);
    await requireAdmission(project, promised.plan, promised.id);
    const agent = await launch(project, promised, workspace, token);
    await setRunning(project.store, promised.id);
    return { ...promised, workspace, agent, trouble: null };
  } catch (error) {
    if (cancelled.aborted) await claimStop(project.store, promised.id, 'cancelled', String(cancelled.reason));
    return { ...promised, workspace, agent: null, trouble: messageOf(error) };
  }
}

/** Refuses a plan that cannot begin here, whatever else happens. Reads only. */
export async function checkPlan(
  place: Pick<Project, 'repository' | 'env'>,
  plan: Plan,
): Promise<{ harness: Harness; base: string | null }> {
  if (plan.supervise.contain === 'cgroup' && findScopeHome() === null) throw noScope();
  return { harness: checkHarness(place, plan), base: await resolveBase(place, plan) };
}

function checkHarness(project: Pick<Project, 'repository' | 'env'>, plan: Plan): Harness {
  const trouble = harnessTrouble(
    plan.harnessSettings,
    plan.harness,
    plan.folder ?? project.repository.top,
    project.env,
  );
  if (trouble) throw missingHarness(trouble);
  return createHarness(plan.harnessSettings);
}

/** The commit that the session starts from; null only for a shared checkout without one. */
async function resolveBase(project: Pick<Project, 'repository'>, plan: Plan): Promise<string | null> {
  const { repository } = project;
  if (plan.isolation === 'shared') return repository.head;
  if (plan.base !== null) {
    const commit = await resolveCommit(repository.top, plan.base);
    if (commit) return commit;
    throw new Problem(
      'unknown_base',
      `The base "${oneLine(plan.base, 80)}" of ${plan.category} is no commit in ${repository.top}.`,
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

/** Decides where the session works, on what the pull has left. */
async function chooseWorkspace(
  project: Project,
  promised: Promised,
  base: string | null,
): Promise<Workspace> {
  const { plan, id } = promised;
  const { top } = project.repository;
  const baseRef = plan.base === null ? await currentBranch(top) : await resolveBranch(top, plan.base);
  const name = plan.isolation === 'shared' ? 'HEAD' : (plan.base ?? baseRef ?? 'HEAD');
  const pulled = plan.pull === 'never' ? null : await resolveCommit(top, name);
  const workspace = placeWorkspace(project, promised, pulled ?? base, baseRef);
  // Before it is made: whoever settles the session must know what to remove.
  await setWorkspace(project.store, id, workspace);
  return workspace;
}

function placeWorkspace(
  project: Project,
  { plan, id }: Promised,
  base: string | null,
  baseRef: string | null,
): Workspace {
  if (plan.isolation === 'shared' || base === null)
    return {
      isolation: 'shared',
      folder: plan.folder ?? project.repository.top,
      branch: null,
      base,
      baseRef,
    };
  const folder = worktreeFolder(project, plan, id);
  return { isolation: 'worktree', folder, branch: sessionBranch(plan.category, id), base, baseRef };
}

/** Attempts at one key stand in the same place one after the other, unless something of an earlier one is kept there. */
function worktreeFolder(project: Project, plan: Plan, id: SessionId): string {
  const own = `${project.layout.worktrees}/${id}`;
  if (plan.key === null) return own;
  const shared = `${project.layout.worktrees}/${keyFolderName(plan.key)}`;
  return existsSync(shared) ? own : shared;
}

async function prepareWorkspace(project: Project, promised: Promised, workspace: Workspace): Promise<void> {
  const { folder, branch, base } = workspace;
  if (workspace.isolation === 'shared' || base === null) return;
  const { layout, repository } = project;
  const { repositoryLock } = layout;
  await addWorktree({
    repository,
    repositoryLock,
    folder,
    branch,
    base,
    sessionId: promised.id,
  });
  const missing = copyIntoWorktree(repository.top, folder, promised.plan.copy);
  promised.warnings.push(...missing.map((file) => `copy: ${file} is not there`));
}

async function runSetup(
  project: Project,
  promised: Promised,
  workspace: Workspace,
  cancelled: AbortSignal,
): Promise<void> {
  const { setup, setupTimeoutMs } = promised.plan;
  if (!setup || workspace.isolation === 'shared') return;
  const { id: sessionId, files } = promised;
  const run = {
    sessionId,
    command: setup,
    folder: workspace.folder,
    env: project.env,
    contain: promised.plan.supervise.contain,
    logFile: files.setupLog,
    redactor: project.redactor,
    timeoutMs: setupTimeoutMs,
    cancelled,
  };
  const result = await runUserCommand(run, project.clock);
  const name = describeCommand(setup);
  if (result.kind === 'not-started')
    throw new Problem('setup_failed', `setup (${name}) could not start: ${result.because}`, '', 1);
  if (result.kind === 'cancelled') throw new Problem('setup_failed', `setup (${name}) was cancelled`, '', 1);
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

/** Puts back what an earlier attempt had not committed, where this one starts from the same commit. */
async function restoreWork({ plan, warnings }: Promised, workspace: Workspace): Promise<void> {
  const saved = plan.resume?.salvage ?? null;
  if (saved === null || workspace.isolation === 'shared') return;
  const isSame = (await gitTry(workspace.folder, ['rev-parse', `${saved}^`])) === workspace.base;
  const words = ['restore', `--source=${saved}`, '--worktree', '--no-overlay', '--', '.'];
  if (isSame && (await gitTry(workspace.folder, words)) !== null) return;
  warnings.push(`what ${plan.resume?.sessionId} had not committed was not put back; it is in ${saved}`);
}

/** What was there before the agent, so that none of it is taken for its work. */
async function noteStart(project: Project, promised: Promised, workspace: Workspace): Promise<void> {
  const tips = (await gitTry(project.repository.top, ['for-each-ref', '--format=%(objectname)'])) ?? '';
  const all = new Set([...tips.split('\n'), workspace.base ?? ''].filter((tip) => tip !== ''));
  writeFileSync(promised.files.refsStart, [...all].join('\n'), { mode: 0o600 });
  if (workspace.isolation === 'shared') {
    const last = (await readHeadReflog(workspace.folder)).trimEnd().split('\n').at(-1) ?? '';
    writeFileSync(promised.files.reflogStart, last, { mode: 0o600 });
    return;
  }
  writeFileSync(promised.files.baseline, JSON.stringify(await readBaseline(workspace.folder)), {
    mode: 0o600,
  });
}

/**
 * Where commits, the hooks that log them, and declarations are written; each once. A worktree's own git folder is named
 * beside the repository's, which it lies in: Codex protects it unless it is.
 */
async function writableFolders({ repository, layout }: Project, workspace: string): Promise<string[]> {
  const own = await gitTry(workspace, ['rev-parse', '--absolute-git-dir']);
  return [...new Set([repository.commonDir, own, layout.folder])].filter((folder) => folder !== null);
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
