import { deliversWork, standsAlone } from '../domain/deliverable.ts';
import type { Effect, Evidence, OwnCommit } from '../domain/evidence.ts';

/** What the grade looks at; a record has all of it too. */
export type Delivered = Pick<Evidence, 'commits' | 'effects'>;

export function deliveredCommits({ commits }: Delivered): OwnCommit[] {
  return commits.filter(deliversWork);
}

/** Effects that are there. What commits without a change carry is nothing. */
export function deliveredEffects(delivered: Delivered): Effect[] {
  const shas = new Set(deliveredCommits(delivered).map(({ sha }) => sha));
  return delivered.effects.filter((effect) => {
    return standsAlone(effect) || effect.commits.some((sha) => shas.has(sha));
  });
}

/** What was delivered, in words; empty when it is nothing. */
export function describeDelivered(delivered: Delivered): string {
  const effects = deliveredEffects(delivered);
  const count = (is: (effect: Effect) => boolean): number => effects.filter(is).length;
  const pulls = (stage: 'opened' | 'merged') =>
    count((effect) => effect.kind === 'pull-request' && effect.stage === stage);
  return [
    several(deliveredCommits(delivered).length, 'commit'),
    several(pulls('opened'), 'open pull request'),
    several(pulls('merged'), 'merged pull request'),
    several(
      count(({ kind }) => kind === 'issue-closed'),
      'closed issue',
    ),
    several(
      count(({ kind }) => kind === 'artefact'),
      'artefact',
    ),
    count(({ kind }) => kind === 'ci-fixed') > 0 ? 'a repaired check' : '',
    ...effects.flatMap((effect) => (effect.kind === 'delivered-by-person' ? [describeByPerson(effect)] : [])),
  ]
    .filter((words) => words !== '')
    .join(', ');
}

function describeByPerson({ lines, commits }: Extract<Effect, { kind: 'delivered-by-person' }>): string {
  return `${several(lines, 'line')} that a person committed (${several(commits.length, 'commit')})`;
}

function several(count: number, what: string): string {
  return count === 0 ? '' : `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** A commit of so many lines is a normal one and weighs 1. */
const NORMAL_LINES = 40;
const LIGHTEST = 0.05;

/** What a change of so many lines is worth, in normal commits. */
export function weightOfLines(lines: number): number {
  return Math.min(1, Math.max(LIGHTEST, Math.log2(1 + lines) / Math.log2(1 + NORMAL_LINES)));
}

/** What one effect is worth, in normal commits. */
export const EFFECT_WEIGHTS = {
  'pull-request opened': 1.2,
  'pull-request merged': 1.5,
  // It was refused: what remains is its commits.
  'pull-request closed': 0,
  'ci-fixed': 0.8,
  'issue-closed': 0.4,
  artefact: 0.4,
} as const;

export function weightOf(effect: Effect): number {
  if (effect.kind === 'delivered-by-person') return weightOfLines(effect.lines);
  return effect.kind === 'pull-request'
    ? EFFECT_WEIGHTS[`pull-request ${effect.stage}`]
    : EFFECT_WEIGHTS[effect.kind];
}
