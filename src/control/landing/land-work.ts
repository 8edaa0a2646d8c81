import { refuseLanding, type LandingResult } from '../../domain/landing.ts';
import { formatDuration } from '../../lib/duration.ts';
import { messageOf, Problem } from '../../lib/problem.ts';
import { endTree } from '../../run/end-tree.ts';
import { LandingGit } from '../../run/landing-git.ts';
import { SessionTree } from '../../run/session-tree.ts';
import { landAsPullRequest } from './land-as-pull-request.ts';
import { landByCommand } from './land-by-command.ts';
import { landOnBase } from './land-on-base.ts';
import { wayOf, type LandingRequest, type LandingRun } from './landing-run.ts';
import type { Project } from '../project.ts';

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
    const result = await landBy(project, run);
    return (result.kind === 'refused' && whyStop()) || result;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return whyStop() ?? refuseLanding(how, 'git-failed', messageOf(error));
  } finally {
    done.abort();
    await timer;
  }
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
  const tree = new SessionTree(id, null, project.looks);
  await endTree(tree, null, plan.supervise.graceMs, project.clock);
}
