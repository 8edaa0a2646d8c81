import { describeBudget, explainSpread } from '../domain/choice-words.ts';
import type { CategoryState, ChoiceInput, ChosenCategory, ScoredCategory } from '../domain/choice.ts';
import { oneLine } from '../lib/plain-text.ts';
import { wrongCall } from '../lib/problem.ts';
import type { AskedPlan, ExplainedCategory, ReplayedChoice } from '../stint/data.ts';
import { DRAW } from './option-words.ts';
import { linesOf, print, printJson, printWrapped, style, table } from './print.ts';
import { untilPart } from './resting-lines.ts';
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

/** A choice for people: what starts first, then the rest with its scores, then what may not start. */
function renderChoice({ input, ...choice }: AskedPlan, now: Date): string {
  const supplyOf = supplyTexts(input.categories);
  const row = (mark: string, each: ScoredCategory): string[] => {
    const { thompson, diversity, lessons, plateau } = each.components;
    return [
      mark,
      each.category,
      ...[each.score, thompson, diversity, lessons, plateau].map((part) => part.toFixed(3)),
      ...(supplyOf === null ? [] : [supplyOf.get(each.category) ?? '']),
    ];
  };
  const rows = [
    ...choice.chosen.map((each) => row('▸', each)),
    ...choice.notChosen.map((each) => row(' ', each)),
  ];
  const head = ['', 'category', 'score', 'thompson', 'diversity', 'lessons', 'plateau'];
  if (supplyOf !== null) head.push('supply');
  return linesOf(
    rows.length > 0 && table(head, rows, [2, 3, 4, 5, 6, 7]),
    choice.ineligible.map(
      (each) => `  ${each.category} may not start: ${each.reason}${untilPart(each.until, now)}`,
    ),
    unknowns(input),
    input.budget && `budget: ${describeBudget(input.budget)}`,
    choice.spread.factor > 1 && `diversity: ${explainSpread(choice.spread)}`,
    choice.rest
      ? `rests: ${choice.rest.reason}${untilPart(choice.rest.until, now)}`
      : `would start: ${choice.chosen.map(startWords).join(', ')}`,
    style('dim', `seed ${choice.seed}`),
  ).join('\n');
}

/** With harness and model where there was a choice of them. */
function startWords({ category, harness, model, candidates }: ChosenCategory): string {
  if (candidates.length < 2) return category;
  return `${category} (${oneLine(model === null ? harness : `${harness}, ${model}`, 80)})`;
}

/** How much each category that was asked has to do; null where none was. */
function supplyTexts(states: readonly CategoryState[]): ReadonlyMap<string, string> | null {
  const asked = states.flatMap(({ category, supply }) =>
    supply === null ? [] : [[category, supply.kind === 'known' ? String(supply.count) : '?'] as const],
  );
  return asked.length === 0 ? null : new Map(asked);
}

/** The facts that stint could not find out; they kept no category from starting. */
function unknowns({ categories, pullRequests }: ChoiceInput): string[] {
  const because = pullRequests?.because ?? 'the reason is not known';
  return linesOf(
    categories.map(
      ({ category, supply }) =>
        supply?.kind === 'unknown' && `supply of ${category} is unknown: ${supply.because}`,
    ),
    pullRequests?.open === null && `open pull requests are unknown: ${because}`,
  );
}

/** One category's score in words. */
function renderWhy({ category, verdict, score, components, notes }: ExplainedCategory): string {
  return [
    `${category}: ${verdict}.`,
    ...components.map(({ name, value, because }) => {
      const signed = name === 'plateau' ? -value : value;
      return `  ${name} ${sign(signed)}: ${because}.`;
    }),
    `  score ${score.toFixed(3)}`,
    ...notes.map((note) => `  ${note}`),
  ].join('\n');
}

function sign(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}

/** Whether a stored choice comes out the same when it is made again. */
function renderReplay(chosenAt: string, replayed: ReplayedChoice): string {
  const made = `chosen at ${chosenAt}`;
  switch (replayed.kind) {
    case 'same':
      return `${made}; made again from what is stored of it, it comes out the same`;
    case 'different': {
      const names = replayed.again.chosen.map(({ category }) => category).join(', ') || 'nothing';
      return `${made}; made again from what is stored of it, it comes out differently: ${names}`;
    }
    case 'other-rules':
      return `${made}, by other rules (${replayed.version}) than those of this stint; it cannot be made again`;
  }
}
