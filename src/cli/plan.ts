import { wrongCall } from '../lib/problem.ts';
import type { AskedPlan } from '../stint/data.ts';
import { DRAW } from './option-words.ts';
import { print, printJson, printWrapped } from './print.ts';
import { renderChoice, renderReplay, renderWhy } from './render-choice.ts';
import { defineVerb, type OptionsOf } from './verb.ts';

const OPTIONS = {
  ...DRAW,
  '--why <category>': {
    about: 'every component of its score with the facts behind it, and why it is not chosen',
    offers: 'categories',
  },
  '--prompt': 'also the whole prompt of each that would start',
  '--replay <choice>': {
    about: 'a stored choice: its number (`choice` in fanout --json), a session that came of it, or last',
    offers: 'sessions',
  },
  '--exit-code': 'exit with 75 when nothing would start',
} as const;

export const verb = defineVerb({
  help: `
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
`,
  place: 'project',
  options: OPTIONS,
  async run({ context, stint, options }) {
    refuseMixture(options);
    const { replay, why, seed, top, prompt: hasPrompts } = options;
    const asked =
      replay === undefined
        ? await stint().plan({ seed, top, why, hasPrompts })
        : await stint().replayPlan(replay, why);
    if (options.json) printJson(asked);
    else {
      printWrapped(renderPlan(asked, context.clock.now()));
      for (const { category, prompt } of asked.prompts ?? []) print(`\nprompt of ${category}:\n${prompt}`);
    }
    if (asked.replayed?.kind === 'different') process.exitCode = 1;
    else if (options.exitCode && asked.rest) process.exitCode = 75;
  },
});

function renderPlan(asked: AskedPlan, now: Date): string {
  return [
    renderChoice(asked, now),
    ...(asked.replayed ? [renderReplay(asked.input.at, asked.replayed)] : []),
    ...(asked.why ? ['', renderWhy(asked.why)] : []),
  ].join('\n');
}

/** A choice that was made is not made anew. */
function refuseMixture({ replay, seed, top, prompt }: OptionsOf<typeof OPTIONS>): void {
  if (replay === undefined) return;
  const other = seed !== undefined ? '--seed' : top !== undefined ? '--top' : prompt ? '--prompt' : null;
  if (other !== null)
    throw wrongCall(`${other} is for a new choice, and --replay shows an old one.`, 'Give one of them.');
}
