// What a choice costs: 1,000 categories scored and the best of them given a harness and model, the 1,000 arms of one category
// drawn, and what beliefs are made of folded. Each as a ratio of JSON.parse over what it is made of: machines differ, and so
// do their moods. A choice among 1,000 arms should take less than 5 ms.
//   node bench/choose.ts
import type { ArmCandidate, CategoryState, ChoiceInput } from '../src/domain/choice.ts';
import type { CategoryName, SessionId } from '../src/domain/ids.ts';
import type { RecordFacts } from '../src/domain/record-facts.ts';
import { emptyFold, foldRecords } from '../src/learn/fold-beliefs.ts';
import { seededRandom } from '../src/lib/random.ts';
import { choose } from '../src/plan/choose.ts';
import { pickArm } from '../src/plan/pick-arm.ts';
import { factsOf } from '../test/support/facts.ts';

const ROUNDS = 41;
const ARMS = 1000;
const NOW = '2026-01-01T12:00:00.000Z';
const random = seededRandom(1);

const arms = Array.from({ length: ARMS }, (_, index): ArmCandidate => ({
  harness: 'agent',
  model: `model-${index}`,
  alpha: 0.5 + 400 * random() ** 3,
  beta: 0.5 + 400 * random() ** 3,
  trouble: null,
}));

const input = inputOf(
  arms.map((arm, index) => stateOf(`category-${index}` as CategoryName, arm, arms.slice(0, 4))),
);
const text = JSON.stringify(input);

const bare = fastest(() => JSON.parse(text) as unknown);
report(
  `${ARMS} categories chosen from`,
  fastest((round) => choose({ ...input, seed: round })),
  bare,
);
const code = 'code' as CategoryName;
report(
  `${ARMS} arms of one category drawn`,
  fastest((round) => pickArm(round, code, arms)),
  bare,
);

const records = Array.from({ length: 100_000 }, (_, index): RecordFacts => ({
  ...factsOf(0, { startedAt: NOW, endedAt: NOW }),
  id: `${index}` as SessionId,
  category: `category-${index % 8}` as CategoryName,
  harness: 'agent',
  modelAsked: `model-${index % 3}`,
  grade: random() < 0.3 ? 0 : 0.5 + 0.3 * random(),
}));
const lines = records.map((record) => JSON.stringify(record));
const parsed = fastest(() => lines.map((line) => JSON.parse(line) as unknown), 5);
report(
  `${records.length} records folded`,
  fastest(() => foldRecords(emptyFold('own'), records), 5),
  parsed,
);

function stateOf(
  category: CategoryName,
  { alpha, beta }: ArmCandidate,
  own: readonly ArmCandidate[],
): CategoryState {
  return {
    category,
    belief: { category, alpha, beta, updates: 40, sessions: 50, lastAt: NOW, othersSince: 7 },
    running: null,
    isLocked: false,
    lastEndedAt: null,
    cooldownMs: 0,
    harnesses: [{ name: 'agent', trouble: null, until: null, isParked: false }],
    arms: own,
    starts: 1,
    grades: Array.from({ length: 20 }, random),
    hold: null,
    supply: null,
    supplyBefore: null,
    makesPullRequests: false,
    owner: null,
    budget: null,
    expected: { tokens: 0, costUsd: 0 },
  };
}

function inputOf(categories: readonly CategoryState[]): ChoiceInput {
  return {
    version: 0,
    seed: 0,
    at: NOW,
    top: 3,
    running: 0,
    maxConcurrent: 6,
    startsSince: NOW,
    machine: { memory: 0.5, disk: 0.5, load: 1 },
    admission: { memory: 0.9, disk: 0.95, load: 8 },
    pullRequests: null,
    budget: null,
    dayEndsAt: NOW,
    categories,
  };
}

function report(what: string, ms: number, of: number): void {
  console.log(
    `${what.padEnd(32)} ${ms.toFixed(2)} ms, ${(ms / of).toFixed(2)} × JSON.parse of what they are made of`,
  );
}

/** Milliseconds of the fastest round: what others take of the machine is only ever added. The first ones warm up. */
function fastest(work: (round: number) => unknown, rounds = ROUNDS): number {
  const times = Array.from({ length: rounds + 3 }, (_, round) => {
    const startMs = performance.now();
    work(round);
    return performance.now() - startMs;
  });
  return Math.min(...times.slice(3));
}
