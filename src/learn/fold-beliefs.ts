import type { Belief, Beliefs } from '../domain/belief.ts';
import { classOf, type FailureMode } from '../domain/failure-mode.ts';
import type { CategoryName } from '../domain/ids.ts';

/** What the fold reads of a record. */
export interface BeliefFacts {
  readonly category: CategoryName;
  readonly grade: number | null;
  readonly feedsBelief: boolean;
  readonly attended: string;
  readonly source: string;
  readonly failureModes: readonly FailureMode[];
  readonly startedAt: string;
  readonly endedAt: string;
}

/** Uniform: before its first session a category may be anything. */
const PRIOR = 1;

/**
 * What is believed about each category: a Beta posterior with the grade as a fractional reward. A pure fold over the
 * records in the order in which they were written; no other writer exists, so nothing can be lost.
 *
 * @param isImportedToo whether imported sessions count (`learn.imported`); they are another loop's otherwise
 */
export function foldBeliefs(
  all: readonly BeliefFacts[],
  categories: readonly CategoryName[],
  isImportedToo: boolean,
): Beliefs {
  const records = isImportedToo ? all : all.filter(({ source }) => source === 'run');
  const beliefs = new Map<CategoryName, Belief>(
    categories.map((category) => [category, priorBelief(category)]),
  );
  const lastEnds = new Map<CategoryName, string>();
  for (const record of records) {
    const before = beliefs.get(record.category) ?? priorBelief(record.category);
    beliefs.set(record.category, updateBelief(before, record));
    const lastEnd = lastEnds.get(record.category);
    if (lastEnd === undefined || record.endedAt > lastEnd) lastEnds.set(record.category, record.endedAt);
  }
  const withNeglect = [...beliefs].map(([category, belief]) => {
    const lastEnd = lastEnds.get(category) ?? '';
    // Those that ran beside it are no neglect: only what started after it had ended passed it over.
    const othersSince = records.filter(
      (each) => each.category !== category && each.startedAt > lastEnd,
    ).length;
    return [category, { ...belief, othersSince }] as const;
  });
  return new Map(withNeglect);
}

function priorBelief(category: CategoryName): Belief {
  return { category, alpha: PRIOR, beta: PRIOR, updates: 0, sessions: 0, lastAt: null, othersSince: 0 };
}

function updateBelief(belief: Belief, record: BeliefFacts): Belief {
  const counted = {
    ...belief,
    sessions: belief.sessions + 1,
    lastAt: belief.lastAt === null || record.startedAt > belief.lastAt ? record.startedAt : belief.lastAt,
  };
  if (record.grade === null || !mayFeed(record)) return counted;
  return {
    ...counted,
    alpha: belief.alpha + record.grade,
    beta: belief.beta + 1 - record.grade,
    updates: belief.updates + 1,
  };
}

/** An imported record is not marked: whether it counts is not its judge's to say. */
function mayFeed({ source, feedsBelief, attended, failureModes }: BeliefFacts): boolean {
  if (attended !== 'no') return false;
  if (source === 'run') return feedsBelief;
  return !failureModes.some((mode) => ['provider', 'harness', 'host', 'none'].includes(classOf(mode)));
}

export function meanOf(belief: Belief): number {
  return belief.alpha / (belief.alpha + belief.beta);
}
