import type { OwnFacts, SessionGroup } from '../domain/record-facts.ts';

export interface LeakReport {
  /** Sessions that left processes behind, and how many. */
  readonly leaving: number;
  readonly leftovers: number;
  /** Sessions of which processes could not be ended, and how many. */
  readonly surviving: number;
  readonly survivors: number;
  /** Sessions that ran without a cgroup of their own: what hid from stint there is not in these numbers. */
  readonly uncontained: number;
}

export const NO_LEAKS: LeakReport = { leaving: 0, leftovers: 0, surviving: 0, survivors: 0, uncontained: 0 };

/** How much sessions leaked, with one more of them. Pure. */
export function addLeaks(
  leaks: LeakReport,
  { isContained }: Pick<SessionGroup, 'isContained'>,
  { leftoverCount, survivorCount }: Pick<OwnFacts, 'leftoverCount' | 'survivorCount'>,
): LeakReport {
  return {
    leaving: leaks.leaving + (leftoverCount > 0 ? 1 : 0),
    leftovers: leaks.leftovers + leftoverCount,
    surviving: leaks.surviving + (survivorCount > 0 ? 1 : 0),
    survivors: leaks.survivors + survivorCount,
    uncontained: leaks.uncontained + (isContained === false ? 1 : 0),
  };
}
