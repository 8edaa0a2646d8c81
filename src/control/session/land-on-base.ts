import type { LandingRefused, LandingResult } from '../../domain/landing.ts';
import { type Advance, advanceBranch } from '../../git/landing/advance-branch.ts';
import { fetchTip, pushCommit } from '../../git/landing/push-commit.ts';
import { type LandingRange, readRange } from '../../git/landing/range.ts';
import { replayCommits } from '../../git/landing/replay-commits.ts';
import { findTarget, type LandingTarget } from '../../git/landing/target.ts';
import { contains, resolve, tipOf } from '../../git/names.ts';
import { pullLockFile } from '../../git/pull-lock.ts';
import { realPath } from '../../lib/file-system.ts';
import { oneLine } from '../../lib/plain-text.ts';
import { countOf } from '../../lib/quantities.ts';
import { listUnsettled } from '../../store/sessions.ts';
import { isHeld } from '../custody/find-sessions.ts';
import type { Project } from '../project/project.ts';
import { checkLanding, inLandingWorktree, landed, type LandingRun, lockedFor } from './landing-run.ts';

/** So often others may be faster, before it is said that they always are. */
const MOST_TRIES = 20;

/**
 * After so many of them the next one keeps pulls and other landings away from its beginning to its end: among many who
 * are quick, one who prepares beside the lock would never be. A check takes longer, and so keeps others waiting longer.
 */
const TRIES_BESIDE_OTHERS = 2;
const TRIES_WITH_CHECK = 8;

/** Where one landing lands, and from where. */
interface Landing {
  readonly run: LandingRun;
  readonly target: LandingTarget;
  /** Shown to people: `main`, `origin/main`. */
  readonly onto: string;
  readonly base: string;
  /** The tip of the session's branch. */
  readonly head: string;
  /** The worktree to work in. */
  readonly folder: string;
  /** Whether the pull lock is held all the while, and not only where something moves. */
  readonly isAlone: boolean;
}

/**
 * Puts a session's commits onto the branch that it started from, here (`rebase`) or at its remote (`push`). Everything
 * is prepared and checked beside it; then the branch is moved from exactly the commit that it was prepared for, or the
 * whole is done again. Killed at any moment, it has landed or not.
 */
export async function landOnBase(run: LandingRun): Promise<LandingResult> {
  const { workspace, how, project } = run;
  const head = await tipOf(project.repository.top, workspace.branch ?? '');
  if (head === null || workspace.base === null)
    return run.refuse('git-failed', `the branch ${workspace.branch} is gone`);
  if (workspace.baseRef === null)
    return run.refuse('no-base-branch', 'the session started from a commit, not from a branch');
  const target = await findTarget(project.repository.top, workspace.baseRef);
  const onto = how === 'push' ? target.remote && nameOf(target) : target.local;
  if (onto === null) return whyNoTarget(run, target);
  const { base } = workspace;
  return inLandingWorktree(run, head, (folder) =>
    tryUntilLanded({ run, target, onto, base, head, folder, isAlone: false }),
  );
}

function whyNoTarget(run: LandingRun, target: LandingTarget): LandingRefused {
  const ref = run.workspace.baseRef ?? '';
  const short = ref.replace(/^refs\/(heads|remotes)\//, '');
  if (run.how === 'push') return run.refuse('no-remote', `${short} has no branch at any remote`);
  const hint = target.remote ? ` (git branch ${target.remote.branch} ${short})` : '';
  return run.refuse('no-base-branch', `no local branch follows ${short}${hint}`);
}

function nameOf({ remote }: LandingTarget): string {
  return `${remote?.name}/${remote?.branch}`;
}

/** The target is no longer the commit that the landing was prepared for: prepare again. */
interface BaseMoved {
  readonly kind: 'base-moved';
}

/** `addition` ends the sentence about the landing; mostly empty. */
type Move = BaseMoved | { readonly kind: 'moved'; readonly addition: string } | LandingRefused;

async function tryUntilLanded(landing: Landing): Promise<LandingResult> {
  const { run } = landing;
  const besideOthers = run.plan.check && run.isChecked ? TRIES_WITH_CHECK : TRIES_BESIDE_OTHERS;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const stop = run.whyStop();
    if (stop) return stop;
    const result =
      tries < besideOthers
        ? await tryOnce(landing)
        : await withPullLock(run, () => tryOnce({ ...landing, isAlone: true }));
    if (result.kind !== 'base-moved') return result;
  }
  return run.refuse('base-moved', `${landing.onto} moved on ${MOST_TRIES} times meanwhile`);
}

async function tryOnce(landing: Landing): Promise<LandingResult | BaseMoved> {
  const { run, base, head, folder, onto } = landing;
  const found = await readTip(landing);
  if ('trouble' in found) return run.refuse('push-refused', found.trouble);
  const { tip } = found;
  if (tip === null) return run.refuse('no-base-branch', `there is no branch ${onto}`);
  const range = await readRange(folder, { base, head, tip });
  if (range.missing.length === 0) return alreadyThere(landing, range);
  const refused = await refuseRange(landing, range);
  if (refused) return refused;
  const prepared = range.isAhead
    ? { head, commits: range.missing }
    : await replay(landing, tip, range.missing);
  if ('kind' in prepared) return prepared;
  const failed = await checkLanding(run, prepared.head, landing.isAlone);
  if (failed) return failed;
  const stop = run.whyStop();
  if (stop) return stop;
  const moved = await moveTarget(landing, tip, prepared.head);
  if (moved.kind !== 'moved') return moved;
  const isSpent = (await readRange(folder, { base, head, tip: prepared.head })).missing.length === 0;
  const { commits } = prepared;
  const how = range.isAhead ? 'fast-forwarded' : 'replayed';
  const detail = `${countOf(commits.length, 'commit')} ${how} onto ${onto}${moved.addition}`;
  return landed(run, { onto, head, commits, isBranchSpent: run.mayDropBranch && isSpent, detail });
}

/** The commit to land on, as it is now. */
function readTip(landing: Landing): Promise<{ tip: string | null } | { trouble: string }> {
  const { run, target, folder } = landing;
  const { remote, local } = target;
  if (run.how === 'push' && remote) return locked(landing, () => fetchTip(run.git, folder, remote));
  return tipOf(run.project.repository.top, local ?? '').then((tip) => ({ tip }));
}

/** Landed before: by a stint that was killed then, by the agent itself, or by a person. */
function alreadyThere({ run, onto, head }: Landing, range: LandingRange): LandingResult {
  if (range.merges.length > 0 && !mergesAreClean(run, range.merges)) return mergeCommits(run, range.merges);
  const detail = `${onto} has all of it already`;
  return landed(run, { onto, head, commits: range.landed, isBranchSpent: run.mayDropBranch, detail });
}

/** What cannot be landed whole, or is more than the session's own. */
async function refuseRange(
  { run, target, onto, folder }: Landing,
  range: LandingRange,
): Promise<LandingRefused | null> {
  const { refuse } = run;
  if (!range.isAhead && !mergesAreClean(run, range.merges)) return mergeCommits(run, range.merges);
  const own = new Set(run.work.commits);
  const foreign = range.missing.filter((sha) => !own.has(sha));
  if (!run.isAsked && foreign.length > 0)
    return refuse(
      'foreign-commits',
      `its branch holds ${countOf(foreign.length, 'commit')} that it did not make: ${shortList(foreign)}`,
    );
  // What only the remote has must come here by a pull, under its own names.
  const upstream = target.remote && `refs/remotes/${nameOf(target)}`;
  if (run.how === 'rebase' && upstream && foreign.length > 0 && (await resolve(folder, upstream)))
    for (const sha of foreign)
      if (await contains(folder, upstream, sha))
        return refuse('foreign-commits', `${onto} lacks ${nameOf(target)}, which it holds; pull first`);
  return null;
}

/** A merge without changes of its own can be left out of a replay. */
function mergesAreClean({ work }: LandingRun, merges: readonly string[]): boolean {
  return merges.every((sha) =>
    work.commitDetails.some((each) => each.sha === sha && each.isMerge && each.files.length === 0),
  );
}

function mergeCommits({ refuse }: LandingRun, merges: readonly string[]): LandingRefused {
  return refuse(
    'merge-commits',
    `its branch holds a merge with changes of its own, which cannot be replayed: ${shortList(merges)}`,
  );
}

async function replay(
  { run, folder, onto }: Landing,
  tip: string,
  missing: readonly string[],
): Promise<{ head: string; commits: readonly string[] } | LandingRefused> {
  const result = await replayCommits(run.git, folder, tip, missing);
  if (result.kind === 'replayed') return { head: result.head, commits: result.commits };
  if (result.kind === 'failed') return run.refuse('git-failed', result.detail);
  const { commit, files } = result;
  const where = oneLine(files.join(', '), 200);
  return run.refuse('conflict', `${commit.slice(0, 12)} conflicts with ${onto} in ${where}`, files);
}

/** Moves the target from exactly the commit that the landing was prepared for. */
async function moveTarget(landing: Landing, from: string, to: string): Promise<Move> {
  const { run, target, folder } = landing;
  const { remote, local } = target;
  return locked(landing, async () => {
    if (run.how === 'push' && remote) {
      const pushed = await pushCommit(run.git, folder, to, remote);
      if (pushed.kind === 'moved') return { kind: 'base-moved' };
      if (pushed.kind === 'refused') return run.refuse('push-refused', pushed.detail);
      const addition = local === null ? '' : await followRemote(landing, local, to);
      return { kind: 'moved', addition };
    }
    const advance = await moveLocal(run, local ?? '', from, to);
    if (advance.kind === 'refused') return run.refuse(advance.reason, advance.detail, advance.files);
    return advance.kind === 'moved' ? { kind: 'base-moved' } : { kind: 'moved', addition: '' };
  });
}

/** After a push the local branch comes along where it only has to be moved forward; it is the user's otherwise. */
async function followRemote({ run, folder }: Landing, local: string, to: string): Promise<string> {
  const from = await tipOf(run.project.repository.top, local);
  if (from === null || from === to) return '';
  if (!(await contains(folder, to, from))) return `; ${local} here has other commits and stays`;
  const advance = await moveLocal(run, local, from, to);
  return advance.kind === 'refused' ? `; ${local} here stays: ${advance.detail}` : '';
}

function moveLocal({ git, project }: LandingRun, branch: string, from: string, to: string): Promise<Advance> {
  const repository = project.repository.top;
  return advanceBranch(git, { repository, branch, from, to, whyBusy: (folder) => whyBusy(project, folder) });
}

/** Whether the files of a checkout are somebody's who did not ask for this. */
async function whyBusy(project: Project, folder: string): Promise<string | null> {
  if (folder.startsWith(`${realPath(project.layout.worktrees)}/`))
    return `it is checked out in the worktree of a session, ${folder}`;
  for (const session of await listUnsettled(project.store)) {
    const { id, plan, workspace } = session;
    const isHere = plan.isolation === 'shared' && `${workspace?.folder ?? folder}/`.startsWith(`${folder}/`);
    if (isHere && isHeld(project, session))
      return `session ${id} works in the checkout of the branch, ${folder}`;
  }
  return null;
}

/** For what moves: nobody else makes or removes worktrees meanwhile, nor pulls. */
function locked<T>({ run, isAlone }: Landing, work: () => Promise<T>): Promise<T> {
  const inner = (): Promise<T> => lockedFor(run, run.project.layout.repositoryLock, work);
  return isAlone ? inner() : withPullLock(run, inner);
}

/** No pull, of ours or of a shell script, moves the same branch meanwhile, and no session begins in its checkout. */
function withPullLock<T>(run: LandingRun, work: () => Promise<T>): Promise<T> {
  const { commonDir } = run.project.repository;
  return commonDir === null ? work() : lockedFor(run, pullLockFile(commonDir), work);
}

function shortList(shas: readonly string[]): string {
  const names = shas.slice(0, 3).map((sha) => sha.slice(0, 12));
  return `${names.join(', ')}${shas.length > 3 ? ', …' : ''}`;
}
