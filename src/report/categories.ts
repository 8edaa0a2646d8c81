import {
  effectiveNumber,
  meanInterval,
  momentsOf,
  stratifiedDifference,
  type Difference,
  type Interval,
} from '../lib/statistics.ts';

/** What the report reads of a session. */
export interface CategoryFacts {
  readonly category: string;
  readonly runType: string;
  readonly outcome: string;
  readonly grade: number | null;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
}

export interface CategoriesInput {
  readonly since: Date;
  readonly until: Date;
  /** Oldest first. */
  readonly sessions: readonly CategoryFacts[];
  /** Categories of the configuration. */
  readonly configured: readonly string[];
  /** When the last session of each category that got to work started, ISO 8601 UTC. */
  readonly lastStarts: ReadonlyMap<string, string>;
}

export interface MeanGrade {
  /** Sessions with a grade. */
  readonly count: number;
  readonly mean: number | null;
  readonly interval: Interval;
}

export interface CategoryRow {
  readonly category: string;
  readonly sessions: number;
  /** Of all sessions, 0.0-1.0. */
  readonly share: number;
  readonly respawned: number;
  /** The most of its sessions in a row, with no other category between. */
  readonly longestRun: number;
  readonly grade: MeanGrade;
}

export interface CategoriesReport {
  readonly since: string;
  readonly until: string;
  /** Those that got to work: nothing else here is made of any other. */
  readonly sessions: number;
  /** Those that never did. */
  readonly notRun: number;
  /** exp of the entropy of the shares: so many categories, used evenly, would be as diverse. */
  readonly effectiveNumber: number;
  readonly longestRun: { readonly category: string; readonly sessions: number } | null;
  readonly categories: readonly CategoryRow[];
  /** Configured, and none in the window. */
  readonly neverRun: readonly { readonly category: string; readonly lastStartedAt: string | null }[];
  readonly respawn: RespawnComparison;
}

/** Whether a category that starts again back to back does as well as one that was waited for. */
export interface RespawnComparison {
  readonly respawned: MeanGrade;
  readonly others: MeanGrade;
  /** Respawned less others, within each category; null where no category has both. */
  readonly difference: Difference | null;
}

/** What attention was spent on. Pure. */
export function categories(input: CategoriesInput): CategoriesReport {
  const { configured, lastStarts } = input;
  // As the plan counts: an outage is no attention that a category has had.
  const sessions = input.sessions.filter(({ outcome }) => outcome !== 'not-run');
  const groups = Map.groupBy(sessions, ({ category }) => category);
  const runs = longestRuns(sessions);
  const rows = [...groups].map(([category, members]) => ({
    category,
    sessions: members.length,
    share: members.length / sessions.length,
    respawned: members.filter(isRespawned).length,
    longestRun: runs.get(category) ?? 0,
    grade: meanGrade(members),
  }));
  const longest = rows.toSorted((a, b) => b.longestRun - a.longestRun)[0];
  return {
    since: input.since.toISOString(),
    until: input.until.toISOString(),
    sessions: sessions.length,
    notRun: input.sessions.length - sessions.length,
    effectiveNumber: effectiveNumber(rows.map((row) => row.sessions)),
    longestRun: longest ? { category: longest.category, sessions: longest.longestRun } : null,
    categories: rows.toSorted((a, b) => b.sessions - a.sessions || (a.category < b.category ? -1 : 1)),
    neverRun: configured
      .filter((category) => !groups.has(category))
      .map((category) => ({ category, lastStartedAt: lastStarts.get(category) ?? null })),
    respawn: compareRespawned(groups),
  };
}

function isRespawned({ runType }: CategoryFacts): boolean {
  return runType === 'respawn';
}

function longestRuns(sessions: readonly CategoryFacts[]): Map<string, number> {
  const longest = new Map<string, number>();
  let run = { category: '', length: 0 };
  for (const { category } of sessions) {
    run = { category, length: category === run.category ? run.length + 1 : 1 };
    longest.set(category, Math.max(longest.get(category) ?? 0, run.length));
  }
  return longest;
}

function gradesOf(sessions: readonly CategoryFacts[]): number[] {
  return sessions.flatMap(({ grade }) => (grade === null ? [] : [grade]));
}

function meanGrade(sessions: readonly CategoryFacts[]): MeanGrade {
  const moments = momentsOf(gradesOf(sessions));
  const { count, sum } = moments;
  return { count, mean: count === 0 ? null : sum / count, interval: meanInterval(moments) };
}

/**
 * Against sessions of the same category that a timer or a person started. Only good sessions are followed by another one,
 * so categories that do well have more of them: compared over all categories at once they would look better than they are.
 */
function compareRespawned(groups: ReadonlyMap<string, readonly CategoryFacts[]>): RespawnComparison {
  const all = [...groups.values()].flat();
  const isOther = ({ runType }: CategoryFacts): boolean => runType === 'timer' || runType === 'manual';
  return {
    respawned: meanGrade(all.filter(isRespawned)),
    others: meanGrade(all.filter(isOther)),
    difference: stratifiedDifference(
      [...groups.values()].map((members) => [
        momentsOf(gradesOf(members.filter(isRespawned))),
        momentsOf(gradesOf(members.filter(isOther))),
      ]),
    ),
  };
}
