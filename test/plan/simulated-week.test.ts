import { describe, expect, test } from 'vitest';
import type { Choice, ChoiceInput, PastSession } from '../../src/domain/choice.ts';
import type { FailureMode } from '../../src/domain/failure-mode.ts';
import type { CategoryName, SessionId } from '../../src/domain/ids.ts';
import { wasTurnedAway } from '../../src/domain/turned-away.ts';
import type { RecordFacts } from '../../src/domain/record-facts.ts';
import { emptyFold, foldRecords } from '../../src/learn/fold-beliefs.ts';
import { believe, lastEndOf } from '../../src/learn/posterior.ts';
import { randomFor } from '../../src/lib/random.ts';
import { choose } from '../../src/plan/choose.ts';
import { findHold } from '../../src/plan/find-hold.ts';
import { gradesSinceChange } from '../../src/plan/plateau.ts';
import { beliefOf, inputOf, stateOf } from '../support/choices.ts';
import { factsOf } from '../support/facts.ts';

// A week of a loop that starts up to three sessions every half an hour, with time of its own: no clock, no process.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MONDAY = Date.parse('2026-03-02T00:00:00.000Z');
const WEEK_HOURS = 7 * 24;

/** What becomes of a category's sessions: shares of outcomes, and the grade of a productive one. */
interface Nature {
  readonly productive: number;
  readonly noop: number;
  readonly blocked: number;
  readonly grade: number;
  /** Its setup fails, whatever is started. */
  readonly isBroken?: boolean;
  /** How many tasks its supply lists at an hour of the week. */
  readonly tasksAt?: (hour: number) => number;
}

const good = (grade: number): Nature => ({ productive: 0.85, noop: 0.05, blocked: 0, grade });
const poor: Nature = { productive: 0.05, noop: 0, blocked: 0, grade: 0.2 };
const dry: Nature = { productive: 0.2, noop: 0.8, blocked: 0, grade: 0.4 };
const stuck: Nature = { productive: 0.1, noop: 0, blocked: 0.9, grade: 0.5 };
const broken: Nature = { ...good(0.7), isBroken: true };
const empty: Nature = { ...good(0.7), tasksAt: () => 0 };
/** Three days of work, then three without. */
const seasonal: Nature = { ...poor, tasksAt: (hour) => (hour % 144 < 72 ? 4 : 0) };

interface World {
  readonly name: string;
  readonly top: number;
  readonly natures: Readonly<Record<string, Nature>>;
  /** The share of sessions that their provider turns away. */
  readonly turnedAway?: number;
}

type Past = RecordFacts & PastSession & { readonly startMs: number };

interface Week {
  readonly sessions: readonly Past[];
  /** Starts into a category where one was running. */
  readonly violations: number;
  readonly mostAtOnce: number;
  /** The most hours that each category was unseen while it had something to do; a session that was turned away saw nothing. */
  readonly longestWaits: Readonly<Record<string, number>>;
  /** The highest factor by which attention was called narrow after the first day. */
  readonly narrowest: number;
}

function liveThrough({ natures, top, turnedAway = 0 }: World, seed: number): Week {
  const chance = randomFor(seed, 'the world');
  const names = Object.keys(natures) as CategoryName[];
  const running = new Map<CategoryName, { readonly past: Past; readonly endMs: number }>();
  const sessions: Past[] = [];
  let violations = 0;
  let mostAtOnce = 0;
  let narrowest = 1;
  const unseenSince = new Map(names.map((name) => [name, MONDAY]));
  const waits = new Map(names.map((name) => [name, 0]));
  const see = (name: CategoryName, nowMs: number): void => {
    const waited = (nowMs - (unseenSince.get(name) ?? MONDAY)) / HOUR;
    waits.set(name, Math.max(waits.get(name) ?? 0, waited));
    unseenSince.set(name, nowMs);
  };
  for (let nowMs = MONDAY; nowMs < MONDAY + WEEK_HOURS * HOUR; nowMs += 30 * MINUTE) {
    const ended = [...running.values()]
      .filter(({ endMs }) => endMs <= nowMs)
      .toSorted((a, b) => a.endMs - b.endMs);
    for (const { past } of ended) {
      sessions.push(past);
      running.delete(past.category);
    }
    const input = lookAt(
      natures,
      sessions,
      new Map([...running].map(([name, { past }]) => [name, past.id])),
      nowMs,
    );
    const choice = choose({ ...input, top, seed: seed + nowMs / MINUTE });
    for (const name of listDry(choice)) unseenSince.set(name, nowMs);
    for (const { category } of choice.chosen) {
      if (running.has(category)) violations++;
      const isTurnedAway = chance() < turnedAway;
      const endMs = nowMs + (isTurnedAway ? 1 : 5 + 50 * chance()) * MINUTE;
      const past = isTurnedAway
        ? refuse(category, 'usage_limit', nowMs, endMs)
        : happen(category, natures[category] ?? poor, nowMs, endMs, chance);
      running.set(category, { past, endMs });
      if (!isTurnedAway) see(category, nowMs);
    }
    if (nowMs >= MONDAY + 24 * HOUR) narrowest = Math.max(narrowest, choice.spread.factor);
    mostAtOnce = Math.max(mostAtOnce, running.size);
  }
  for (const name of names) see(name, MONDAY + WEEK_HOURS * HOUR);
  return {
    sessions: [...sessions, ...[...running.values()].map(({ past }) => past)],
    violations,
    mostAtOnce,
    longestWaits: Object.fromEntries(waits),
    narrowest,
  };
}

function listDry({ ineligible }: Choice): CategoryName[] {
  return ineligible
    .filter(({ obstacles }) => obstacles.some(({ kind }) => kind === 'dry'))
    .map(({ category }) => category);
}

/** What stint would know at that moment. */
function lookAt(
  natures: World['natures'],
  sessions: readonly Past[],
  running: ReadonlyMap<CategoryName, string>,
  nowMs: number,
): ChoiceInput {
  const fold = foldRecords(emptyFold('own'), sessions);
  const since = nowMs - WEEK_HOURS * HOUR;
  const categories = Object.entries(natures).map(([of, { tasksAt }]) => {
    const name = of as CategoryName;
    const past = sessions
      .filter(({ category, outcome }) => category === name && outcome !== 'not-run')
      .toReversed();
    const arm = { kind: 'category', category: name } as const;
    const { alpha, beta, updates, sessions: count, lastAt } = believe(fold, arm, { prior: 2, borrow: 4 });
    const lastEnd = lastEndOf(fold, name) ?? '';
    const othersSince = sessions.filter(
      (each) => each.category !== name && each.startedAt > lastEnd && !wasTurnedAway(each),
    ).length;
    return stateOf(name, {
      belief: beliefOf(name, { alpha, beta, updates, sessions: count, lastAt, othersSince }),
      running: running.get(name) ?? null,
      lastEndedAt: past[0]?.endedAt ?? null,
      cooldownMs: 180_000,
      starts: past.filter(({ startMs }) => startMs >= since).length + (running.has(name) ? 1 : 0),
      grades: gradesSinceChange(past.slice(0, 40)),
      hold: findHold(past.slice(0, 40), null),
      supply: tasksAt ? { kind: 'known', count: tasksAt((nowMs - MONDAY) / HOUR) } : null,
    });
  });
  const at = new Date(nowMs).toISOString();
  const startsSince = sessions[0]?.startedAt ?? at;
  return inputOf({ at, top: 3, maxConcurrent: 6, running: running.size, startsSince, categories });
}

function happen(
  category: CategoryName,
  nature: Nature,
  startMs: number,
  endMs: number,
  chance: () => number,
): Past {
  if (nature.isBroken) return refuse(category, 'setup', startMs, endMs);
  const drawn = chance();
  const outcome =
    drawn < nature.productive
      ? 'productive'
      : drawn < nature.productive + nature.noop
        ? 'noop'
        : drawn < nature.productive + nature.noop + nature.blocked
          ? 'blocked'
          : 'failed';
  const noise = 0.3 * (chance() - 0.5);
  const grades = { productive: nature.grade + noise, noop: 0.05, blocked: null, failed: 0 };
  return {
    ...sessionOf(category, startMs, endMs),
    outcome,
    grade: grades[outcome],
    feedsBelief: outcome !== 'blocked',
    declared: outcome === 'noop' || outcome === 'blocked' ? outcome : null,
  };
}

/** One that never gets to work. */
function refuse(category: CategoryName, mode: FailureMode, startMs: number, endMs: number): Past {
  return { ...sessionOf(category, startMs, endMs), outcome: 'not-run', failureModes: [mode] };
}

function sessionOf(category: CategoryName, startMs: number, endMs: number): Past {
  const [startedAt, endedAt] = [new Date(startMs).toISOString(), new Date(endMs).toISOString()];
  return {
    ...factsOf(0, { category, outcome: 'unknown', grade: null, feedsBelief: false, startedAt, endedAt }),
    id: `s${startMs}` as SessionId,
    harness: 'a',
    declared: null,
    text: '',
    startMs,
  };
}

const shareOf = ({ sessions }: Week, names: readonly string[]): number =>
  sessions.filter(({ category }) => names.includes(category)).length / sessions.length;

const MIXED = {
  code: good(0.65),
  docs: good(0.55),
  tests: good(0.45),
  cleanup: dry,
  ops: stuck,
  research: poor,
  social: poor,
};

const WORLDS: readonly World[] = [
  { name: 'three that deliver, four that do not', top: 3, natures: MIXED },
  { name: 'the same, and one start at a time', top: 1, natures: MIXED },
  {
    name: 'three that always deliver, and twelve that never do',
    top: 3,
    natures: {
      ...Object.fromEntries(['code', 'docs', 'tests'].map((each) => [each, { ...good(0.7), productive: 1 }])),
      ...Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`bad${index}`, poor])),
    },
  },
  {
    name: 'a provider that turns six sessions in ten away',
    top: 2,
    natures: MIXED,
    turnedAway: 0.6,
  },
  {
    name: 'supplies that run dry',
    top: 3,
    natures: {
      ...Object.fromEntries(['code', 'docs', 'tests'].map((each) => [each, good(0.6)])),
      ...Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`empty${index}`, empty])),
      seasonal,
    },
  },
  {
    name: 'a category whose setup always fails, and one start at a time',
    top: 1,
    natures: { ...MIXED, broken },
  },
];

describe.each(WORLDS)('a week with $name', (world) => {
  const { natures } = world;
  const productive = Object.entries(natures)
    .filter(([, { productive: share, isBroken }]) => share > 0.5 && !isBroken)
    .map(([category]) => category);

  test.each([1, 2, 3])(
    'seed %i: nobody is forgotten, what delivers gets most, no lock is held twice',
    (seed) => {
      const week = liveThrough(world, seed);
      expect(Object.entries(week.longestWaits).filter(([, hours]) => hours > 48)).toEqual([]);
      expect(shareOf(week, productive)).toBeGreaterThanOrEqual(0.5);
      // Three that deliver share most of it, as wide as it has to be, whatever else is dry.
      expect(week.narrowest).toBeLessThan(1.1);
      expect(week.violations).toBe(0);
      expect(week.mostAtOnce).toBeLessThanOrEqual(6);
      expect(week.sessions.length).toBeGreaterThan(200);
    },
  );
});
