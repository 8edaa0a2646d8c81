import { existsSync } from 'node:fs';
import { refuseLanding, type LandingResult } from '../../../domain/landing.ts';
import { formatDuration } from '../../../lib/duration.ts';
import { messageOf, Problem, systemErrorCode } from '../../../lib/problem.ts';
import { endTree } from '../../../run/end-tree.ts';
import { isAtRemote, isInner, listChangedLinks } from '../../../git/inner-repositories.ts';
import { LandingGit } from '../../../git/landing/landing-git.ts';
import { SessionTree } from '../../../run/session-tree.ts';
import { landAsPullRequest } from './land-as-pull-request.ts';
import { landByCommand } from './land-by-command.ts';
import { landOnBase } from './land-on-base.ts';
import { wayOf, type LandingRequest, type LandingRun } from './landing-run.ts';
import type { Project } from '../../project/project.ts';

/**
 * Lands a session's work as its plan says. Never throws for what the world says no to: that is a fact for the record,
 * and the work stays on its branch.
 */
export async function landWork(project: Project, request: LandingRequest): Promise<LandingResult> {
  const { landTimeoutMs } = request.plan;
  const how = wayOf(request.landing);
  const startMs = project.clock.monotonicMs();
  const remainingMs = (): number => startMs + landTimeoutMs - project.clock.monotonicMs();
  const late = (): LandingResult =>
    refuseLanding(how, 'timed-out', `it took longer than ${formatDuration(landTimeoutMs)}`);
  const [deadline, done] = [new AbortController(), new AbortController()];
  const timer = endWhenLate(project, request, deadline, done.signal);
  const whyStop = (): LandingResult | null => {
    if (request.cancelled.aborted) return refuseLanding(how, 'cancelled', String(request.cancelled.reason));
    return remainingMs() <= 0 ? late() : null;
  };
  const cancelled = AbortSignal.any([request.cancelled, deadline.signal]);
  const git = new LandingGit(request.id, project.env, remainingMs);
  const run: LandingRun = { ...request, cancelled, how, git, remainingMs, whyStop };
  try {
    const result = (await refuseDangling(run)) ?? (await landBy(project, run));
    return (result.kind === 'refused' && whyStop()) || result;
  } catch (error) {
    // A system error, too, such as a full disk for the log.
    if (!(error instanceof Problem) && systemErrorCode(error) === null) throw error;
    return whyStop() ?? refuseLanding(how, 'git-failed', messageOf(error));
  } finally {
    done.abort();
    await timer;
  }
}

/** A link to a commit that only the session's worktree has would lead nowhere for everybody else. */
async function refuseDangling({ how, workspace }: LandingRun): Promise<LandingResult | null> {
  const { folder, base } = workspace;
  if (base === null || workspace.isolation !== 'worktree' || !existsSync(folder)) return null;
  for (const link of await listChangedLinks(folder, base, 'HEAD')) {
    if (!isInner(folder, link.path) || (await isAtRemote(folder, link.path, link.commit))) continue;
    const what = `commit ${link.commit.slice(0, 12)} of ${link.path}`;
    return refuseLanding(how, 'unpushed-submodule', `${what} is nowhere but in ${folder}`, [link.path]);
  }
  return null;
}

function landBy(project: Project, run: LandingRun): Promise<LandingResult> {
  switch (run.how) {
    case 'rebase':
    case 'push':
      return landOnBase(project, run);
    case 'pr':
      return landAsPullRequest(project, run);
    case 'command':
      return landByCommand(project, run);
  }
}

/** When the time is over, all that works for the landing ends: a hook that hangs keeps its git from ending. */
async function endWhenLate(
  project: Project,
  { id, plan }: LandingRequest,
  deadline: AbortController,
  done: AbortSignal,
): Promise<void> {
  await project.clock.sleep(plan.landTimeoutMs, done);
  if (done.aborted) return;
  deadline.abort('landing took too long');
  const tree = new SessionTree(id, null);
  await endTree(tree, null, plan.supervise.graceMs, project.clock);
}
