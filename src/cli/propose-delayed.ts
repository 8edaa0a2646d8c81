import type { Proposal } from '../control/desk/correcting/amend.ts';
import type { ForgeRound } from '../control/desk/correcting/ask-about-sessions.ts';
import type { Project } from '../control/project/project.ts';
import { oneLine } from '../lib/plain-text.ts';
import type { CliContext } from './context.ts';
import { note } from './print.ts';
import { createProgressLine } from './progress-line.ts';

/**
 * What became known since: of git, and of the forge where it answers. The forge is asked once, however often what
 * follows from its answers is proposed.
 */
export function proposeDelayed(
  context: CliContext,
  options: { readonly json?: boolean; readonly since: string | undefined },
): (project: Project) => Promise<Proposal[]> {
  let round: ForgeRound | null = null;
  return async (project) => {
    const { proposeLaterTruth } = await import('../control/desk/correcting/propose-later-truth.ts');
    const { proposeForgeNews } = await import('../control/desk/correcting/propose-forge-news.ts');
    round ??= await askRound(context, options, project);
    return [
      ...(await proposeForgeNews(project, round.news)),
      ...(await proposeLaterTruth(project, options.since)),
    ];
  };
}

async function askRound(
  context: CliContext,
  { json, since }: { readonly json?: boolean; readonly since: string | undefined },
  project: Project,
): Promise<ForgeRound> {
  const { askAboutSessions } = await import('../control/desk/correcting/ask-about-sessions.ts');
  const progress = createProgressLine(json === true);
  const silence = project.events.subscribe((event) => {
    if (event.name === 'forge.asked')
      progress.update(`asked the forge about ${event.done} of ${event.total} sessions`);
  });
  try {
    const round = await askAboutSessions(project, {
      ...(since === undefined ? {} : { since }),
      cancelled: context.interrupted,
    });
    progress.stop();
    if (round.trouble !== null)
      note(
        `stint: the forge could not be asked: ${oneLine(round.trouble, 200)}. What git alone can tell is told.`,
      );
    return round;
  } finally {
    silence();
    progress.stop();
  }
}
