import type { CategoryState, ChoiceInput, ChosenCategory, ScoredCategory } from '../domain/choice.ts';
import { oneLine } from '../lib/plain-text.ts';
import { describeBudget, explainSpread } from '../domain/choice-words.ts';
import type { AskedPlan, ExplainedCategory, ReplayedChoice } from '../stint/data.ts';
import { untilText } from './resting-lines.ts';
import { style, table } from './print.ts';

/** A choice for people: what starts first, then the rest with its scores, then what may not start. */
export function renderChoice({ input, ...choice }: AskedPlan, now: Date): string {
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
  const lines = rows.length > 0 ? [table(head, rows, [2, 3, 4, 5, 6, 7])] : [];
  for (const { category, reason, until } of choice.ineligible)
    lines.push(`  ${category} may not start: ${reason}${until ? ` (until ${untilText(until, now)})` : ''}`);
  lines.push(...unknowns(input));
  if (input.budget) lines.push(`budget: ${describeBudget(input.budget)}`);
  if (choice.spread.factor > 1) lines.push(`diversity: ${explainSpread(choice.spread)}`);
  lines.push(
    choice.rest
      ? `rests: ${choice.rest.reason}${choice.rest.until ? ` (until ${untilText(choice.rest.until, now)})` : ''}`
      : `would start: ${choice.chosen.map(startWords).join(', ')}`,
  );
  lines.push(style('dim', `seed ${choice.seed}`));
  return lines.join('\n');
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

/** What could not be found out, and held nothing back. */
function unknowns({ categories, pullRequests }: ChoiceInput): string[] {
  const lines = categories.flatMap(({ category, supply }) =>
    supply?.kind === 'unknown' ? [`supply of ${category} is unknown: ${supply.because}`] : [],
  );
  if (pullRequests?.open === null)
    lines.push(`open pull requests are unknown: ${pullRequests.because ?? 'nobody said why'}`);
  return lines;
}

/** One category's score in words. */
export function renderWhy({ category, verdict, score, components, notes }: ExplainedCategory): string {
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
export function renderReplay(chosenAt: string, replayed: ReplayedChoice): string {
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
