import type { CategoryName } from '../../src/domain/ids.ts';
import type { BeliefFacts } from '../../src/learn/fold-beliefs.ts';

export function timeOf(minute: number): string {
  return new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
}

/** What a fold reads of a session that ran for a minute and went well. */
export function factsOf(minute: number, given: Partial<BeliefFacts> = {}): BeliefFacts {
  return {
    category: 'code' as CategoryName,
    harness: 'script',
    model: null,
    modelAsked: null,
    runType: 'timer',
    grade: 0.64,
    feedsBelief: true,
    attended: 'no',
    source: 'run',
    outcome: 'productive',
    failureModes: [],
    startedAt: timeOf(minute),
    endedAt: timeOf(minute + 1),
    ...given,
  };
}
