import type { OwnFacts, SessionGroup } from '../domain/record-facts.ts';
import type { LeftOfTime } from './left-out.ts';
import {
  effectiveNumber,
  meanInterval,
  momentsOf,
  stratifiedDifference,
  type Difference,
  type Interval,
} from '../lib/statistics.ts';

export interface CategoriesInput {
  readonly since: Date;
  readonly until: Date;
  /** Categories of the configuration. */
  readonly configured: readonly string[];
  /** When the last session of each category that got to work started, ISO 8601 UTC. */
  readonly lastStarts: ReadonlyMap<string, string>;
  readonly leftOut: LeftOfTime;
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
  /** Sessions with a record that are in none of these numbers. */
  readonly leftOut: LeftOfTime;
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

/** The words that the report reads of a group. */
type Group = Pick<SessionGroup, 'category' | 'runType' | 'outcome'>;

/** One category's sessions. Of each it keeps no more than a grade. */
interface Spent {
  sessions: number;
  respawned: number;
  longestRun: number;
  readonly grades: Readonly<Record<'all' | 'respawned' | 'others', number[]>>;
}

/** Counts sessions of a window by category. */
export class CategoriesTally {
  readonly #spent = new Map<string, Spent>();
  #run = { category: '', length: 0 };
  #notRun = 0;

  /** Adds one session; the oldest comes first. */
  add({ category, runType, outcome }: Group, { grade }: Pick<OwnFacts, 'grade'>): void {
    // As the plan counts: an outage is no attention that a category has had.
    if (outcome === 'not-run') {
      this.#notRun++;
      return;
    }
    const spent = this.#spentOn(category);
    const isSame = category === this.#run.category;
    this.#run = { category, length: isSame ? this.#run.length + 1 : 1 };
    spent.longestRun = Math.max(spent.longestRun, this.#run.length);
    spent.sessions++;
    const isRespawned = runType === 'respawn';
    if (isRespawned) spent.respawned++;
    if (grade === null) return;
    spent.grades.all.push(grade);
    if (isRespawned) spent.grades.respawned.push(grade);
    if (runType === 'timer' || runType === 'manual') spent.grades.others.push(grade);
  }

  /** The categories on which attention was spent. */
  report(input: CategoriesInput): CategoriesReport {
    const { configured, lastStarts } = input;
    const sessions = [...this.#spent.values()].reduce((total, each) => total + each.sessions, 0);
    const rows = [...this.#spent].map(([category, spent]) => ({
      category,
      sessions: spent.sessions,
      share: spent.sessions / sessions,
      respawned: spent.respawned,
      longestRun: spent.longestRun,
      grade: meanGrade(spent.grades.all),
    }));
    const longest = rows.toSorted((a, b) => b.longestRun - a.longestRun)[0];
    return {
      since: input.since.toISOString(),
      until: input.until.toISOString(),
      sessions,
      notRun: this.#notRun,
      leftOut: input.leftOut,
      effectiveNumber: effectiveNumber(rows.map((row) => row.sessions)),
      longestRun: longest ? { category: longest.category, sessions: longest.longestRun } : null,
      categories: rows.toSorted((a, b) => b.sessions - a.sessions || (a.category < b.category ? -1 : 1)),
      neverRun: configured
        .filter((category) => !this.#spent.has(category))
        .map((category) => ({ category, lastStartedAt: lastStarts.get(category) ?? null })),
      respawn: compareRespawned([...this.#spent.values()]),
    };
  }

  #spentOn(category: string): Spent {
    const known = this.#spent.get(category);
    if (known) return known;
    const grades = { all: [], respawned: [], others: [] };
    const spent = { sessions: 0, respawned: 0, longestRun: 0, grades };
    this.#spent.set(category, spent);
    return spent;
  }
}

function meanGrade(grades: readonly number[]): MeanGrade {
  const moments = momentsOf(grades);
  const { count, sum } = moments;
  return { count, mean: count === 0 ? null : sum / count, interval: meanInterval(moments) };
}

/**
 * Against sessions of the same category that a timer or a person started. Only good sessions are followed by another one,
 * so categories that do well have more of them: compared over all categories at once they would look better than they are.
 */
function compareRespawned(spent: readonly Spent[]): RespawnComparison {
  return {
    respawned: meanGrade(spent.flatMap(({ grades }) => grades.respawned)),
    others: meanGrade(spent.flatMap(({ grades }) => grades.others)),
    difference: stratifiedDifference(
      spent.map(({ grades }) => [momentsOf(grades.respawned), momentsOf(grades.others)]),
    ),
  };
}
