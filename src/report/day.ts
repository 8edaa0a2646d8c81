import type { RecordFacts } from '../domain/record-facts.ts';
import type { Outcome } from '../domain/record-words.ts';
import { countOutcomes } from './count-outcomes.ts';

export interface DaySummary {
  readonly total: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** The lie of the first system: sessions called noop although their grade says that something was done. */
  readonly noopWithGrade: { readonly count: number; readonly of: number };
}

/** A noop may have at most 0.05; anything above 0.1 contradicts itself. */
const LARGEST_NOOP_GRADE = 0.1;

/** Counts one day's sessions. Pure. */
export function summarizeDay(facts: readonly RecordFacts[]): DaySummary {
  const noops = facts.filter(({ outcome }) => outcome === 'noop');
  const lying = noops.filter(({ grade }) => (grade ?? 0) > LARGEST_NOOP_GRADE).length;
  return {
    total: facts.length,
    outcomes: countOutcomes(facts),
    noopWithGrade: { count: lying, of: noops.length },
  };
}
