import type { Belief } from '../../src/domain/belief.ts';
import {
  CHOICE_VERSION,
  type CategoryState,
  type ChoiceInput,
  type PastSession,
} from '../../src/domain/choice.ts';
import type { CategoryName } from '../../src/domain/ids.ts';

/** The moment of these choices. */
export const NOON = '2026-01-01T12:00:00.000Z';

/** ISO 8601, so long before noon. */
export const hoursAgo = (hours: number): string =>
  new Date(Date.parse(NOON) - hours * 3_600_000).toISOString();

export function beliefOf(category: string, given: Partial<Belief> = {}): Belief {
  return {
    category: category as CategoryName,
    alpha: 1,
    beta: 1,
    updates: 0,
    sessions: 0,
    lastAt: null,
    othersSince: 0,
    ...given,
  };
}

/** A category that nothing holds back and that was never tried. */
export function stateOf(category: string, given: Partial<CategoryState> = {}): CategoryState {
  return {
    category: category as CategoryName,
    belief: beliefOf(category),
    running: null,
    isLocked: false,
    lastEndedAt: null,
    cooldownMs: 0,
    harnesses: [{ name: 'a', trouble: null, until: null, isParked: false }],
    arms: [{ harness: 'a', model: null, alpha: 2, beta: 2, trouble: null }],
    starts: 0,
    grades: [],
    hold: null,
    supply: null,
    supplyBefore: null,
    makesPullRequests: false,
    budget: null,
    expected: { tokens: 0, costUsd: 0 },
    owner: null,
    ...given,
  };
}

export function inputOf(given: Partial<ChoiceInput> = {}): ChoiceInput {
  return {
    version: CHOICE_VERSION,
    seed: 1,
    at: NOON,
    top: 3,
    running: 0,
    maxConcurrent: 6,
    startsSince: hoursAgo(168),
    machine: { memory: 0.5, disk: 0.5, load: 1 },
    admission: { memory: 0.9, disk: 0.95, load: 8 },
    pullRequests: null,
    budget: null,
    dayEndsAt: '2026-01-02T00:00:00.000Z',
    categories: ['a', 'b', 'c', 'd'].map((name) => stateOf(name)),
    ...given,
  };
}

/** A productive session that ended so long before noon, of ten minutes. */
export function pastSession(hours: number, given: Partial<PastSession> = {}): PastSession {
  return {
    id: 's000000001',
    outcome: 'productive',
    grade: 0.6,
    feedsBelief: true,
    declared: null,
    text: '',
    harness: 'a',
    model: null,
    startedAt: hoursAgo(hours + 1 / 6),
    endedAt: hoursAgo(hours),
    ...given,
  };
}
