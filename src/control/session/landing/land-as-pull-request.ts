import { type LandingResult, refuseLanding } from '../../../domain/landing.ts';
import { findGh, openPullRequest } from '../../../forge/pull-request.ts';
import { pushCommit } from '../../../git/landing/push-commit.ts';
import { listUnpushed } from '../../../git/landing/range.ts';
import { findTarget } from '../../../git/landing/target.ts';
import { tipOf } from '../../../git/names.ts';
import { withRepositoryLock } from '../../../git/repository-lock.ts';
import { oneLine, plainText } from '../../../lib/plain-text.ts';
import type { Project } from '../../project/project.ts';
import { checkLanding, inLandingWorktree, type LandingRun } from './landing-run.ts';

/** What GitHub shows of a title, and enough of a body. */
const LONGEST_TITLE = 72;
const MOST_SUBJECTS = 50;

/** Pushes the session's branch as it is and asks for it to be taken. A branch has one pull request, however often. */
export async function landAsPullRequest(project: Project, run: LandingRun): Promise<LandingResult> {
  const { repository, env } = project;
  const { workspace } = run;
  const refuse = (reason: 'no-tool' | 'no-remote' | 'no-base-branch' | 'git-failed', detail: string) =>
    refuseLanding('pr', reason, detail);
  if (findGh(repository.top, env) === null) return refuse('no-tool', 'there is no program "gh" on PATH');
  if (workspace.baseRef === null)
    return refuse('no-base-branch', 'the session started from a commit, not from a branch');
  const { remote } = await findTarget(repository.top, workspace.baseRef);
  if (remote === null) return refuse('no-remote', 'there is no remote to push the branch to');
  const branch = workspace.branch ?? '';
  const head = await tipOf(repository.top, branch);
  if (head === null) return refuse('git-failed', `the branch ${branch} is gone`);
  const foreign = await foreignCommits(project, run, head);
  if (!run.isAsked && foreign.length > 0)
    return refuseLanding(
      'pr',
      'foreign-commits',
      `its branch holds commits that it did not make: ${foreign[0]?.slice(0, 12)}`,
    );
  const failed = await checkLanding(project, run, head);
  if (failed) return failed;
  return inLandingWorktree(project, run, head, async (folder) => {
    const pushed = await withRepositoryLock(
      project.layout.repositoryLock,
      () => pushCommit(run.git, folder, head, { name: remote.name, branch }),
      Math.max(1, run.remainingMs()),
    );
    if (pushed.kind !== 'pushed')
      return refuseLanding(
        'pr',
        'push-refused',
        pushed.kind === 'moved' ? `${remote.name}/${branch} has other commits` : pushed.detail,
      );
    const request = { folder, head: branch, base: remote.branch, ...describeWork(run) };
    return askFor(project, run, head, request);
  });
}

async function askFor(
  project: Project,
  run: LandingRun,
  head: string,
  request: { folder: string; head: string; base: string; title: string; body: string },
): Promise<LandingResult> {
  const stop = run.whyStop();
  if (stop) return stop;
  const timeoutMs = Math.max(1, Math.ceil(run.remainingMs()));
  const { commands } = project;
  const session = { id: run.id };
  const logFile = run.files.landLog;
  const asked = await openPullRequest({ ...request, commands, session, logFile, timeoutMs });
  if (asked.kind === 'failed')
    return refuseLanding('pr', 'pr-failed', `the branch is pushed, but ${oneLine(asked.detail, 300)}`);
  const url = asked.url === null ? null : oneLine(asked.url, 300);
  return {
    kind: 'landed',
    how: 'pr',
    onto: request.base,
    head,
    commits: run.work.commits,
    url,
    isBranchSpent: false,
    detail: `${asked.isNew ? 'a pull request was opened' : 'it has a pull request already'}: ${url ?? 'gh named no address'}`,
  };
}

/** Commits of the branch that neither the session made nor the remote's base has. */
async function foreignCommits(
  project: Project,
  { work, workspace }: LandingRun,
  head: string,
): Promise<string[]> {
  const found = await listUnpushed(project.repository.top, head, workspace.base);
  return found.filter((sha) => !work.commits.includes(sha));
}

/** Title and body in the agent's own words, without what could steer a terminal. */
function describeWork({ id, plan, work }: LandingRun): { title: string; body: string } {
  const subjects = work.commitDetails.filter(({ isMerge }) => !isMerge).map(({ subject }) => subject);
  const first = subjects.length === 1 ? (subjects[0] ?? '') : `${plan.category}: ${subjects.at(-1) ?? ''}`;
  const title = oneLine(first, LONGEST_TITLE) || `${plan.category}: session ${id}`;
  const lines = subjects.slice(0, MOST_SUBJECTS).map((subject) => `- ${oneLine(subject, 200)}`);
  return { title, body: plainText(`${lines.join('\n')}\n\nMade by stint session ${id} (${plan.category}).`) };
}
