import {
  FAILURE_MODES,
  FAILURE_MODE_NAMES,
  classOf,
  isHeadlineMode,
  type FailureClass,
  type FailureMode,
} from '../domain/failure-mode.ts';
import type { OwnFacts, SessionGroup } from '../domain/record-facts.ts';
import type { Outcome } from '../domain/record-words.ts';
import { isNothingToJudge } from '../domain/wrapped-script.ts';
import { wilsonInterval, type Interval } from '../lib/statistics.ts';
import { compareWindows, type Shift } from './compare-windows.ts';
import { countOutcomes } from './count-outcomes.ts';
import { type LeftByAttention, NOTHING_LEFT } from './left-out.ts';
import { addLeaks, NO_LEAKS, type LeakReport } from './leaks.ts';

export interface Rate {
  readonly count: number;
  /** Null where no session counts. */
  readonly rate: number | null;
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
  /** Sessions with a record that are in none of these numbers. */
  readonly leftOut: LeftByAttention;
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

export type NotCounted = 'unknown' | 'notRun' | 'provider' | 'harness' | 'external' | 'nothingToJudge';

/** Fewer counted sessions than this in a window and a rate says little. */
const FEWEST_SESSIONS = 10;
const LARGEST_UNCOUNTED = 0.2;

/** The words that the report reads of a group. */
type Group = Pick<
  SessionGroup,
  'category' | 'harness' | 'model' | 'outcome' | 'failureModes' | 'isContained'
>;

/** The facts of each session that this report counts. */
type Own = Pick<OwnFacts, 'grade' | 'leftoverCount' | 'survivorCount'>;

/** A group, and how many sessions of a window are in it. */
interface Counted {
  readonly group: Group;
  readonly sessions: number;
}

type NameOf = (group: Group) => string;

const NAMES = {
  category: ({ category }) => category,
  harness: ({ harness }) => harness,
  model: ({ model }) => model ?? 'not said',
} satisfies Record<string, NameOf>;

/**
 * How sessions fail. `facts` are the newest sessions, newest first; the first `recent` of them are compared with the
 * rest. Pure.
 */
export function reliability(
  facts: Iterable<Group & Own>,
  recent: number,
  leftOut: LeftByAttention = NOTHING_LEFT,
): ReliabilityReport {
  const tally = new ReliabilityTally(recent);
  for (const each of facts) tally.add(each, each);
  return tally.report(leftOut);
}

/** Counts sessions by their groups: however many there are, it keeps no more than there are groups. */
export class ReliabilityTally {
  readonly #recent: number;
  readonly #after = new Map<Group, number>();
  readonly #before = new Map<Group, number>();
  readonly #grades = {
    category: new Map<string, Grades>(),
    harness: new Map<string, Grades>(),
    model: new Map<string, Grades>(),
  };
  #leaks = NO_LEAKS;
  #sessions = 0;

  /** @param recent the number of newest sessions that are compared with those before */
  constructor(recent: number) {
    this.#recent = recent;
  }

  /** Adds one session; the newest comes first. Groups that are one object are counted together. */
  add(group: Group, own: Own): void {
    const window = this.#sessions++ < this.#recent ? this.#after : this.#before;
    window.set(group, (window.get(group) ?? 0) + 1);
    this.#leaks = addLeaks(this.#leaks, group, own);
    if (own.grade === null) return;
    // Added up in the order in which they come: the last digit of a sum depends on it.
    addGrade(this.#grades.category, NAMES.category(group), own.grade);
    addGrade(this.#grades.harness, NAMES.harness(group), own.grade);
    addGrade(this.#grades.model, NAMES.model(group), own.grade);
  }

  /** How many sessions were added. */
  get sessions(): number {
    return this.#sessions;
  }

  report(leftOut: LeftByAttention = NOTHING_LEFT): ReliabilityReport {
    const after = listCounted(this.#after);
    const before = listCounted(this.#before);
    const all = [...after, ...before];
    const sessions = sum(all);
    const counted = countCounted(all);
    const notCounted = countNotCounted(all);
    const modes = modeRows(all);
    return {
      sessions,
      counted,
      notCounted,
      leftOut,
      isTrustworthy: isTrustworthy(sessions - notCounted.nothingToJudge, counted, sessions),
      outcomes: countOutcomes(all.map(({ group, sessions: count }) => ({ outcome: group.outcome, count }))),
      failing: failingRate(all),
      modes,
      classes: classRows(all),
      windows: { last: sessions, compare: sum(after), before: sum(before) },
      ...compare(before, after),
      dominant: findDominant(modes),
      byCategory: groupRows(all, NAMES.category, this.#grades.category),
      byHarness: groupRows(all, NAMES.harness, this.#grades.harness),
      byModel: groupRows(all, NAMES.model, this.#grades.model),
      leaks: this.#leaks,
    };
  }
}

interface Grades {
  sum: number;
  count: number;
}

function addGrade(grades: Map<string, Grades>, name: string, grade: number): void {
  const known = grades.get(name);
  if (known) {
    known.sum += grade;
    known.count++;
  } else grades.set(name, { sum: 0 + grade, count: 1 });
}

function listCounted(counts: ReadonlyMap<Group, number>): Counted[] {
  return [...counts].map(([group, sessions]) => ({ group, sessions }));
}

/** How many sessions are in the groups that meet a condition. */
function sum(all: readonly Counted[], isSo: (group: Group) => boolean = () => true): number {
  return all.reduce((total, { group, sessions }) => (isSo(group) ? total + sessions : total), 0);
}

function findDominant(modes: readonly ModeRow[]): ReliabilityReport['dominant'] {
  const dominant =
    modes.find(({ mode }) => isHeadlineMode(mode) && mode !== 'routing_mismatch') ??
    modes.find(({ class: of }) => of !== 'none');
  if (dominant === undefined) return null;
  const { cause, fix } = FAILURE_MODES[dominant.mode];
  return { mode: dominant.mode, cause, fix };
}

/** Sessions without anything to judge are no gap in what is known: no headline could count them. */
function isTrustworthy(judgeable: number, counted: number, sessions: number): boolean {
  return sessions > 0 && judgeable - counted <= judgeable * LARGEST_UNCOUNTED;
}

/** Why a session says nothing about the work, or null when it does. */
function whyNotCounted(group: Group): NotCounted | null {
  const { outcome, failureModes } = group;
  if (isNothingToJudge(group)) return 'nothingToJudge';
  if (outcome === 'unknown') return 'unknown';
  if (outcome === 'not-run') return 'notRun';
  if (outcome === 'blocked') return 'external';
  if (outcome !== 'failed') return null;
  const classes = new Set(failureModes.map(classOf));
  if (classes.has('provider')) return 'provider';
  return classes.has('harness') || classes.has('host') ? 'harness' : null;
}

function isCounted(group: Group): boolean {
  return whyNotCounted(group) === null;
}

/** A failure of the work. A mismatch in a productive session is information, not failure. */
function isFailing({ outcome, failureModes }: Group): boolean {
  const modes = failureModes.filter(isHeadlineMode);
  return (
    modes.some((mode) => mode !== 'routing_mismatch' || outcome !== 'productive') || outcome === 'failed'
  );
}

function rateOf(count: number, total: number): Rate {
  return { count, rate: total === 0 ? null : count / total, interval: wilsonInterval(count, total) };
}

function failingRate(all: readonly Counted[]): Rate {
  return rateOf(
    sum(all, (group) => isCounted(group) && isFailing(group)),
    countCounted(all),
  );
}

function countWith(all: readonly Counted[], mode: FailureMode): number {
  return sum(all, ({ failureModes }) => failureModes.includes(mode));
}

/** Modes that occurred, the most frequent first. */
function modeRows(all: readonly Counted[]): ModeRow[] {
  const sessions = sum(all);
  return FAILURE_MODE_NAMES.map((mode) => ({
    mode,
    class: classOf(mode),
    ...rateOf(countWith(all, mode), sessions),
  }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count);
}

function classRows(all: readonly Counted[]): (Rate & { class: FailureClass })[] {
  const sessions = sum(all);
  return [...new Set(FAILURE_MODE_NAMES.map(classOf))]
    .map((of) => {
      const count = sum(all, ({ failureModes }) => failureModes.some((mode) => classOf(mode) === of));
      return { class: of, ...rateOf(count, sessions) };
    })
    .filter(({ count }) => count > 0);
}

function compare(
  before: readonly Counted[],
  after: readonly Counted[],
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
  const sessions = { before: sum(before), after: sum(after) };
  const modes = FAILURE_MODE_NAMES.map((mode) => ({
    mode,
    before: { hits: countWith(before, mode), total: sessions.before },
    after: { hits: countWith(after, mode), total: sessions.after },
  }));
  return { shifts: compareWindows(headline, modes), notCompared: null };
}

function countCounted(all: readonly Counted[]): number {
  return sum(all, isCounted);
}

function countNotCounted(all: readonly Counted[]): Record<NotCounted, number> {
  const counts: Record<NotCounted, number> = {
    unknown: 0,
    notRun: 0,
    provider: 0,
    harness: 0,
    external: 0,
    nothingToJudge: 0,
  };
  for (const { group, sessions } of all) {
    const why = whyNotCounted(group);
    if (why !== null) counts[why] += sessions;
  }
  return counts;
}

function groupRows(all: readonly Counted[], nameOf: NameOf, grades: ReadonlyMap<string, Grades>): GroupRow[] {
  return [...Map.groupBy(all, ({ group }) => nameOf(group))]
    .map(([name, members]) => {
      const graded = grades.get(name);
      return {
        name,
        sessions: sum(members),
        productive: sum(members, ({ outcome }) => outcome === 'productive'),
        failing: failingRate(members),
        meanGrade: graded ? graded.sum / graded.count : null,
      };
    })
    .toSorted((a, b) => b.sessions - a.sessions || (a.name < b.name ? -1 : 1));
}
