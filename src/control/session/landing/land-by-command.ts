import { refuseLanding, type LandingResult } from '../../../domain/landing.ts';
import { tipOf } from '../../../git/names.ts';
import { oneLine } from '../../../lib/plain-text.ts';
import { withRepositoryLock } from '../../../git/repository-lock.ts';
import { runUserCommand, type CommandResult } from '../../../run/user-command.ts';
import { checkLanding } from './check-landing.ts';
import { inLandingWorktree } from './landing-worktree.ts';
import type { LandingRun } from '../../custody/landing-run.ts';
import type { Project } from '../../project/project.ts';

/** Hands the work to a command of the user, in a worktree that stands at it. Exit 0 means that it landed. */
export async function landByCommand(project: Project, run: LandingRun): Promise<LandingResult> {
  const { landing, workspace, work } = run;
  if (typeof landing === 'string') return refuseLanding('command', 'no-tool', 'no command is configured');
  const own = work.commits.at(-1) ?? null;
  const head =
    workspace.branch === null ? own : ((await tipOf(project.repository.top, workspace.branch)) ?? own);
  if (head === null) return refuseLanding('command', 'git-failed', 'there is no commit to land');
  const failed = await checkLanding(project, run, head);
  if (failed) return failed;
  const result = await withRepositoryLock(
    project.layout.landingLock,
    () => inLandingWorktree(project, run, head, (folder) => runIn(project, run, folder, head)),
    Math.max(1, run.remainingMs()),
  );
  return conclude(run, head, result);
}

function runIn(project: Project, run: LandingRun, folder: string, head: string): Promise<CommandResult> {
  const { id, workspace, work, landing } = run;
  const env = {
    ...project.env,
    STINT_CATEGORY: run.plan.category,
    STINT_BRANCH: workspace.branch ?? '',
    STINT_BASE: workspace.base ?? '',
    STINT_HEAD: head,
    STINT_OUTCOME: work.outcome,
    STINT_GRADE: work.grade === null ? '' : String(work.grade),
  };
  const command = { words: typeof landing === 'string' ? [] : landing.words };
  const { redactor } = project;
  const logFile = run.files.landLog;
  const timeoutMs = Math.max(1, run.remainingMs());
  const { cancelled } = run;
  const { contain } = run.plan.supervise;
  return runUserCommand(
    { sessionId: id, command, folder, env, contain, logFile, redactor, timeoutMs, cancelled },
    project.clock,
  );
}

function conclude(run: LandingRun, head: string, result: CommandResult): LandingResult {
  const words = typeof run.landing === 'string' ? '' : oneLine(run.landing.words.join(' '), 80);
  switch (result.kind) {
    case 'not-started':
      return refuseLanding('command', 'no-tool', `${words} could not start: ${result.because}`);
    case 'cancelled':
      return run.whyStop() ?? refuseLanding('command', 'cancelled', result.because);
    case 'timed-out':
      return run.whyStop() ?? refuseLanding('command', 'timed-out', `${words} did not end in time`);
    case 'exited':
      if (result.exitCode !== 0) {
        const last = oneLine(result.tail.split('\n').at(-1) ?? '', 200);
        return refuseLanding(
          'command',
          'command-failed',
          `${words} exited with ${result.exitCode}${last === '' ? '' : `: ${last}`}`,
        );
      }
      return {
        kind: 'landed',
        how: 'command',
        onto: null,
        head,
        commits: run.work.commits,
        url: null,
        isBranchSpent: false,
        detail: `${words} took it`,
      };
  }
}
