import type { LandingResult } from '../../domain/landing.ts';
import { findGh, openPullRequest } from '../../forge/pull-request.ts';
import { pushCommit } from '../../git/landing/push-commit.ts';
import { listUnpushed } from '../../git/landing/range.ts';
import { findTarget } from '../../git/landing/target.ts';
import { tipOf } from '../../git/names.ts';
import { oneLine, plainText } from '../../lib/plain-text.ts';
import { checkLanding, inLandingWorktree, landed, type LandingRun, lockedFor } from './landing-run.ts';

/** What GitHub shows of a title, and enough of a body. */
const LONGEST_TITLE = 72;
const MOST_SUBJECTS = 50;

/** Pushes the session's branch as it is and asks for it to be taken. A branch has one pull request, however often. */
export async function landAsPullRequest(run: LandingRun): Promise<LandingResult> {
  const { workspace, work, refuse } = run;
  const { repository, env, layout } = run.project;
  if (findGh(repository.top, env) === null) return refuse('no-tool', 'there is no program "gh" on PATH');
  if (workspace.baseRef === null)
    return refuse('no-base-branch', 'the session started from a commit, not from a branch');
  const { remote } = await findTarget(repository.top, workspace.baseRef);
  if (remote === null) return refuse('no-remote', 'there is no remote to push the branch to');
  const head = await tipOf(repository.top, workspace.branch ?? '');
  if (head === null) return refuse('git-failed', `the branch ${workspace.branch} is gone`);
  const branch = run.pushedAs;
  if (branch === remote.branch)
    return refuse('push-refused', `its work is on ${branch} itself, which a pull request would go to`);
  const unpushed = await listUnpushed(repository.top, head, workspace.base);
  const foreign = unpushed.find((sha) => !work.commits.includes(sha));
  if (!run.isAsked && foreign !== undefined)
    return refuse(
      'foreign-commits',
      `its branch holds commits that it did not make: ${foreign.slice(0, 12)}`,
    );
  const failed = await checkLanding(run, head);
  if (failed) return failed;
  return inLandingWorktree(run, head, async (folder) => {
    const pushed = await lockedFor(run, layout.repositoryLock, () =>
      pushCommit(run.git, folder, head, { name: remote.name, branch }),
    );
    if (pushed.kind === 'moved') return refuse('push-refused', `${remote.name}/${branch} has other commits`);
    if (pushed.kind === 'refused') return refuse('push-refused', pushed.detail);
    return run.whyStop() ?? askFor(run, folder, { head, branch, base: remote.branch });
  });
}

async function askFor(
  run: LandingRun,
  folder: string,
  { head, branch, base }: { readonly head: string; readonly branch: string; readonly base: string },
): Promise<LandingResult> {
  const asked = await openPullRequest({
    ...describeWork(run),
    commands: run.project.commands,
    session: { id: run.id },
    folder,
    logFile: run.files.landLog,
    timeoutMs: run.remainingMs(),
    head: branch,
    base,
  });
  if (asked.kind === 'failed')
    return run.refuse('pr-failed', `the branch is pushed, but ${oneLine(asked.detail, 300)}`);
  const url = asked.url === null ? null : oneLine(asked.url, 300);
  const what = asked.isNew ? 'a pull request was opened' : 'it has a pull request already';
  return landed(run, { onto: base, head, url, detail: `${what}: ${url ?? 'gh named no address'}` });
}

/** Title and body in the agent's own words, without what could steer a terminal. */
function describeWork({ id, plan, work }: LandingRun): { title: string; body: string } {
  const subjects = work.commitDetails.filter(({ isMerge }) => !isMerge).map(({ subject }) => subject);
  const first = subjects.length === 1 ? (subjects[0] ?? '') : `${plan.category}: ${subjects.at(-1) ?? ''}`;
  const title = oneLine(first, LONGEST_TITLE) || `${plan.category}: session ${id}`;
  const lines = subjects.slice(0, MOST_SUBJECTS).map((subject) => `- ${oneLine(subject, 200)}`);
  return { title, body: plainText(`${lines.join('\n')}\n\nMade by stint session ${id} (${plan.category}).`) };
}
