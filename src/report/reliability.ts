import {
  FAILURE_MODES,
  FAILURE_MODE_NAMES,
  classOf,
  isHeadlineMode,
  type FailureClass,
  type FailureMode,
} from '../domain/failure-mode.ts';
import type { Outcome } from '../domain/record-words.ts';
import { wilsonInterval, type Interval } from '../lib/statistics.ts';
import { compareWindows, type Shift } from './compare-windows.ts';
import { countOutcomes } from './count-outcomes.ts';
import { countLeaks, type LeakFacts, type LeakReport } from './leaks.ts';

/** What the report reads of a record. */
export interface ReliabilityFacts extends LeakFacts {
  readonly category: string;
  readonly harness: string;
  readonly model: string | null;
  readonly outcome: Outcome;
  readonly grade: number | null;
  readonly failureModes: readonly FailureMode[];
}

export interface Rate {
  readonly count: number;
  readonly rate: number;
  readonly interval: Interval;
}

export interface ModeRow extends Rate {
  readonly mode: FailureMode;
  readonly class: FailureClass;
}

export interface GroupRow {
  readonly name: string;
  readonly sessions: number;
  readonly productive: number;
  readonly failing: Rate;
  readonly meanGrade: number | null;
}

export interface ReliabilityReport {
  readonly sessions: number;
  /** Sessions whose work can be judged: the base of the headline. */
  readonly counted: number;
  readonly notCounted: Readonly<Record<NotCounted, number>>;
  /** False when so much was not counted that the headline says little. */
  readonly isTrustworthy: boolean;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly failing: Rate;
  readonly modes: readonly ModeRow[];
  readonly classes: readonly (Rate & { readonly class: FailureClass })[];
  readonly windows: { readonly last: number; readonly compare: number; readonly before: number };
  readonly shifts: readonly Shift[];
  /** Why nothing was compared, or null. */
  readonly notCompared: string | null;
  readonly dominant: { readonly mode: FailureMode; readonly cause: string; readonly fix: string } | null;
  readonly byCategory: readonly GroupRow[];
  readonly byHarness: readonly GroupRow[];
  readonly byModel: readonly GroupRow[];
  readonly leaks: LeakReport;
}

export type NotCounted = 'unknown' | 'notRun' | 'provider' | 'harness' | 'external';

/** Fewer counted sessions than this in a window and a rate says little. */
const FEWEST_SESSIONS = 10;
const LARGEST_UNCOUNTED = 0.2;

/**
 * How sessions fail. `facts` are the newest sessions, newest first; the first `recent` of them are compared with the
 * rest. Pure.
 */
export function reliability(facts: readonly ReliabilityFacts[], recent: number): ReliabilityReport {
  const counted = facts.filter((each) => whyNotCounted(each) === null);
  const after = facts.slice(0, recent);
  const before = facts.slice(recent);
  const modes = modeRows(facts);
  const comparison = compare(before, after);
  const dominant =
    modes.find(({ mode }) => isHeadlineMode(mode) && mode !== 'routing_mismatch') ??
    modes.find(({ class: of }) => of !== 'none');
  return {
    sessions: facts.length,
    counted: counted.length,
    notCounted: countNotCounted(facts),
    isTrustworthy: facts.length > 0 && (facts.length - counted.length) / facts.length <= LARGEST_UNCOUNTED,
    outcomes: countOutcomes(facts),
    failing: failingRate(facts),
    modes,
    classes: classRows(facts),
    windows: { last: facts.length, compare: after.length, before: before.length },
    ...comparison,
    dominant: dominant
      ? {
          mode: dominant.mode,
          cause: FAILURE_MODES[dominant.mode].cause,
          fix: FAILURE_MODES[dominant.mode].fix,
        }
      : null,
    byCategory: groupRows(facts, ({ category }) => category),
    byHarness: groupRows(facts, ({ harness }) => harness),
    byModel: groupRows(facts, ({ model }) => model ?? 'not said'),
    leaks: countLeaks(facts),
  };
}

/** Why a session says nothing about the work, or null when it does. */
function whyNotCounted(facts: ReliabilityFacts): NotCounted | null {
  if (facts.outcome === 'unknown') return 'unknown';
  if (facts.outcome === 'not-run') return 'notRun';
  if (facts.outcome === 'blocked') return 'external';
  if (facts.outcome !== 'failed') return null;
  const classes = new Set(facts.failureModes.map(classOf));
  if (classes.has('provider')) return 'provider';
  return classes.has('harness') || classes.has('host') ? 'harness' : null;
}

/** A failure of the work. A mismatch in a productive session is information, not failure. */
function isFailing(facts: ReliabilityFacts): boolean {
  const modes = facts.failureModes.filter(isHeadlineMode);
  return (
    modes.some((mode) => mode !== 'routing_mismatch' || facts.outcome !== 'productive') ||
    facts.outcome === 'failed'
  );
}

function rateOf(count: number, total: number): Rate {
  return { count, rate: total === 0 ? 0 : count / total, interval: wilsonInterval(count, total) };
}

function failingRate(facts: readonly ReliabilityFacts[]): Rate {
  const counted = facts.filter((each) => whyNotCounted(each) === null);
  return rateOf(counted.filter(isFailing).length, counted.length);
}

function countWith(facts: readonly ReliabilityFacts[], mode: FailureMode): number {
  return facts.filter(({ failureModes }) => failureModes.includes(mode)).length;
}

/** Modes that occurred, the most frequent first. */
function modeRows(facts: readonly ReliabilityFacts[]): ModeRow[] {
  return FAILURE_MODE_NAMES.map((mode) => ({
    mode,
    class: classOf(mode),
    ...rateOf(countWith(facts, mode), facts.length),
  }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count);
}

function classRows(facts: readonly ReliabilityFacts[]): (Rate & { class: FailureClass })[] {
  const classes = [...new Set(FAILURE_MODE_NAMES.map(classOf))];
  return classes
    .map((of) => ({
      class: of,
      ...rateOf(
        facts.filter(({ failureModes }) => failureModes.some((mode) => classOf(mode) === of)).length,
        facts.length,
      ),
    }))
    .filter(({ count }) => count > 0);
}

function compare(
  before: readonly ReliabilityFacts[],
  after: readonly ReliabilityFacts[],
): Pick<ReliabilityReport, 'shifts' | 'notCompared'> {
  const totals = { before: countCounted(before), after: countCounted(after) };
  if (totals.before < FEWEST_SESSIONS || totals.after < FEWEST_SESSIONS) {
    return {
      shifts: [],
      notCompared: `too few to tell: ${totals.after} recent and ${totals.before} earlier sessions count, ${FEWEST_SESSIONS} of each are needed`,
    };
  }
  const headline = {
    mode: 'failing' as const,
    before: { hits: failingRate(before).count, total: totals.before },
    after: { hits: failingRate(after).count, total: totals.after },
  };
  const modes = FAILURE_MODE_NAMES.map((mode) => ({
    mode,
    before: { hits: countWith(before, mode), total: before.length },
    after: { hits: countWith(after, mode), total: after.length },
  }));
  return { shifts: compareWindows(headline, modes), notCompared: null };
}

function countCounted(facts: readonly ReliabilityFacts[]): number {
  return facts.filter((each) => whyNotCounted(each) === null).length;
}

function countNotCounted(facts: readonly ReliabilityFacts[]): Record<NotCounted, number> {
  const counts: Record<NotCounted, number> = { unknown: 0, notRun: 0, provider: 0, harness: 0, external: 0 };
  for (const each of facts) {
    const why = whyNotCounted(each);
    if (why !== null) counts[why]++;
  }
  return counts;
}

function groupRows(
  facts: readonly ReliabilityFacts[],
  nameOf: (facts: ReliabilityFacts) => string,
): GroupRow[] {
  const groups = Map.groupBy(facts, nameOf);
  return [...groups]
    .map(([name, members]) => {
      const grades = members.flatMap(({ grade }) => (grade === null ? [] : [grade]));
      return {
        name,
        sessions: members.length,
        productive: members.filter(({ outcome }) => outcome === 'productive').length,
        failing: failingRate(members),
        meanGrade: grades.length === 0 ? null : grades.reduce((a, b) => a + b, 0) / grades.length,
      };
    })
    .toSorted((a, b) => b.sessions - a.sessions || (a.name < b.name ? -1 : 1));
}
