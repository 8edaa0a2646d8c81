import type { Landed, LandingRefusal, LandingRefused } from '../../domain/landing.ts';
import type { Landing } from '../../domain/plan.ts';
import type { LandingWay } from '../../domain/record-words.ts';
import type { SessionRecord } from '../../domain/record.ts';
import type { Workspace } from '../../domain/session.ts';
import { describeCommand } from '../../domain/settings/user-command.ts';
import { checkCommit, type CheckPlace } from '../../evidence/check-work.ts';
import { findCheck, saveCheck } from '../../store/checks.ts';
import type { LandingGit } from '../../git/landing/landing-git.ts';
import { withRepositoryLock } from '../../git/repository-lock.ts';
import { addWorktree, removeWorktree } from '../../git/worktree.ts';
import { randomWord } from '../../lib/random.ts';
import type { EndedSession } from '../custody/session-life.ts';
import type { Project } from '../project/project.ts';

/** `cancelled` aborts when no caller waits for the landing any more. */
export interface LandingRequest extends Pick<EndedSession, 'id' | 'plan' | 'files' | 'cancelled'> {
  readonly workspace: Workspace;
  readonly work: Pick<SessionRecord, 'outcome' | 'grade' | 'commits' | 'commitDetails'>;
  readonly landing: Exclude<Landing, 'branch'>;
  /** A person asked for it: the branch lands with all its commits, whatever their author. */
  readonly isAsked: boolean;
  /** False when that person wants no check. */
  readonly isChecked: boolean;
  /** False where a worktree stays that stands on the branch, and where the branch was there before the session. */
  readonly mayDropBranch: boolean;
  /** The name of its branch at a remote: a branch that was there before the session is not the session's to push. */
  readonly pushedAs: string;
}

/** One landing while it goes on. */
export interface LandingRun extends LandingRequest {
  readonly project: Project;
  readonly how: LandingWay;
  readonly git: LandingGit;
  /** The time that is left for what waits, at least 1. */
  readonly remainingMs: () => number;
  /** Why it has to end now, null when it may go on. */
  readonly whyStop: () => LandingRefused | null;
  readonly refuse: (reason: LandingRefusal, detail: string, files?: readonly string[]) => LandingRefused;
}

/** The work has left its branch, which stays. */
export function landed(
  { how, work }: LandingRun,
  facts: Pick<Landed, 'head' | 'detail'> & Partial<Landed>,
): Landed {
  const { commits } = work;
  const usual = { onto: null, head: null, commits, url: null, isBranchSpent: false, detail: '' };
  return { kind: 'landed', how, ...usual, ...facts };
}

/** Waits for a lock no longer than the landing may take. */
export function lockedFor<T>(run: LandingRun, file: string, work: () => Promise<T>): Promise<T> {
  return withRepositoryLock(file, work, run.remainingMs());
}

export function wayOf(landing: LandingRequest['landing']): LandingWay {
  return typeof landing === 'string' ? landing : 'command';
}

/** Gives a landing a worktree of its own at a commit, and takes it away again. A killed one goes at the next start. */
export async function inLandingWorktree<T>(
  { id, project }: LandingRun,
  commit: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const { layout, repository } = project;
  const { repositoryLock } = layout;
  const folder = `${layout.worktrees}/land-${id}-${randomWord(4)}`;
  const wanted = { repository, repositoryLock, folder, branch: null };
  await addWorktree({ ...wanted, base: commit, sessionId: id });
  try {
    return await work(folder);
  } finally {
    // What came of the landing is not to be hidden by what could not be tidied up.
    await removeWorktree(repository.top, repositoryLock, folder).catch(() => false);
  }
}

/** Whether a commit may land: the check passes on exactly its files. The same files are asked once. */
export async function checkLanding(
  run: LandingRun,
  commit: string,
  isPullLocked = false,
): Promise<LandingRefused | null> {
  const { check } = run.plan;
  if (!check || !run.isChecked) return null;
  const { result, detail } = await checkCommit(
    checkPlace(run.project),
    { ...run, isPullLocked },
    check,
    commit,
  );
  if (result === 'passed') return null;
  const name = describeCommand(check);
  return result === 'failed'
    ? run.refuse('check-failed', `${name} fails on what would land: ${detail}`)
    : run.refuse('check-not-run', `${name} could not run on what would land: ${detail}`);
}

/** Where the commits of a project are checked. */
export function checkPlace({ store, clock, ...rest }: Project): CheckPlace {
  return {
    ...rest,
    memory: {
      find: (tree, command) => findCheck(store, tree, command),
      save: (tree, command, check) => saveCheck(store, tree, command, check, clock.now().toISOString()),
    },
  };
}
