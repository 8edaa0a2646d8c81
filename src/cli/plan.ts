import { wrongCall } from '../lib/problem.ts';
import type { AskedPlan } from '../stint/data.ts';
import type { Completions, VerbModule } from './context.ts';
import { seedOption, topOption, type DrawOptions } from './option-words.ts';
import { stintOf } from './open.ts';
import { print, printJson, printWrapped } from './print.ts';
import { renderChoice, renderReplay, renderWhy } from './render-choice.ts';

export const help = `
Says what \`stint fanout\` would start now, with every part of every score. Starts
nothing. A score is one draw from what is believed about a category's grade,
less 0.05, plus a bonus for neglected ones, less what a standstill costs; only
positive scores start. --why says it in words, for one category. --replay shows
a choice that somebody went by, makes it again from what is stored, and exits
with 1 where it comes out differently.

Examples:
  $ stint plan --top 3               the three that would start
  $ stint plan --seed 7 --json       the same draw again, as JSON
  $ stint plan --seed 7 --why code   everything behind one score
  $ stint plan --replay last         the newest choice that was acted on
`;

interface PlanCliOptions extends DrawOptions {
  readonly exitCode?: boolean;
  readonly why?: string;
  readonly replay?: string;
  readonly prompt?: boolean;
}

export const completes: Completions = { options: { '--why': 'categories', '--replay': 'sessions' } };

export const configure: VerbModule['configure'] = (command, context) => {
  command
    .addOption(topOption())
    .addOption(seedOption())
    .option(
      '--why <category>',
      'every component of its score with the facts behind it, and why it is not chosen',
    )
    .option('--prompt', 'also the whole prompt of each that would start')
    .option(
      '--replay <choice>',
      'a stored choice: its number (`choice` in fanout --json), a session that came of it, or last',
    )
    .option('--exit-code', 'exit with 75 when nothing would start');
  command.action(async (options: PlanCliOptions) => {
    refuseMixture(options);
    const stint = stintOf(context, options);
    const { replay, why, seed, top } = options;
    const asked =
      replay === undefined
        ? await stint.plan({ seed, top, why, hasPrompts: options.prompt })
        : await stint.replayPlan(replay, why);
    if (options.json) printJson(asked);
    else {
      printWrapped(renderPlan(asked, context.clock.now()));
      for (const { category, prompt } of asked.prompts ?? []) print(`\nprompt of ${category}:\n${prompt}`);
    }
    if (asked.replayed?.kind === 'different') process.exitCode = 1;
    else if (options.exitCode && asked.rest) process.exitCode = 75;
  });
};

function renderPlan(asked: AskedPlan, now: Date): string {
  return [
    renderChoice(asked, now),
    ...(asked.replayed ? [renderReplay(asked.input.at, asked.replayed)] : []),
    ...(asked.why ? ['', renderWhy(asked.why)] : []),
  ].join('\n');
}

/** A choice that was made is not made anew. */
function refuseMixture(options: PlanCliOptions): void {
  if (options.replay === undefined) return;
  const extra = options.seed !== undefined ? '--seed' : options.top !== undefined ? '--top' : null;
  const other = extra ?? (options.prompt ? '--prompt' : null);
  if (other !== null)
    throw wrongCall(`${other} is for a new choice, and --replay shows an old one.`, 'Give one of them.');
}
