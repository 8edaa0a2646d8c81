import { LANDING_WAYS } from '../domain/record-words.ts';
import { nextLandingStep } from '../domain/landing.ts';
import type { LandResult } from '../stint/data.ts';
import { ONE_SESSION, oneOf } from './option-words.ts';
import { printWrapped } from './print.ts';
import { landingText } from './session-lines.ts';
import { defineVerb } from './verb.ts';

export const verb = defineVerb({
  help: `
Lands what a recorded session delivered: all that its branch holds, with your
own repairs on it. What comes of it is an amendment of the record. The check of
its category has to pass on what lands.

Exit codes: 0 landed, now or before · 1 it stays on its branch · 2 there is
nothing to land · 75 not now: something else is at work there

Examples:
  $ stint land ab12                  as its category says, or onto its base
  $ stint land ab12 --how pr         as a pull request
`,
  takes: ONE_SESSION,
  options: {
    '--how <way>': {
      about: `${LANDING_WAYS.join(', ')} (default: \`land\` of its category, rebase where that is branch)`,
      ...oneOf(LANDING_WAYS),
    },
    '--no-check': 'land it without asking the check',
  },
  async run({ context, stint, given, options: { how = null, check }, answer }) {
    const landed = await stint().land({ session: given.id, how, isChecked: check });
    answer(landed, renderLanding, printWrapped);
    process.exitCode = context.interruptCode() ?? exitCodeOf(landed);
  },
});

function renderLanding({ id, category, branch, landing, isNew }: LandResult): string {
  const name = `${category} ${id.slice(0, 4)}`;
  const lines = [`${name}  ${isNew ? '' : 'before: '}${landingText(landing)}`];
  if (landing.kind === 'refused') lines.push(`next: ${nextLandingStep(id, branch, landing)}`);
  return lines.join('\n');
}

/** 75 for what may go well a little later by itself. */
function exitCodeOf({ landing }: LandResult): number {
  if (landing.kind !== 'refused') return 0;
  return landing.reason === 'checkout-busy' || landing.reason === 'base-moved' ? 75 : 1;
}
