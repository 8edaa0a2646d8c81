import type { FailureMode } from '../domain/failure-mode.ts';
import type { ForeignRecord } from '../domain/foreign-record.ts';
import type { Outcome } from '../domain/record-words.ts';
import { LOW_GRADE } from './failure-modes.ts';

/** The failure modes of a session of another system, by the same table, from what its record says. */
export function importedModes(session: ForeignRecord): { mode: FailureMode; reason: string }[] {
  const { outcome, grade } = session;
  const rules: readonly (readonly [FailureMode, boolean, string])[] = [
    ['noop', outcome === 'noop', 'its record says so'],
    ['blocked', outcome === 'blocked', 'its record says so'],
    ['low_productivity', isLowImported(outcome, grade), `its own grade is under ${LOW_GRADE}`],
    ['abandoned_loop', session.isLoopOpen, 'its record says that its loop stayed open'],
    ['ci_break', session.isCiBreak, 'its record says that it broke the CI'],
    ['routing_mismatch', session.isIntentMatched === false, 'its record says that it did other work'],
  ];
  return rules.flatMap(([mode, holds, reason]) => (holds ? [{ mode, reason }] : []));
}

/** Little productivity by another system's own grade; an integer 0 counts, no grade is no mode. */
export function isLowImported(outcome: Outcome, grade: number | null): boolean {
  return outcome !== 'noop' && grade !== null && grade < LOW_GRADE;
}
