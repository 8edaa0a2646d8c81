import type { CategoryName } from './ids.ts';

/** What is believed about one category: a Beta posterior over its grade. */
export interface Belief {
  readonly category: CategoryName;
  readonly alpha: number;
  readonly beta: number;
  /** Sessions that moved it. */
  readonly updates: number;
  /** Sessions of any outcome. */
  readonly sessions: number;
  /** Start of the last session of any outcome, ISO 8601 UTC; null when there was none. */
  readonly lastAt: string | null;
  /** Sessions of other categories that started after its last one had ended. */
  readonly othersSince: number;
}

export type Beliefs = ReadonlyMap<CategoryName, Belief>;
