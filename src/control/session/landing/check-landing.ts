import { refuseLanding, type LandingRefused } from '../../../domain/landing.ts';
import { describeCommand } from '../../../domain/settings/user-command.ts';
import type { LandingRun } from '../../custody/landing-run.ts';
import type { Project } from '../../project/project.ts';
import { checkCommit } from '../../../evidence/check-work.ts';
import { checkPlace } from '../evidence/evidence-sources.ts';

/** Whether a commit may land: the check passes on exactly its files. The same files are asked once. */
export async function checkLanding(
  project: Project,
  run: LandingRun,
  commit: string,
  isPullLocked = false,
): Promise<LandingRefused | null> {
  const { check } = run.plan;
  if (!check || !run.isChecked) return null;
  const { result, detail } = await checkCommit(checkPlace(project), { ...run, isPullLocked }, check, commit);
  if (result === 'passed') return null;
  const name = describeCommand(check);
  return result === 'failed'
    ? refuseLanding(run.how, 'check-failed', `${name} fails on what would land: ${detail}`)
    : refuseLanding(run.how, 'check-not-run', `${name} could not run on what would land: ${detail}`);
}
