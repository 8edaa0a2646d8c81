import type { Judgement } from './record.ts';

/** So much of a grade that another system gave after the session is evidence of work. */
export const EVIDENT_GRADE = 0.25;

/** What the user's own judge command said of a verdict. */
export interface Opinion {
  /** 0.0-1.0. */
  readonly grade: number;
  readonly reason: string;
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
