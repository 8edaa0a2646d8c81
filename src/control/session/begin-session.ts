import { renameSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { SESSION_ID_LENGTH, type SessionId } from '../../domain/ids.ts';
import { sessionFiles, startLog } from '../../domain/layout.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Workspace } from '../../domain/session.ts';
import type { Moment } from '../../domain/session-time.ts';
import { gitFolderOf } from '../../git/repository.ts';
import { messageOf, Problem, systemErrorCode } from '../../lib/problem.ts';
import { randomWord } from '../../lib/random.ts';
import { outerEnvironment, prepareSessionTools, sessionEnvironment } from '../../run/session-environment.ts';
import { createSessionFolder } from '../../run/session-folder.ts';
import { makeTemporary } from '../../run/session-temporary.ts';
import { startAgent, type StartedAgent } from '../../run/start-agent.ts';
import { isStoreBusy } from '../../store/dialect/lock-wait.ts';
import { unusable } from '../../store/dialect/unusable.ts';
import { requireHost } from '../../store/host.ts';
import { claimStop, findStop, insertIntent } from '../../store/sessions.ts';
import { admitSession, giveUpProbes, parkedProblem, requireAdmission } from '../custody/admit-session.ts';
import { lockCategory } from '../custody/lock-category.ts';
import { type HeldSession, momentOf, refOf, type StartedSession } from '../custody/session-life.ts';
import { keepWholePlan } from '../custody/whole-plan.ts';
import { checkPlan } from '../planning/check-plan.ts';
import { requireRoom } from '../planning/require-room.ts';
import { tellTrouble } from '../project/event-stream.ts';
import { TOKEN_PREFIX } from '../project/project-redactor.ts';
import { type Project, withPatience } from '../project/project.ts';
import type { Outbox } from '../sinks/outbox.ts';
import { chooseWorkspace, prepareWorkspace } from './prepare-workspace.ts';
import { pullBeforeSession } from './pull-before-session.ts';
import { settleOrphans } from './settle.ts';

export interface StartOptions {
  /** Aborts when a person or a shutdown ends the session; the reason is a sentence. */
  readonly cancelled: AbortSignal;
  /** Gives up the key's lock, which keeps others away until the session is promised. A second call changes nothing. */
  readonly release?: () => void;
  /** Delivers the records of sessions that it settles. */
  readonly outbox: Outbox;
  /** The id that a caller gave it, to tell it apart or because it was promised under it; drawn without one. */
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
): Promise<StartedSession> {
  const { harness, base } = await checkPlan(project, plan);
  const id = options.id ?? drawSessionId();
  const categoryLock = await lockCategory(project, plan.category, id, options.cancelled);
  let isAdmitting = false;
  try {
    await settleOrphans(project, plan.category, options.cancelled, options.outbox);
    refuseWhenCancelled(options.cancelled);
    isAdmitting = true;
    const refused = await admitSession(project, plan, id);
    if (refused) throw parkedProblem(plan.category, refused);
    const token = `${TOKEN_PREFIX}${randomWord(24)}`;
    const promised = await promise(project, { id, plan, harness, categoryLock }, token);
    options.release?.();
    keepStartLog(project, id);
    const setup = plan.isolation === 'worktree' ? plan.setup : null;
    project.events.emit({ name: 'session.promised', session: refOf(promised), setup });
    // The promise is kept, however long another process holds the database.
    return await startPromised(withPatience(project), promised, base, token, options.cancelled);
  } catch (error) {
    categoryLock.release();
    // The caller needs the reason of the refusal, not this error. A claim that stays ends with this process.
    const givenUp = isAdmitting ? giveUpProbes(project, plan, id).catch(() => undefined) : null;
    // The caller has waited for the lock of a database already.
    if (!isStoreBusy(error)) await givenUp;
    throw error;
  }
}

export function drawSessionId(): SessionId {
  return randomWord(SESSION_ID_LENGTH) as SessionId;
}

/**
 * The session's folder and its row: from here on it gets a record, whatever happens.
 *
 * @throws Problem, with nothing left of it, where there is no room for it
 */
async function promise(
  project: Project,
  session: Pick<HeldSession, 'id' | 'plan' | 'harness' | 'categoryLock'>,
  token: string,
): Promise<HeldSession> {
  const { id, plan } = session;
  const start = momentOf(project.clock);
  const files = sessionFiles(project.layout, id);
  const supervisorLock = await createSessionFolder(files, plan.prompt, token);
  try {
    keepWholePlan(files, plan, project.redactor);
    await insertWithRoom(project, id, plan, start);
  } catch (error) {
    supervisorLock.release();
    rmSync(files.folder, { recursive: true, force: true });
    if (error instanceof Problem) throw error;
    throw unusable(project.layout.database, error);
  }
  return { ...session, startedAt: start.at, boot: start.boot, files, warnings: [], supervisorLock };
}

/** Of sessions that start at once, each sees all earlier promises: after a promise in between it looks again. */
async function insertWithRoom(project: Project, id: SessionId, plan: Plan, start: Moment): Promise<void> {
  const drawn = { id: randomWord(SESSION_ID_LENGTH), name: hostname(), at: start.at };
  const host = await requireHost(project.host, drawn);
  for (;;) {
    const after = await requireRoom(project, plan);
    if (await insertIntent(project.store, id, plan, start.at, { host, after, boot: start.boot })) return;
  }
}

/** @throws Problem `interrupted` (130) */
export function refuseWhenCancelled(cancelled: AbortSignal): void {
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
  promised: HeldSession,
  base: string | null,
  token: string,
  cancelled: AbortSignal,
): Promise<StartedSession> {
  let workspace: Workspace | null = null;
  try {
    const choose = (): Promise<Workspace> => chooseWorkspace(project, promised, base);
    workspace = await pullBeforeSession(project, promised, cancelled, choose);
    const temporary = ownTemporary(project, promised);
    await prepareWorkspace(project, promised, workspace, temporary, cancelled);
    refuseWhenCancelled(cancelled);
    await refuseWhenStopped(project, promised.id);
    await requireAdmission(project, promised.plan, promised.id);
    // Nothing may fail between the agent's start and its supervision: an agent would end for it.
    const agent = await launchAgent(project, promised, workspace, temporary, token);
    const { pid } = agent.identity;
    project.events.emit({ name: 'session.started', session: refOf(promised), workspace, pid });
    return { ...promised, workspace, agent, trouble: null };
  } catch (error) {
    if (cancelled.aborted) await claimStop(project.store, promised.id, 'cancelled', String(cancelled.reason));
    return { ...promised, workspace, agent: null, trouble: messageOf(error) };
  }
}

/**
 * Moves what a released process has printed so far into the folder of its session, which has begun; the open file goes
 * on. Most sessions have no such log: their supervisor prints to a terminal.
 */
function keepStartLog(project: Project, id: SessionId): void {
  try {
    renameSync(startLog(project.layout, id), sessionFiles(project.layout, id).supervisorLog);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return;
    // The session is promised: a log in the wrong place must not keep it from its record.
    tellTrouble(project, `the start log of session ${id} stays where it is: ${messageOf(error)}`);
  }
}

/**
 * Where commits, the hooks that log them, and declarations are written; each once. A worktree's own git folder is named
 * beside the repository's, which it lies in: Codex protects it unless it is.
 */
async function writableFolders({ repository, layout }: Project, workspace: string): Promise<string[]> {
  const own = await gitFolderOf(workspace);
  return [...new Set([repository.commonDir, own, layout.folder])].filter((folder) => folder !== null);
}

/** Makes the session's own temporary folder; null where it shares that of the system. */
function ownTemporary(project: Project, { id, plan, files, warnings }: HeldSession): string | null {
  if (plan.tmp === 'shared') return null;
  const made = makeTemporary(id, files, outerEnvironment(project.env));
  if ('folder' in made) return made.folder;
  warnings.push(`${made.trouble}; it shared the temporary folder of the system`);
  return null;
}

/** Starts the agent in its workspace, by the harness of its plan. */
async function launchAgent(
  project: Project,
  promised: HeldSession,
  workspace: Workspace,
  temporary: string | null,
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
  const own = {
    ...command.env,
    STINT_SESSION_ID: id,
    STINT_CATEGORY: plan.category,
    STINT_STATE_DIR: project.layout.folder,
    // When the agent should be done by itself.
    STINT_DEADLINE: new Date(project.clock.now().getTime() + plan.softDeadlineMs).toISOString(),
    // Lets the session declare for itself only.
    STINT_TOKEN: token,
  };
  const tools = prepareSessionTools(project.layout.folder);
  const env = sessionEnvironment(project.env, tools, own, temporary);
  return startAgent({ ...promised, ...command, env, folder: workspace.folder }, project.clock);
}
