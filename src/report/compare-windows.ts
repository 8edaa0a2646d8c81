import type { FailureMode } from '../domain/failure-mode.ts';
import { fisherExact, holmAdjust } from '../lib/statistics.ts';

/** So many of so many. */
export interface Proportion {
  readonly hits: number;
  readonly total: number;
}

/** Something whose rate is compared between the sessions before and the newest ones. */
export interface Compared {
  /** `failing` is the headline itself. */
  readonly mode: FailureMode | 'failing';
  readonly before: Proportion;
  readonly after: Proportion;
}

export interface Shift {
  readonly mode: FailureMode | 'failing';
  /** Rates. */
  readonly before: number;
  readonly after: number;
  readonly counts: { readonly before: number; readonly after: number };
  readonly pValue: number;
  /** After Holm's adjustment over all modes that were tested; the headline is tested alone. */
  readonly adjustedPValue: number;
  readonly judgement: 'moved' | 'leaning' | 'noise';
}

const SIGNIFICANT = 0.05;
/** Fewer events than this in both windows together and a test could hardly see anything. */
const FEWEST_EVENTS = 5;

/** Tests the headline by itself, then every mode that occurs often enough. */
export function compareWindows(headline: Compared, modes: readonly Compared[]): Shift[] {
  const tested = modes.filter(({ before, after }) => before.hits + after.hits >= FEWEST_EVENTS);
  const adjusted = holmAdjust(tested.map(testShift));
  return [
    describeShift(headline, testShift(headline)),
    ...tested.map((each, index) => describeShift(each, adjusted[index] ?? 1)),
  ];
}

function testShift({ before, after }: Compared): number {
  return fisherExact(before, after);
}

function describeShift(compared: Compared, adjustedPValue: number): Shift {
  const { mode, before, after } = compared;
  const pValue = testShift(compared);
  const judgement = adjustedPValue < SIGNIFICANT ? 'moved' : pValue < SIGNIFICANT ? 'leaning' : 'noise';
  return {
    mode,
    before: before.hits / before.total,
    after: after.hits / after.total,
    counts: { before: before.hits, after: after.hits },
    pValue,
    adjustedPValue,
    judgement,
  };
}
