import { LANDING_WAYS, type LandingWay } from '../domain/record-words.ts';
import { nextLandingStep, type LandingRefusal } from '../domain/landing.ts';
import type { LandResult } from '../stint/data.ts';
import type { CommonOptions, Completions, VerbModule } from './context.ts';
import { stintOf } from './open.ts';
import { oneOf } from './option-words.ts';
import { answer, printWrapped } from './print.ts';
import { landingText } from './session-lines.ts';

export const help = `
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

export const configure: VerbModule['configure'] = (command, context) => {
  command
    .argument('<id>', 'a session id, or its first letters')
    .option(
      '--how <way>',
      `${LANDING_WAYS.join(', ')} (default: \`land\` of its category, rebase where that is branch)`,
      oneOf('--how', LANDING_WAYS),
    )
    .option('--no-check', 'land it without asking the check');
  command.action(async (session: string, options: LandCommandOptions) => {
    const how = options.how ?? null;
    const landed = await stintOf(context, options).land({ session, how, isChecked: options.check });
    answer(landed, options, renderLanding, printWrapped);
    process.exitCode = context.interruptCode() ?? exitCodeOf(landed);
  });
};

function renderLanding({ id, category, branch, landing, isNew }: LandResult): string {
  const name = `${category} ${id.slice(0, 4)}`;
  const lines = [`${name}  ${isNew ? '' : 'before: '}${landingText(landing)}`];
  if (landing.kind === 'refused') lines.push(`next: ${nextLandingStep(id, branch, landing)}`);
  return lines.join('\n');
}

/** What may go well a little later, without anybody doing anything about it. */
const PASSING: ReadonlySet<LandingRefusal> = new Set(['checkout-busy', 'base-moved']);

function exitCodeOf({ landing }: LandResult): number {
  if (landing.kind !== 'refused') return 0;
  return PASSING.has(landing.reason) ? 75 : 1;
}
