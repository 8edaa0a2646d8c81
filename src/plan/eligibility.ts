import type { CategoryName } from '../domain/ids.ts';
import type { IneligibleCategory } from '../domain/plan.ts';

/** What is known about a category at the moment of a choice. */
export interface CategoryState {
  readonly category: CategoryName;
  /** The session that runs in it now, as far as is known. */
  readonly running: string | null;
  /** End of its last session, ISO 8601 UTC. */
  readonly lastEndedAt: string | null;
  readonly cooldownMs: number;
  /** What is in the way of each harness that it may use; one without trouble is enough. */
  readonly harnesses: readonly HarnessState[];
}

export interface HarnessState {
  readonly name: string;
  /** Null when it can start. */
  readonly trouble: string | null;
  readonly until: string | null;
}

/** Why a category may not start now, or null when it may. */
export function whyIneligible(state: CategoryState, now: Date): IneligibleCategory | null {
  const { category } = state;
  if (state.running !== null)
    return { category, reason: `session ${state.running} is running in it`, until: null };
  if (state.lastEndedAt !== null) {
    const readyAt = Date.parse(state.lastEndedAt) + state.cooldownMs;
    if (readyAt > now.getTime())
      return { category, reason: 'it is cooling down', until: new Date(readyAt).toISOString() };
  }
  if (state.harnesses.some((harness) => harness.trouble === null)) return null;
  const untils = state.harnesses.flatMap(({ until }) => (until === null ? [] : [until])).toSorted();
  return {
    category,
    reason: state.harnesses.map(({ trouble }) => trouble).join('; '),
    until: untils[0] ?? null,
  };
}
