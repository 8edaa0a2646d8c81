import type { LandingResult } from '../../domain/landing.ts';
import { tipOf } from '../../git/names.ts';
import { oneLine } from '../../lib/plain-text.ts';
import type { CommandResult } from '../../run/user-commands.ts';
import { checkLanding, inLandingWorktree, landed, type LandingRun, lockedFor } from './landing-run.ts';

const REFUSALS = {
  'not-started': 'no-tool',
  cancelled: 'cancelled',
  'timed-out': 'timed-out',
  'too-long': 'command-failed',
  exited: 'command-failed',
} as const;

/** Hands the work to a command of the user, in a worktree that stands at it. Exit 0 means that it landed. */
export async function landByCommand(run: LandingRun): Promise<LandingResult> {
  const { landing, workspace, work, project } = run;
  if (typeof landing === 'string') return run.refuse('no-tool', 'no command is configured');
  const own = work.commits.at(-1) ?? null;
  const head =
    workspace.branch === null ? own : ((await tipOf(project.repository.top, workspace.branch)) ?? own);
  if (head === null) return run.refuse('git-failed', 'there is no commit to land');
  const failed = await checkLanding(run, head);
  if (failed) return failed;
  const { kind, troubleInFull } = await lockedFor(run, project.layout.landingLock, () =>
    inLandingWorktree(run, head, (folder) => runIn(run, landing.words, folder, head)),
  );
  const words = oneLine(landing.words.join(' '), 80);
  if (troubleInFull === null) return landed(run, { head, detail: `${words} took it` });
  const stopped = kind === 'cancelled' || kind === 'timed-out' ? run.whyStop() : null;
  return stopped ?? run.refuse(REFUSALS[kind], `${words} ${troubleInFull}`);
}

function runIn(
  run: LandingRun,
  words: readonly string[],
  folder: string,
  head: string,
): Promise<CommandResult> {
  const { workspace, work } = run;
  return run.project.commands.run({
    command: { words },
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
    timeoutMs: run.remainingMs(),
    cancelled: run.cancelled,
  });
}
