import type { CategoryName, SessionId } from '../../src/domain/ids.ts';
import type { RecordFacts } from '../../src/domain/record-facts.ts';

export function timeOf(minute: number): string {
  return new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
}

/** A session that ran for a minute and went well. */
export function factsOf(minute: number, given: Partial<RecordFacts> = {}): RecordFacts {
  return {
    id: `s${minute}` as SessionId,
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
    isContained: true,
    leftoverCount: 0,
    survivorCount: 0,
    isByPerson: false,
    startedAt: timeOf(minute),
    endedAt: timeOf(minute + 1),
    ...given,
  };
}
