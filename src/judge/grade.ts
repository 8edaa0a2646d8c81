import type { Evidence } from '../domain/evidence.ts';
import type { GradeParts } from '../domain/record.ts';
import type { Outcome } from '../domain/record-words.ts';
import { totalWeight } from './total-weight.ts';

/** How fast further deliveries add less: one normal commit delivers two thirds. */
const SATURATION = 1.1;

const QUALITY: Readonly<Record<Evidence['check']['result'], number>> = {
  passed: 1,
  none: 0.9,
  'not-run': 0.9,
  // It was red before, so it says nothing about this work.
  'failed-before': 0.9,
  failed: 0.4,
};

const CLOSED = 1;
const OPEN = 0.8;

/** Grades an outcome: `0.10 + 0.90 × delivery × quality × closure` for productive ones, fixed for the others. */
export function decideGrade(
  outcome: Outcome,
  evidence: Pick<Evidence, 'commits' | 'effects' | 'check' | 'declared'>,
  isLoopOpen: boolean,
): { grade: number | null; parts: GradeParts | null } {
  switch (outcome) {
    case 'productive': {
      const parts = {
        delivery: round(1 - Math.exp(-SATURATION * totalWeight(evidence)), 6),
        quality: QUALITY[evidence.check.result],
        closure: isLoopOpen ? OPEN : CLOSED,
      };
      return { grade: composeGrade(parts), parts };
    }
    case 'noop':
      return {
        grade: evidence.declared?.kind === 'noop' && evidence.declared.reason.trim() !== '' ? 0.05 : 0,
        parts: null,
      };
    case 'failed':
      return { grade: 0, parts: null };
    case 'not-run':
    case 'unknown':
    case 'blocked':
      return { grade: null, parts: null };
  }
}

export function composeGrade({ delivery, quality, closure }: GradeParts): number {
  return round(0.1 + 0.9 * delivery * quality * closure, 4);
}

/** So few decimals are the same on every machine, whatever its floating point library. */
function round(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}
