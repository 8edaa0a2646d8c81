/** What a session left behind, and whether all of that could be found. */
export interface LeakFacts {
  /** Processes that had to be ended after the agent itself was gone. */
  readonly leftoverCount: number;
  /** Processes that could not be ended. */
  readonly survivorCount: number;
  /** Whether a cgroup named every process; null where no agent was started here. */
  readonly isContained: boolean | null;
}

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

/** How much sessions leaked. Pure. */
export function countLeaks(facts: readonly LeakFacts[]): LeakReport {
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
  const leftovers = facts.map(({ leftoverCount }) => leftoverCount);
  const survivors = facts.map(({ survivorCount }) => survivorCount);
  return {
    leaving: leftovers.filter((count) => count > 0).length,
    leftovers: sum(leftovers),
    surviving: survivors.filter((count) => count > 0).length,
    survivors: sum(survivors),
    uncontained: facts.filter(({ isContained }) => isContained === false).length,
  };
}
