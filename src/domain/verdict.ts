import type { FailureMode } from './failure-mode.ts';

export const OUTCOMES = ['productive', 'noop', 'blocked', 'failed', 'not-run', 'unknown'] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** So much of a grade that another system gave after the session is evidence of work. */
export const EVIDENT_GRADE = 0.25;

/** Every factor of `0.10 + 0.90 × delivery × quality × closure`, each in [0, 1]. */
export interface GradeParts {
  readonly delivery: number;
  readonly quality: number;
  readonly closure: number;
}

/** What the user's own judge command said of a verdict. */
export interface Opinion {
  /** 0.0-1.0. */
  readonly grade: number;
  readonly reason: string;
}

/** An opinion with the grade that it was given on. */
export interface HeardOpinion extends Opinion {
  readonly gradeBefore: number;
}

/** What was decided about a session. */
export interface Judgement {
  readonly outcome: Outcome;
  /** 0.0-1.0, or null where a grade would say nothing about the work. */
  readonly grade: number | null;
  readonly gradeParts: GradeParts | null;
  readonly failureModes: readonly FailureMode[];
  /** Why, in sentences, in the order in which the rules were asked. */
  readonly reasons: readonly string[];
  /** True when the grade may move beliefs. */
  readonly feedsBelief: boolean;
  readonly judgeVersion: number;
  /** Null where no judge command was asked or it said nothing of use. */
  readonly opinion: HeardOpinion | null;
}

declare const judged: unique symbol;

/** A judgement of the judge's own. Only `judge/` can make one, and `record/` accepts nothing else. */
export interface Verdict extends Judgement {
  readonly [judged]: true;
}

/** The mark of the judge: called nowhere but in `judge/`. */
export function brandVerdict(judgement: Judgement): Verdict {
  return judgement as Verdict;
}

export function isOutcome(word: string): word is Outcome {
  return OUTCOMES.some((outcome) => outcome === word);
}
