import type { Outcome } from './record-words.ts';

/** A noop whose grade is above it contradicts itself: status, audit and reports name it. */
export const LARGEST_NOOP_GRADE = 0.1;

/** How many of some sessions are called noop although their grade says that something was done. */
export interface GradedNoops {
  readonly count: number;
  readonly of: number;
}

export function isGradedNoop({
  outcome,
  grade,
}: {
  readonly outcome: Outcome;
  readonly grade: number | null;
}): boolean {
  return outcome === 'noop' && grade !== null && grade > LARGEST_NOOP_GRADE;
}

/** `noop with grade > 0.1: 533 of 1763` */
export function describeGradedNoops({ count, of }: GradedNoops): string {
  return `noop with grade > ${LARGEST_NOOP_GRADE}: ${count} of ${of}`;
}
