// Words of a record that more than its schema needs. This file loads nothing, so that a start of stint stays quick.

export const OUTCOMES = ['productive', 'noop', 'blocked', 'failed', 'not-run', 'unknown'] as const;

export type Outcome = (typeof OUTCOMES)[number];

export function isOutcome(word: string): word is Outcome {
  return OUTCOMES.some((outcome) => outcome === word);
}

/** How delivered work leaves its branch. */
export const LANDING_WAYS = ['rebase', 'push', 'pr', 'command'] as const;

export type LandingWay = (typeof LANDING_WAYS)[number];
