import { existsSync } from 'node:fs';
import type { SessionId } from '../../domain/ids.ts';
import { hasWorkToLand, type LandingResult, typedBranch } from '../../domain/landing.ts';
import type { LandingWay } from '../../domain/record-words.ts';
import { sessionBranch, sessionFiles } from '../../domain/layout.ts';
import type { Landing } from '../../domain/plan.ts';
import type { SessionRecord } from '../../domain/record.ts';
import type { StoredSession, Workspace } from '../../domain/session.ts';
import { tryLock } from '../../lib/file-lock.ts';
import { tipOf } from '../../git/names.ts';
import { makeFolder } from '../../lib/make-folder.ts';
import { Problem, wrongCall } from '../../lib/problem.ts';
import { findRecord } from '../../store/records.ts';
import { findSession } from '../../store/sessions.ts';
import { dropLandedBranches } from '../session/clear-worktrees.ts';
import { landWork } from '../session/land-work.ts';
import { wayOf, type LandingRequest } from '../session/landing-run.ts';
import { withPatience, type Project } from '../project/project.ts';
import { readWholePlan } from '../custody/whole-plan.ts';
import { amend, type Proposal } from './correcting/amend.ts';

export interface LandRequest {
  /** The first letters of the session's id. */
  readonly session: string;
  /** Null means as its category says, or `rebase` where that is `branch`. */
  readonly how: LandingWay | null;
  /** False lands it without asking the check. */
  readonly isChecked: boolean;
}

interface LandOptions extends Omit<LandRequest, 'session'> {
  readonly cancelled: AbortSignal;
}

/** The result of a landing, as `--json` prints it. */
export interface LandResult extends Pick<SessionRecord, 'id' | 'landing' | 'category' | 'branch'> {
  /** False when it had landed before, so that this call changed nothing. */
  readonly isNew: boolean;
}

/** A recorded session whose work could land, and how. */
interface Candidate {
  readonly record: SessionRecord;
  readonly session: StoredSession;
  /** With the branch that its work is on. */
  readonly workspace: Workspace;
  readonly landing: LandingRequest['landing'];
}

/**
 * Lands the work of a recorded session because a person asks for it. What comes of it is an amendment of the record.
 *
 * @throws Problem `not_recorded` (75), `nothing_to_land`, `branch_gone`, `in_session`, `busy` (75)
 */
export async function landRecorded(
  project: Project,
  id: SessionId,
  options: LandOptions,
): Promise<LandResult> {
  await requireLandable(project, id, options);
  const files = sessionFiles(project.layout, id);
  // What was cleaned away is needed for the lock and the log.
  makeFolder(files.folder);
  using lock = await tryLock(files.supervisorLock);
  if (!lock)
    throw new Problem('busy', `Somebody else is landing session ${id}.`, 'Try again when they are done.', 75);
  const { record, session, workspace, landing } = await requireLandable(project, id, options);
  if (hasLanded(record, landing) || (await isBranchGone(project, record)))
    return resultOf(record, record.landing, false);
  const isStanding = record.keptWorktree !== null && existsSync(record.keptWorktree);
  const result = await landWork(project, {
    id,
    plan: session.plan,
    files,
    workspace,
    work: record,
    landing,
    isAsked: true,
    isChecked: options.isChecked,
    mayDropBranch: !isStanding && record.wasBranchThere !== true,
    pushedAs: record.wasBranchThere ? sessionBranch(session.category, id) : (record.branch ?? ''),
    cancelled: options.cancelled,
  });
  project.events.emit({
    name: 'landing.done',
    session: { id, category: session.category },
    landing: result,
  });
  // What landed otherwise before has landed, whatever comes of another way.
  if (result.kind === 'landed' || record.landing.kind !== 'landed')
    await amend(withPatience(project), [proposeLanding(project, id, result)], true);
  await dropLandedBranches(project, session.workspace ?? workspace, { ...record, landing: result });
  return resultOf(record, result, true);
}

function resultOf(
  { id, category, branch }: SessionRecord,
  landing: LandingResult,
  isNew: boolean,
): LandResult {
  return { id, isNew, landing, category, branch };
}

function proposeLanding(project: Project, sessionId: SessionId, landing: LandingResult): Proposal {
  const at = project.clock.now().toISOString();
  const why = landing.kind === 'none' ? '' : `stint land --how ${landing.how}`;
  return { stamp: { sessionId, at, who: 'stint:land', why }, decide: () => ({ facts: { landing } }) };
}

/** Refuses what cannot land whatever is tried. Reads only. */
export async function requireLandable(
  project: Project,
  id: SessionId,
  { how }: Pick<LandOptions, 'how'>,
): Promise<Candidate> {
  if (project.env['STINT_SESSION_ID'] && project.env['STINT_TOKEN'])
    throw new Problem(
      'in_session',
      `This is inside session ${project.env['STINT_SESSION_ID']}, and no session lands work.`,
      'Let it end; stint lands it as its category says.',
    );
  const history = await findRecord(project.store, id);
  const stored = await findSession(project.store, id);
  if (!history)
    throw new Problem('not_recorded', `Session ${id} has no record yet.`, 'Try again when it has ended.', 75);
  const { record } = history;
  const files = sessionFiles(project.layout, id);
  const session = stored && { ...stored, plan: readWholePlan(files, stored.plan, project.redactor) };
  if (!hasWorkToLand(record) || !session?.workspace)
    throw new Problem(
      'nothing_to_land',
      `Session ${id} is ${record.outcome} with ${record.commits.length} commits of its own: nothing of it can land.`,
      `See \`stint show ${id}\`.`,
    );
  const landing = chooseWay(session.plan.land, how, record);
  const isGone = await isBranchGone(project, record);
  if (isGone && record.landing.kind !== 'landed')
    throw new Problem(
      'branch_gone',
      `The branch ${record.branch} of session ${id} is gone.`,
      `Where git still has its work: git branch ${typedBranch(record.branch ?? '')} ${record.commits.at(-1)?.slice(0, 12)}`,
      1,
    );
  return { record, session, workspace: { ...session.workspace, branch: record.branch }, landing };
}

function chooseWay(
  configured: Landing,
  how: LandingWay | null,
  record: SessionRecord,
): LandingRequest['landing'] {
  const wanted = how ?? (configured === 'branch' ? 'rebase' : wayOf(configured));
  if (wanted === 'command') {
    if (typeof configured !== 'string') return configured;
    throw wrongCall(
      `--how is command, and ${record.category} had no landing command when session ${record.id} started.`,
      'Use rebase, push or pr.',
    );
  }
  if (record.branch !== null) return wanted;
  throw new Problem(
    'nothing_to_land',
    `Session ${record.id} has no branch of its own, so --how ${wanted} has nothing to land.`,
    `Its commits are where it made them: git show ${record.commits.at(-1)?.slice(0, 12)}`,
  );
}

/** Landing the same way twice is landing once. */
function hasLanded({ landing }: SessionRecord, wanted: LandingRequest['landing']): boolean {
  return landing.kind === 'landed' && landing.how === wayOf(wanted);
}

async function isBranchGone(project: Project, { branch }: SessionRecord): Promise<boolean> {
  if (branch === null) return false;
  return (await tipOf(project.repository.top, branch)) === null;
}
