import type { ForeignRecord } from '../../src/domain/foreign-record.ts';
import type { CategoryName } from '../../src/domain/ids.ts';
import { sessionId } from './records.ts';

/** A productive session of another run loop that says little of itself, but for what is given. */
export function foreignRecord(given: Partial<ForeignRecord> = {}): ForeignRecord {
  return {
    id: sessionId(1),
    thread: null,
    category: 'code' as CategoryName,
    harness: 'gptme',
    model: null,
    attended: 'no',
    outcome: 'productive',
    outcomeWord: 'productive',
    grade: 0.7,
    isLoopOpen: false,
    isCiBreak: false,
    isIntentMatched: null,
    claims: [],
    exitCode: null,
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 0,
    usage: { input: null, output: null, cacheRead: null, cacheWrite: null, peakContext: null, turns: null },
    costUsd: null,
    warnings: [],
    ...given,
  };
}
