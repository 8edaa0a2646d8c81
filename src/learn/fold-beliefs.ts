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
  readonly endedAt: string;
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
