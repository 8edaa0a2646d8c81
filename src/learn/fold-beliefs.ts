import type { Belief, Beliefs } from '../domain/belief.ts';
import type { CategoryName } from '../domain/ids.ts';

/** What the fold reads of a record. */
export interface BeliefFacts {
  readonly category: CategoryName;
  readonly grade: number | null;
  readonly feedsBelief: boolean;
  readonly attended: string;
  readonly source: string;
  readonly startedAt: string;
}

/** Uniform: before its first session a category may be anything. */
const PRIOR = 1;

/**
 * What is believed about each category: a Beta posterior with the grade as a fractional reward. A pure fold over the
 * records in the order in which they were written; no other writer exists, so nothing can be lost.
 */
export function foldBeliefs(records: readonly BeliefFacts[], categories: readonly CategoryName[]): Beliefs {
  const beliefs = new Map<CategoryName, Belief>(
    categories.map((category) => [category, priorBelief(category)]),
  );
  const startsSince = new Map<CategoryName, number>();
  records.forEach((record, index) => {
    const before = beliefs.get(record.category) ?? priorBelief(record.category);
    beliefs.set(record.category, updateBelief(before, record));
    if (record.source === 'run') startsSince.set(record.category, index);
  });
  return new Map(
    [...beliefs].map(([category, belief]) => [
      category,
      { ...belief, othersSince: records.length - 1 - (startsSince.get(category) ?? -1) },
    ]),
  );
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
  if (!record.feedsBelief || record.grade === null || record.attended !== 'no' || record.source !== 'run')
    return counted;
  return {
    ...counted,
    alpha: belief.alpha + record.grade,
    beta: belief.beta + 1 - record.grade,
    updates: belief.updates + 1,
  };
}

export function meanOf(belief: Belief): number {
  return belief.alpha / (belief.alpha + belief.beta);
}
