import { type GradedNoops, isGradedNoop } from '../domain/noop-grades.ts';
import type { RecordFacts } from '../domain/record-facts.ts';
import type { Outcome } from '../domain/record-words.ts';
import { countOutcomes } from './count-outcomes.ts';

export interface DaySummary {
  readonly total: number;
  /** Sessions that ended in the day and came by an import: they are history. */
  readonly imported: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** The lie of the first system: sessions called noop although their grade says that something was done. */
  readonly noopWithGrade: GradedNoops;
}

/** Counts one day's sessions. Pure. */
export function summarizeDay(facts: readonly RecordFacts[], imported = 0): DaySummary {
  const noops = facts.filter(({ outcome }) => outcome === 'noop');
  return {
    total: facts.length,
    imported,
    outcomes: countOutcomes(facts),
    noopWithGrade: { count: noops.filter(isGradedNoop).length, of: noops.length },
  };
}
