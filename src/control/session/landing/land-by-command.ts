import { type LandingResult, refuseLanding } from '../../../domain/landing.ts';
import { tipOf } from '../../../git/names.ts';
import { withRepositoryLock } from '../../../git/repository-lock.ts';
import { oneLine } from '../../../lib/plain-text.ts';
import type { CommandResult } from '../../../run/user-commands.ts';
import type { Project } from '../../project/project.ts';
import { checkLanding, inLandingWorktree, type LandingRun } from './landing-run.ts';

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
  const { workspace, work, landing } = run;
  return project.commands.run({
    command: { words: typeof landing === 'string' ? [] : landing.words },
    session: run,
    folder,
    env: {
      STINT_CATEGORY: run.plan.category,
      STINT_BRANCH: workspace.branch ?? '',
      STINT_BASE: workspace.base ?? '',
      STINT_HEAD: head,
      STINT_OUTCOME: work.outcome,
      STINT_GRADE: work.grade === null ? '' : String(work.grade),
    },
    logFile: run.files.landLog,
    timeoutMs: Math.max(1, run.remainingMs()),
    cancelled: run.cancelled,
  });
}

const REFUSALS = {
  'not-started': 'no-tool',
  cancelled: 'cancelled',
  'timed-out': 'timed-out',
  'too-long': 'command-failed',
  exited: 'command-failed',
} as const;

function conclude(run: LandingRun, head: string, result: CommandResult): LandingResult {
  const words = typeof run.landing === 'string' ? '' : oneLine(run.landing.words.join(' '), 80);
  if (result.troubleInFull !== null) {
    const stopped = result.kind === 'cancelled' || result.kind === 'timed-out' ? run.whyStop() : null;
    return stopped ?? refuseLanding('command', REFUSALS[result.kind], `${words} ${result.troubleInFull}`);
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
