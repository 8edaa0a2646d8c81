import type { Outcome } from '../domain/record-words.ts';

/** The grades that an outcome may have, both ends included; null where it has none. */
export function gradeBand(outcome: Outcome): { readonly from: number; readonly to: number } | null {
  switch (outcome) {
    case 'productive':
      return { from: 0.1, to: 1 };
    case 'noop':
      return { from: 0, to: 0.05 };
    case 'failed':
      return { from: 0, to: 0 };
    case 'blocked':
    case 'not-run':
    case 'unknown':
      return null;
  }
}

/** Whether an outcome and a grade can both be true. */
export function isGradeOf(outcome: Outcome, grade: number | null): boolean {
  const band = gradeBand(outcome);
  if (band === null || grade === null) return band === null && grade === null;
  return grade >= band.from && grade <= band.to;
}
