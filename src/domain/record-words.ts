// Words of a record that other files need beside the schema. This file loads nothing, so that stint starts quickly.

export const OUTCOMES = ['productive', 'noop', 'blocked', 'failed', 'not-run', 'unknown'] as const;

export type Outcome = (typeof OUTCOMES)[number];

export function isOutcome(word: string): word is Outcome {
  return OUTCOMES.some((outcome) => outcome === word);
}

/** How delivered work leaves its branch. */
export const LANDING_WAYS = ['rebase', 'push', 'pr', 'command'] as const;

export type LandingWay = (typeof LANDING_WAYS)[number];
