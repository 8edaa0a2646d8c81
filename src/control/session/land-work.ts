import { existsSync } from 'node:fs';
import { type LandingRefused, type LandingResult, refuseLanding } from '../../domain/landing.ts';
import type { LandingWay } from '../../domain/record-words.ts';
import { formatDuration } from '../../lib/duration.ts';
import { messageOf, Problem, systemErrorCode } from '../../lib/problem.ts';
import { endTree } from '../../run/end-tree.ts';
import { isAtRemote, isInner, listChangedLinks } from '../../git/inner-repositories.ts';
import { landingGit } from '../../git/landing/landing-git.ts';
import { SessionTree } from '../../run/session-tree.ts';
import { landAsPullRequest } from './land-as-pull-request.ts';
import { landByCommand } from './land-by-command.ts';
import { landOnBase } from './land-on-base.ts';
import { wayOf, type LandingRequest, type LandingRun } from './landing-run.ts';
import type { Project } from '../project/project.ts';

/**
 * Lands a session's work as its plan says. Never throws for what the world says no to: that is a fact for the record,
 * and the work stays on its branch.
 */
export async function landWork(project: Project, request: LandingRequest): Promise<LandingResult> {
  const { landTimeoutMs } = request.plan;
  const how = wayOf(request.landing);
  const startMs = project.clock.monotonicMs();
  const leftMs = (): number => startMs + landTimeoutMs - project.clock.monotonicMs();
  const remainingMs = (): number => Math.max(1, Math.ceil(leftMs()));
  const refuse: LandingRun['refuse'] = (...why) => refuseLanding(how, ...why);
  const [deadline, done] = [new AbortController(), new AbortController()];
  const timer = endWhenLate(project, request, deadline, done.signal);
  const whyStop = (): LandingRefused | null => {
    if (request.cancelled.aborted) return refuse('cancelled', String(request.cancelled.reason));
    return leftMs() <= 0 ? refuse('timed-out', `it took longer than ${formatDuration(landTimeoutMs)}`) : null;
  };
  const cancelled = AbortSignal.any([request.cancelled, deadline.signal]);
  const git = landingGit(request.id, project.env, remainingMs);
  const run: LandingRun = { ...request, project, cancelled, how, git, remainingMs, whyStop, refuse };
  try {
    const result = (await refuseDangling(run)) ?? (await LANDINGS[how](run));
    return (result.kind === 'refused' && whyStop()) || result;
  } catch (error) {
    // A system error, too, such as a full disk for the log.
    if (!(error instanceof Problem) && systemErrorCode(error) === null) throw error;
    return whyStop() ?? refuse('git-failed', messageOf(error));
  } finally {
    done.abort();
    await timer;
  }
}

/** A link to a commit that only the session's worktree has would lead nowhere for everybody else. */
async function refuseDangling({ workspace, refuse }: LandingRun): Promise<LandingResult | null> {
  const { folder, base } = workspace;
  if (base === null || workspace.isolation !== 'worktree' || !existsSync(folder)) return null;
  for (const link of await listChangedLinks(folder, base, 'HEAD')) {
    if (!isInner(folder, link.path) || (await isAtRemote(folder, link.path, link.commit))) continue;
    const what = `commit ${link.commit.slice(0, 12)} of ${link.path}`;
    return refuse('unpushed-submodule', `${what} is nowhere but in ${folder}`, [link.path]);
  }
  return null;
}

const LANDINGS: Readonly<Record<LandingWay, (run: LandingRun) => Promise<LandingResult>>> = {
  rebase: landOnBase,
  push: landOnBase,
  pr: landAsPullRequest,
  command: landByCommand,
};

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
