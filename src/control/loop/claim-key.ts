import path from 'node:path';
import type { SessionId } from '../../domain/ids.ts';
import { keyFolderName } from '../../domain/layout.ts';
import type { Plan } from '../../domain/plan.ts';
import type { SessionRecord } from '../../domain/record.ts';
import { adviseRetry } from '../../domain/retry-advice.ts';
import type { StoredSession } from '../../domain/session.ts';
import { createHarness } from '../../harness/create-harness.ts';
import { type FileLock, waitForLock } from '../../lib/file-lock.ts';
import { makeFolder } from '../../lib/make-folder.ts';
import { oneLine } from '../../lib/plain-text.ts';
import { Problem, wrongCall } from '../../lib/problem.ts';
import { createRedactor } from '../../lib/redact.ts';
import { findRecord } from '../../store/records.ts';
import { listAttempts } from '../../store/sessions.ts';
import { amend } from '../desk/correcting/amend.ts';
import { askAboutSessions, commitsWithoutBranch } from '../desk/correcting/ask-about-sessions.ts';
import { proposeForgeNews } from '../desk/correcting/propose-forge-news.ts';
import { withHarness } from '../planning/make-plan.ts';
import type { Project } from '../project/project.ts';
import { refuseWhenCancelled } from '../session/begin-session.ts';
import { endOverdue } from '../session/stop-session.ts';
import { clearWorkspace } from '../session/clear-worktrees.ts';
import { settleUnsupervised } from '../session/settle.ts';

/** The session that has delivered a named piece of work before: nothing is to be started. */
export interface ReusedWork extends Pick<
  SessionRecord,
  'id' | 'thread' | 'key' | 'outcome' | 'grade' | 'commits'
> {
  readonly reused: true;
  readonly reason: string;
}

/** The plan by which a named piece of work may start, and notes on it for a person. */
interface Claim {
  readonly plan: Plan;
  readonly notes: readonly string[];
}

const LONGEST_KEY = 200;
/** What an agent called its conversation becomes a word of a command line: never one that reads as an option. */
const THREAD = /^[a-z0-9][\w-]{0,127}$/i;
/** What has not been brought to an end by then will not be by going on. */
const MOST_RESUMES = 3;
/** Deciding about a key takes well under a second, and a check that is judged again some more. */
const LOCK_LIMIT_MS = 60_000;

/** @throws Problem `usage` */
export function requireKey(key: string): string {
  // What is no letter, digit or sign would not be told apart in a list.
  const isName = key.length > 0 && key.length <= LONGEST_KEY && /^[\x21-\x7e]+$/.test(key);
  // A secret would be taken out before it is stored, and the work never be found under it again.
  if (isName && createRedactor().text(key) === key) return key;
  throw wrongCall(
    `--key is "${oneLine(key, 40)}".`,
    `It must be 1 to ${LONGEST_KEY} letters, digits and signs without blanks and no secret, such as issue-42.`,
  );
}

/**
 * Decides about a piece of work that has a name: it is done once. An attempt that delivered is its result; while one
 * runs there is no second; one that was interrupted is judged by what is known now before another starts.
 *
 * @returns what may start; its `release` is called as soon as its session is promised, or cannot be
 * @throws Problem `running` (75) with the id of the session that has it
 */
export async function claimKey(
  project: Project,
  plan: Plan,
  key: string,
  cancelled: AbortSignal,
): Promise<ReusedWork | (Claim & { readonly release: () => void })> {
  await endOverdue(project, cancelled);
  const lock = await lockKey(project, key, cancelled);
  try {
    const claimed = await decide(project, { ...plan, key }, key, cancelled);
    if ('plan' in claimed) return { ...claimed, release: () => lock.release() };
    lock.release();
    return claimed;
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** With the key's lock in our hands: nobody else starts an attempt meanwhile. */
async function decide(
  project: Project,
  plan: Plan,
  key: string,
  cancelled: AbortSignal,
): Promise<ReusedWork | Claim> {
  const attempts = await listAttempts(project.store, key);
  for (const attempt of attempts) await settle(project, attempt, cancelled);
  const [last] = attempts;
  if (!last) return { plan, notes: [] };
  const before = await findDelivered(project, key);
  if (before) return before;
  const notes = await hearOfAttempts(project, attempts, cancelled);
  const delivered = await findDelivered(project, key);
  if (delivered) return delivered;
  const decided = await goOn(project, plan, last, attempts);
  return { ...decided, notes: [...notes, ...decided.notes] };
}

/** Goes on with an attempt where that is worth it and can be done; else starts anew, and says why. */
async function goOn(
  project: Project,
  plan: Plan,
  last: StoredSession,
  attempts: readonly StoredSession[],
): Promise<Claim> {
  const record = (await findRecord(project.store, last.id))?.record;
  if (!record) return { plan, notes: [`the earlier attempt ${last.id} has no record; starting anew`] };
  const advice = adviseRetry(record, null);
  const fresh = (because: string): Claim => ({
    plan,
    notes: [`${last.id} ended ${record.outcome} before; starting anew: ${because}`],
  });
  if (advice.kind !== 'resume') return fresh(advice.because);
  const resumes = attempts.findIndex((each) => each.plan.resume === null);
  if (resumes >= MOST_RESUMES)
    return fresh(`its conversation was gone on with ${resumes} times and delivered nothing`);
  if (!THREAD.test(advice.thread)) return fresh('its conversation has a name that cannot be passed on');
  const same = asBefore(project, plan, last.plan);
  if (same === null) return fresh(`it ran with ${record.harness}`);
  if (!createHarness(same.harnessSettings).canResume) return fresh(`${same.harness} cannot go on with it`);
  if (record.keptWorktree !== null) return fresh(`its worktree is kept in ${record.keptWorktree}`);
  await clearWorkspace(project, last.workspace, record);
  const resume = { sessionId: last.id, thread: advice.thread, salvage: record.salvage };
  return { plan: { ...same, resume }, notes: [`going on with ${last.id}: ${advice.because}`] };
}

/** A conversation goes on with the harness and model that it began with; null where that harness cannot start now. */
function asBefore(project: Project, plan: Plan, { harness, model }: Plan): Plan | null {
  const isSame = harness === plan.harness;
  if (isSame && model === plan.model) return plan;
  const candidate = plan.arm?.candidates.find((each) => each.harness === harness && each.model === model);
  if (candidate?.trouble === null) return withHarness(project.settings(), plan, harness, model);
  return isSame ? plan : null;
}

/** The attempt at a piece of work that delivered; null while none has. Asked before any lock or plan. */
export async function findDelivered(
  project: Pick<Project, 'store'>,
  key: string,
): Promise<ReusedWork | null> {
  for (const { id } of await listAttempts(project.store, key)) {
    const record = (await findRecord(project.store, id))?.record;
    if (record?.outcome !== 'productive') continue;
    const { thread, outcome, grade, commits } = record;
    const reason = `session ${id} delivered it on ${record.endedAt.slice(0, 10)}`;
    return { id, thread, key: record.key, reused: true, reason, outcome, grade, commits };
  }
  return null;
}

/** @throws Problem `running` (75) while it lives */
async function settle(project: Project, attempt: StoredSession, cancelled: AbortSignal): Promise<void> {
  if (await findRecord(project.store, attempt.id)) return;
  await settleUnsupervised(project, attempt, cancelled);
  if (await findRecord(project.store, attempt.id)) return;
  throw new Problem(
    'running',
    `${attempt.plan.key ?? ''} is being worked on by session ${attempt.id}.`,
    'Try again when it has ended; `stint status` shows on what it waits.',
    75,
  );
}

async function lockKey(project: Project, key: string, cancelled: AbortSignal): Promise<FileLock> {
  makeFolder(project.layout.keys);
  const file = path.join(project.layout.keys, `${keyFolderName(key)}.lock`);
  const lock = await waitForLock(file, LOCK_LIMIT_MS, cancelled);
  if (lock) return lock;
  refuseWhenCancelled(cancelled);
  throw new Problem('busy', `Another start of ${key} is under way.`, 'Try again in a moment.', 75);
}

/**
 * Asks the forge about attempts whose commits no branch has any more: their pull request may have been merged, and its
 * branch deleted, before they were interrupted. What it says is amended. Work that is on a branch needs no forge.
 *
 * @returns sentences on what could not be asked
 */
async function hearOfAttempts(
  project: Project,
  attempts: readonly { readonly id: SessionId }[],
  cancelled: AbortSignal,
): Promise<string[]> {
  const records: SessionRecord[] = [];
  for (const { id } of attempts) {
    const record = (await findRecord(project.store, id))?.record;
    if (record && commitsWithoutBranch(record).length > 0) records.push(record);
  }
  const round = await askAboutSessions(project, { records, cancelled });
  await amend(project, await proposeForgeNews(project, round.news), true);
  if (round.trouble === null) return [];
  const ids = records.filter(({ id }) => !round.news.has(id)).map(({ id }) => id);
  return [
    `the forge could not say whether it has the commits of ${ids.join(', ')}: ${oneLine(round.trouble, 200)}`,
  ];
}
