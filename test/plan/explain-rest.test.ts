import { expect, test } from 'vitest';
import type { Budget, CategoryState, ChoiceInput, Hold, RestKind, Supply } from '../../src/domain/choice.ts';
import { choose } from '../../src/plan/choose.ts';
import { beliefOf, inputOf, NOON, stateOf } from '../support/choices.ts';

// Why nothing starts: the kind, the sentence and when to try again.

const HOLD: Hold = {
  sessionId: 's1',
  outcome: 'noop',
  text: 'no issue is open',
  repeats: 1,
  since: NOON,
  until: '2026-01-01T12:30:00.000Z',
};
const DRY: Supply = { kind: 'known', count: 0 };
const USED_UP: Budget = {
  limit: { tokens: 20e6, costUsd: null },
  spent: { tokens: 18e6, costUsd: 0 },
  inFlight: { tokens: 3e6, costUsd: 0 },
  silent: { tokens: 0, costUsd: 0 },
};
const missing = {
  name: 'x',
  trouble: 'harness x: there is no program "x" on PATH',
  until: null,
  isParked: false,
};
const parked = (until: string) => ({
  name: 'x',
  trouble: 'account x is parked: the usage limit is reached',
  until,
  isParked: true,
});
const cooling = (endedAt: string) => ({ lastEndedAt: endedAt, cooldownMs: 3_600_000 });
const bad = beliefOf('a', { alpha: 1, beta: 5000, lastAt: NOON });

/** A row: what is so, the categories `a`, `b`, …, what is expected, and what else holds. */
type Row = readonly [
  name: string,
  states: readonly Partial<CategoryState>[],
  expected: { kind: RestKind; reason: string; until: string | null } | null,
  given?: Partial<ChoiceInput>,
];

const TABLE: readonly Row[] = [
  ['no sessions yet', [{}, {}], null],
  [
    'harness missing',
    [{ harnesses: [missing] }, { harnesses: [missing] }],
    {
      kind: 'harness',
      reason: 'no category has a harness that can start (a: harness x: there is no program "x" on PATH)',
      until: null,
    },
  ],
  [
    'parked',
    [
      { harnesses: [parked('2026-01-01T14:00:00.000Z')] },
      { harnesses: [parked('2026-01-01T13:00:00.000Z')] },
    ],
    {
      kind: 'parked',
      reason:
        'no category has a harness that is not parked (a: account x is parked: the usage limit is reached)',
      until: '2026-01-01T13:00:00.000Z',
    },
  ],
  [
    'all locked',
    [{ running: 's1' }, { running: 's2' }],
    { kind: 'running', reason: 'a session is running in every category', until: null },
  ],
  [
    'all held',
    [{ hold: HOLD }, { hold: { ...HOLD, until: '2026-01-01T13:00:00.000Z' } }],
    {
      kind: 'held',
      reason: 'every category is held (a: held, because session s1 found nothing to do: no issue is open)',
      until: '2026-01-01T12:30:00.000Z',
    },
  ],
  [
    'all dry',
    [{ supply: DRY }, { supply: DRY, lastEndedAt: '2026-01-01T11:59:00.000Z', cooldownMs: 3_600_000 }],
    { kind: 'dry', reason: 'no category has anything to do: every supply is dry', until: null },
  ],
  [
    'the review queue full',
    [{ makesPullRequests: true }, { makesPullRequests: true }],
    {
      kind: 'review',
      reason:
        'every category makes pull requests (a: 10 pull requests wait for review, and schedule.maxOpenPrs is 10)',
      until: null,
    },
    { pullRequests: { open: 10, because: null, most: 10 } },
  ],
  [
    'the budget of the day used up',
    [{}, { running: 's1' }],
    {
      kind: 'budget',
      reason:
        'no category has budget left today (a: budget: 21M of 20M tokens are used today (3M by what runs))',
      until: '2026-01-02T00:00:00.000Z',
    },
    { budget: USED_UP },
  ],
  [
    // The incident: 12 schedules due at once, disk at 97 %, memory at 95 %.
    'twelve due at once on a full machine',
    Array.from({ length: 12 }, () => ({})),
    {
      kind: 'machine',
      reason:
        'the machine is too full: disk at 97 % (admission.disk is 95 %), memory at 95 % (admission.memory is 90 %)',
      until: null,
    },
    { machine: { memory: 0.951, disk: 0.97, load: 1 }, top: 12, maxConcurrent: 12 },
  ],
  [
    'a single category, cooling down',
    [cooling('2026-01-01T11:30:00.000Z')],
    { kind: 'cooling', reason: 'a: it is cooling down', until: '2026-01-01T12:30:00.000Z' },
  ],
  [
    'several things, and until the first may run',
    [
      { running: 's1' },
      cooling('2026-01-01T11:50:00.000Z'),
      cooling('2026-01-01T11:20:00.000Z'),
      { hold: HOLD },
    ],
    {
      kind: 'several',
      reason: 'none of 4 categories may start: a running; b, c cooling down; d held',
      until: '2026-01-01T12:20:00.000Z',
    },
  ],
  [
    'all cooling down',
    [cooling('2026-01-01T11:50:00.000Z'), cooling('2026-01-01T11:20:00.000Z')],
    { kind: 'cooling', reason: 'every category is cooling down', until: '2026-01-01T12:20:00.000Z' },
  ],
  [
    'each for a reason of its own',
    [
      { running: 's1' },
      { harnesses: [missing] },
      { harnesses: [parked('2026-01-01T14:00:00.000Z')] },
      { supply: DRY },
      { makesPullRequests: true },
      { budget: USED_UP },
    ],
    {
      kind: 'several',
      reason:
        'none of 6 categories may start: a running; b without a harness that can start; c parked; d dry; e waiting for reviews; f over budget',
      until: '2026-01-01T14:00:00.000Z',
    },
    { pullRequests: { open: 10, because: null, most: 10 } },
  ],
  [
    'many, of which no more than four are named',
    [
      ...Array.from({ length: 4 }, () => ({ running: 's1' })),
      ...Array.from({ length: 6 }, () => ({ hold: HOLD })),
    ],
    {
      kind: 'several',
      reason: 'none of 10 categories may start: a, b, c, d running; e, f, g, h and 2 more held',
      until: '2026-01-01T12:30:00.000Z',
    },
  ],
  [
    'maxConcurrent',
    [{}, {}],
    { kind: 'full', reason: '6 sessions run or start, and schedule.maxConcurrent is 6', until: null },
    { running: 6 },
  ],
  [
    'nothing positive',
    [{ belief: bad }, { running: 's1' }],
    { kind: 'score', reason: 'no eligible category scored above zero; another draw may', until: null },
  ],
];

test.each(TABLE.map(([name, ...row]) => ({ name, row })))('$name', ({ row }) => {
  const [states, expected, given] = row;
  const categories = states.map((state, index) => stateOf(String.fromCharCode(97 + index), state));
  const { rest, chosen } = choose(inputOf({ categories, ...given }));
  expect(rest).toEqual(expected);
  expect(chosen.length).toBe(expected === null ? states.length : 0);
});
