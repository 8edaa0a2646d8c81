import type { ChoiceInput, IneligibleCategory, NotChosen, ObstacleKind, Rest } from '../domain/choice.ts';
import { findFull } from './admission.ts';

/** What stands in the way of all categories, where it is the same for all. */
const EVERYWHERE: Readonly<Record<ObstacleKind, string>> = {
  running: 'a session is running in every category',
  cooling: 'every category is cooling down',
  harness: 'no category has a harness that can start',
  parked: 'no category has a harness that is not parked',
  held: 'every category is held',
  dry: 'no category has anything to do: every supply is dry',
  review: 'every category makes pull requests',
  budget: 'no category has budget left today',
};

/** What a category is, in a list of several. */
const ONE: Readonly<Record<ObstacleKind, string>> = {
  running: 'running',
  cooling: 'cooling down',
  harness: 'without a harness that can start',
  parked: 'parked',
  held: 'held',
  dry: 'dry',
  review: 'waiting for reviews',
  budget: 'over budget',
};

/** Why nothing starts, and when to try again. Pure. */
export function explainRest(
  input: ChoiceInput,
  ineligible: readonly IneligibleCategory[],
  notChosen: readonly NotChosen[],
): Rest {
  if (notChosen.length > 0) return explainUnchosen(input, notChosen);
  const untils = ineligible.flatMap(({ until }) => (until === null ? [] : [until])).toSorted();
  return { ...explainIneligible(ineligible), until: untils[0] ?? null };
}

function explainUnchosen(input: ChoiceInput, notChosen: readonly NotChosen[]): Rest {
  const full = findFull(input);
  // No other draw helps there.
  if (full.length > 0)
    return { kind: 'machine', reason: `the machine is too full: ${full.join(', ')}`, until: null };
  const best = notChosen[0];
  if (best && best.score > 0) return { kind: 'full', reason: best.because, until: null };
  return { kind: 'score', reason: 'no eligible category scored above zero; another draw may', until: null };
}

function explainIneligible(ineligible: readonly IneligibleCategory[]): Omit<Rest, 'until'> {
  const [first] = ineligible;
  const shared = first?.obstacles.find(({ kind }) => ineligible.every((each) => has(each, kind)))?.kind;
  if (!first || !shared)
    return {
      kind: 'several',
      reason: `none of ${ineligible.length} categories may start: ${list(ineligible)}`,
    };
  if (ineligible.length === 1) return { kind: shared, reason: `${first.category}: ${first.reason}` };
  const isPlain = ['running', 'cooling', 'dry'].includes(shared);
  const detail = isPlain ? '' : ` (${first.category}: ${first.reason})`;
  return { kind: shared, reason: `${EVERYWHERE[shared]}${detail}` };
}

function has({ obstacles }: IneligibleCategory, kind: ObstacleKind): boolean {
  return obstacles.some((obstacle) => obstacle.kind === kind);
}

/** `a, b running; c held`: each by the first thing in its way. */
function list(ineligible: readonly IneligibleCategory[]): string {
  const byKind = new Map<ObstacleKind, string[]>();
  for (const { category, obstacles } of ineligible) {
    const kind = obstacles[0]?.kind ?? 'held';
    byKind.set(kind, [...(byKind.get(kind) ?? []), category]);
  }
  return [...byKind].map(([kind, names]) => `${shorten(names)} ${ONE[kind]}`).join('; ');
}

const MOST_NAMES = 4;

function shorten(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return more > 0 ? `${names.slice(0, MOST_NAMES).join(', ')} and ${more} more` : names.join(', ');
}
