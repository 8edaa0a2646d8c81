import { describeBudget, explainSpread } from '../domain/choice-words.ts';
import type { CategoryState, ChoiceInput, Decision, ScoreComponents, Spread } from '../domain/choice.ts';
import type { CategoryName } from '../domain/ids.ts';
import { formatDuration } from '../lib/duration.ts';
import { countOf } from '../lib/quantities.ts';
import { betaQuantile } from '../lib/statistics.ts';
import { drawChance } from './choose.ts';
import { hasNewSupply } from './obstacles.ts';
import { pickArm } from './pick-arm.ts';
import { findPlateau } from './plateau.ts';
import { REFERENCE_GRADE, scoreCategory } from './score.ts';

/** One component of a score with the facts behind it. */
export interface ExplainedComponent {
  readonly name: keyof ScoreComponents;
  readonly value: number;
  readonly because: string;
}

export interface ExplainedCategory {
  readonly category: CategoryName;
  /** What becomes of it, in a sentence. */
  readonly verdict: string;
  readonly score: number;
  readonly components: readonly ExplainedComponent[];
  /** What else was looked at, in sentences. */
  readonly notes: readonly string[];
}

/** Everything behind one category's place in a choice, in words; null when the choice does not know it. Pure. */
export function explainCategory({ input, choice }: Decision, category: string): ExplainedCategory | null {
  const state = input.categories.find((each) => each.category === category);
  if (!state) return null;
  const chance = drawChance(input.seed, state.category);
  const { score, components } = scoreCategory(state, chance, choice.spread, new Date(input.at));
  return {
    category: state.category,
    verdict: sayVerdict({ input, choice }, state.category),
    score,
    components: [
      { name: 'thompson', value: components.thompson, because: explainThompson(state, chance, components) },
      {
        name: 'diversity',
        value: components.diversity,
        because: explainDiversity(state, choice.spread, input),
      },
      { name: 'lessons', value: components.lessons, because: 'no lessons are injected into prompts' },
      { name: 'plateau', value: components.plateau, because: findPlateau(state.grades).because },
    ],
    notes: [...noteArms(state, { input, choice }), ...noteSurroundings(state, input)],
  };
}

/** With what it would start, where there is something to choose. */
function noteArms({ category, arms }: CategoryState, { input, choice }: Decision): string[] {
  const chosen = choice.chosen.find((each) => each.category === category);
  const picked = chosen ?? pickArm(input.seed, category, arms);
  if (arms.length < 2 || picked === null) return [];
  const name = (harness: string, model: string | null): string =>
    model === null ? harness : `${harness} with ${model}`;
  const draws = picked.candidates.map(({ harness, model, draw, alpha, beta, trouble }) =>
    draw === null
      ? `${name(harness, model)} cannot start: ${trouble ?? ''}`
      : `${name(harness, model)} drew ${draw.toFixed(3)} of Beta(${round(alpha)}, ${round(beta)})`,
  );
  return [`starts ${name(picked.harness, picked.model)}: ${draws.join('; ')}`];
}

function noteSurroundings(state: CategoryState, { pullRequests, machine, budget }: ChoiceInput): string[] {
  const { supply, supplyBefore, makesPullRequests } = state;
  const notes: string[] = [];
  if (supply?.kind === 'known') notes.push(`supply: ${countOf(supply.count, 'task')}`);
  if (supply?.kind === 'unknown') notes.push(`supply: unknown, and so no obstacle: ${supply.because}`);
  if (hasNewSupply(state))
    notes.push(`its hold is lifted: it had ${countOf(supplyBefore ?? 0, 'task')} when it was held`);
  if (makesPullRequests && pullRequests)
    notes.push(
      pullRequests.open === null
        ? `pull requests: unknown, and so no obstacle: ${pullRequests.because ?? ''}`
        : `pull requests: ${pullRequests.open} open, and schedule.maxOpenPrs is ${pullRequests.most}`,
    );
  if (budget) notes.push(`budget: ${describeBudget(budget)}`);
  if (state.budget) notes.push(`budget of this category: ${describeBudget(state.budget)}`);
  const use = [describeUse('memory', machine.memory), describeUse('disk', machine.disk)];
  if (machine.load !== null) use.push(`load ${machine.load.toFixed(1)} for each processor`);
  notes.push(`machine: ${use.filter((words) => words !== null).join(', ')}`);
  return notes;
}

function describeUse(name: string, share: number | null): string | null {
  return share === null ? null : `${name} ${Math.floor(share * 100)} % in use`;
}

function sayVerdict({ choice }: Decision, category: CategoryName): string {
  const place = choice.chosen.findIndex((each) => each.category === category);
  if (place >= 0) return `it would start, as number ${place + 1} of ${choice.chosen.length}`;
  const left = choice.notChosen.find((each) => each.category === category);
  if (left) return `it may start, and would not: ${left.because}`;
  const held = choice.ineligible.find((each) => each.category === category);
  return `it may not start: ${held?.reason ?? 'nobody knows why'}${held?.until ? `, until ${held.until}` : ''}; without that it would score as follows`;
}

function explainThompson(
  { belief: { alpha, beta, updates, sessions } }: CategoryState,
  chance: number,
  { thompson }: ScoreComponents,
): string {
  const low = betaQuantile(0.05, alpha, beta).toFixed(2);
  const high = betaQuantile(0.95, alpha, beta).toFixed(2);
  const mean = (alpha / (alpha + beta)).toFixed(2);
  return (
    `a draw of ${(thompson + REFERENCE_GRADE).toFixed(3)}, less the ${REFERENCE_GRADE} of a declared noop. ` +
    `${countOf(updates, 'grade')} of ${countOf(sessions, 'session')} count; the belief Beta(${round(alpha)}, ${round(beta)}) ` +
    `has the mean ${mean} and lies between ${low} and ${high} with 90 %. Drawn at ${(100 * chance).toFixed(1)} % of it`
  );
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function explainDiversity({ belief }: CategoryState, spread: Spread, input: ChoiceInput): string {
  const wide = explainSpread(spread);
  if (belief.lastAt === null) return `it has never run, so it has the whole bonus. ${wide}`;
  const ms = Math.max(0, Date.parse(input.at) - Date.parse(belief.lastAt));
  const turn = formatDuration(spread.turnAfterHours * 3_600_000);
  return (
    `it last started ${formatDuration(ms)} ago, and ${countOf(belief.othersSince, 'session')} of others since it ended. ` +
    `From two thirds of ${turn} on the bonus rises until it is its turn. ${wide}`
  );
}
