import type { Command } from 'commander';
import { LANDING_WAYS, nextLandingStep, type LandingRefusal, type LandingWay } from '../domain/landing.ts';
import { oneLine } from '../lib/plain-text.ts';
import { Problem } from '../lib/problem.ts';
import type { LandedSession } from '../control/desk/land-recorded.ts';
import type { CliContext, CommonOptions, Completions, VerbModule } from './context.ts';
import { requireSession, withProject } from './open.ts';
import { printJson, printWrapped } from './print.ts';
import { landingText } from './session-lines.ts';

const HELP = `
Lands what a recorded session delivered: all that its branch holds, with your
own repairs on it. What comes of it is an amendment of the record. The check of
its category has to pass on what lands.

Exit codes: 0 landed, now or before · 1 it stays on its branch · 2 there is
nothing to land · 75 not now: something else is at work there

Examples:
  $ stint land ab12                  as its category says, or onto its base
  $ stint land ab12 --how pr         as a pull request
`;

interface LandCommandOptions extends CommonOptions {
  readonly how?: LandingWay;
  readonly check: boolean;
}

export const completes: Completions = { argument: 'sessions', options: { '--how': LANDING_WAYS } };

export const configure: VerbModule['configure'] = (command: Command, context: CliContext) => {
  command
    .argument('<id>', 'a session id, or its first letters')
    .option(
      '--how <way>',
      `${LANDING_WAYS.join(', ')} (default: \`land\` of its category, rebase where that is branch)`,
      wayOption,
    )
    .option('--no-check', 'land it without asking the check')
    .addHelpText('after', HELP);
  command.action(async (prefix: string, options: LandCommandOptions) => {
    const how = options.how ?? null;
    // A wrong call writes nothing, so it is refused before anything is opened for writing.
    const id = await withProject(context, options, 'read', async (project) => {
      const found = await requireSession(project, prefix);
      const { requireLandable } = await import('../control/desk/land-recorded.ts');
      await requireLandable(project, found, { how });
      return found;
    });
    await withProject(context, options, 'wrap', async (project) => {
      const { landRecorded } = await import('../control/desk/land-recorded.ts');
      const cancelled = context.interrupted;
      const landed = await landRecorded(project, id, { how, isChecked: options.check, cancelled });
      if (options.json) printJson({ id, isNew: landed.isNew, landing: landed.landing });
      else printWrapped(renderLanding(landed));
      process.exitCode = context.interruptCode() ?? exitCodeOf(landed);
    });
  });
};

function wayOption(text: string): LandingWay {
  const way = LANDING_WAYS.find((each) => each === text);
  if (way) return way;
  throw new Problem(
    'usage',
    `--how is "${oneLine(text, 40)}".`,
    `It must be one of ${LANDING_WAYS.join(', ')}.`,
  );
}

function renderLanding({ record, landing, isNew }: LandedSession): string {
  const name = `${record.category} ${record.id.slice(0, 4)}`;
  const lines = [`${name}  ${isNew ? '' : 'before: '}${landingText(landing)}`];
  if (landing.kind === 'refused') lines.push(`next: ${nextLandingStep(record.id, record.branch, landing)}`);
  return lines.join('\n');
}

/** What may go well a little later, without anybody doing anything about it. */
const PASSING: ReadonlySet<LandingRefusal> = new Set(['checkout-busy', 'base-moved']);

function exitCodeOf({ landing }: LandedSession): number {
  if (landing.kind !== 'refused') return 0;
  return PASSING.has(landing.reason) ? 75 : 1;
}
