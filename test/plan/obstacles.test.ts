import { describe, expect, test } from 'vitest';
import type {
  Budget,
  CategoryState,
  HarnessState,
  Hold,
  PullRequests,
  Supply,
} from '../../src/domain/choice.ts';
import { whyIneligible } from '../../src/plan/obstacles.ts';
import { inputOf, NOON, stateOf } from '../support/choices.ts';

const FREE: HarnessState = { name: 'a', trouble: null, until: null, isParked: false };

const why = (given: Partial<CategoryState>, pullRequests: PullRequests | null = null) =>
  whyIneligible(stateOf('code', { cooldownMs: 180_000, ...given }), { ...inputOf(), pullRequests });

test('a category that nothing holds back is eligible', () => {
  expect(why({})).toBeNull();
  expect(why({ lastEndedAt: '2026-01-01T11:00:00.000Z' })).toBeNull();
});

test('one session at a time', () => {
  expect(why({ running: 'abc' })).toMatchObject({
    category: 'code',
    reason: 'session abc is running in it',
    until: null,
  });
  expect(why({ isLocked: true })).toMatchObject({
    reason: 'another process holds its lock',
    until: null,
    obstacles: [{ kind: 'running' }],
  });
});

describe('the cooldown', () => {
  test('says when it is over', () => {
    expect(why({ lastEndedAt: '2026-01-01T11:59:00.000Z' })).toMatchObject({
      reason: 'it is cooling down',
      until: '2026-01-01T12:02:00.000Z',
    });
  });

  test('is over to the millisecond', () => {
    expect(why({ lastEndedAt: '2026-01-01T11:57:00.000Z' })).toBeNull();
    expect(why({ lastEndedAt: '2026-01-01T11:57:00.001Z' })?.until).toBe('2026-01-01T12:00:00.001Z');
    expect(why({ lastEndedAt: NOON, cooldownMs: 0 })).toBeNull();
  });
});

describe('a clock that was set back', () => {
  test('by more than the cooldown, does not make it longer', () => {
    expect(why({ lastEndedAt: '2026-01-02T12:00:00.000Z' })).toBeNull();
    // A few seconds ahead is no clock that was set.
    expect(why({ lastEndedAt: '2026-01-01T12:00:02.000Z' })?.until).toBe('2026-01-01T12:03:02.000Z');
  });

  test('by more than a hold lasts, does not make it longer', () => {
    const from = (since: string, until: string) => why({ hold: { ...HOLD, since, until } });
    expect(from('2026-01-02T12:00:00.000Z', '2026-01-02T12:30:00.000Z')).toBeNull();
    expect(from('2026-01-01T12:10:00.000Z', '2026-01-01T12:40:00.000Z')?.obstacles[0]?.kind).toBe('held');
  });
});

describe('its harnesses', () => {
  const parked = (name: string, until: string | null): HarnessState => ({
    name,
    trouble: `${name} is parked`,
    until,
    isParked: until !== null,
  });

  test('one without trouble is enough', () => {
    expect(why({ harnesses: [parked('a', null), FREE] })).toBeNull();
  });

  test('with trouble everywhere it may try when the first is free', () => {
    const [late, soon] = ['2026-01-01T18:00:00.000Z', '2026-01-01T13:00:00.000Z'];
    expect(why({ harnesses: [parked('a', late), parked('b', null), parked('c', soon)] })).toMatchObject({
      reason: 'a is parked; b is parked; c is parked',
      until: soon,
      obstacles: [{ kind: 'parked' }],
    });
    expect(why({ harnesses: [parked('a', null)] })).toMatchObject({
      until: null,
      obstacles: [{ kind: 'harness' }],
    });
  });
});

const HOLD: Hold = {
  sessionId: 's000000001',
  outcome: 'blocked',
  text: 'it needs a token\u001b[31m\nfor staging',
  repeats: 2,
  since: '2026-01-01T11:30:00.000Z',
  until: '2026-01-01T12:30:00.000Z',
};

describe('a hold', () => {
  test('names the blocker, in a line that steers no terminal, and whom to ask', () => {
    const found = why({ hold: HOLD, owner: '@maintainer' });
    expect(found).toMatchObject({ until: HOLD.until, owner: '@maintainer' });
    expect(found?.reason).toMatch(
      /^held, because session s000000001 was blocked \(2 times in a row\): it needs a token.* for staging \(@maintainer\)$/,
    );
    expect(found?.reason).not.toMatch(/\p{Cc}/u);
  });

  test('is over at its time', () => {
    expect(why({ hold: { ...HOLD, until: NOON } })).toBeNull();
  });
});

describe('supply', () => {
  const known = (count: number): Supply => ({ kind: 'known', count });

  test('of nothing is dry; any other, and one that nobody knows, is not', () => {
    expect(why({ supply: known(0) })).toMatchObject({ until: null, obstacles: [{ kind: 'dry' }] });
    expect(why({ supply: known(1) })).toBeNull();
    expect(why({ supply: { kind: 'unknown', because: 'its command exited with 1' } })).toBeNull();
  });

  test('that is new lifts a hold', () => {
    const hold = { ...HOLD, until: '2026-01-01T13:00:00.000Z' };
    expect(why({ hold, supply: known(3), supplyBefore: 2 })).toBeNull();
    expect(why({ hold, supply: known(2), supplyBefore: 2 })?.obstacles).toMatchObject([{ kind: 'held' }]);
    expect(why({ hold, supply: known(2), supplyBefore: null })?.obstacles).toMatchObject([{ kind: 'held' }]);
    expect(why({ hold, supply: null, supplyBefore: 2 })?.obstacles).toMatchObject([{ kind: 'held' }]);
  });
});

describe('pull requests that wait for review', () => {
  const queue = (open: number | null): PullRequests => ({
    open,
    because: open === null ? 'offline' : null,
    most: 10,
  });
  const pulls = { makesPullRequests: true };

  test('stop what makes more of them, at the limit and nothing else', () => {
    expect(why(pulls, queue(10))).toMatchObject({
      reason: '10 pull requests wait for review, and schedule.maxOpenPrs is 10',
      obstacles: [{ kind: 'review' }],
    });
    expect(why(pulls, queue(9))).toBeNull();
    expect(why({}, queue(10))).toBeNull();
    expect(why(pulls, { ...queue(1), most: 1 })?.reason).toBe(
      '1 pull request waits for review, and schedule.maxOpenPrs is 1',
    );
  });

  test('stop nothing where the forge could not be asked', () => {
    expect(why(pulls, queue(null))).toBeNull();
    expect(why(pulls, { ...queue(null), most: 0 })).toBeNull();
    expect(why(pulls, null)).toBeNull();
  });
});

describe('the owner', () => {
  test('is asked about what holds it, whatever else is in the way, and about nothing else', () => {
    const owner = '@maintainer';
    expect(why({ owner, hold: HOLD, lastEndedAt: NOON })?.owner).toBe(owner);
    expect(why({ owner, lastEndedAt: NOON })?.owner).toBeNull();
  });
});

describe('budgets', () => {
  const used = (tokens: number): Budget => ({
    limit: { tokens: 1e6, costUsd: null },
    spent: { tokens, costUsd: 0 },
    inFlight: { tokens: 0, costUsd: 0 },
    silent: { tokens: 0, costUsd: 0 },
  });
  const reasonOf = (whole: Budget | null, own: Budget | null) =>
    whyIneligible(stateOf('code', { budget: own }), { ...inputOf(), budget: whole })?.reason;

  test('of the project and of the category both hold', () => {
    expect(reasonOf(used(1e6), used(0))).toBe('budget: 1M of 1M tokens are used today');
    expect(reasonOf(null, used(1e6))).toBe('budget of this category: 1M of 1M tokens are used today');
    expect(reasonOf(used(2e6), used(1e6))).toBe(
      'budget: 2M of 1M tokens are used today; budget of this category: 1M of 1M tokens are used today',
    );
    expect(reasonOf(used(0), used(0))).toBeUndefined();
  });
});

test('all that is in the way is told, and the last of it decides', () => {
  const cooling = { lastEndedAt: '2026-01-01T11:59:00.000Z' };
  const hold: Hold = {
    sessionId: 's1',
    outcome: 'noop',
    text: '',
    repeats: 1,
    since: NOON,
    until: '2026-01-01T12:30:00.000Z',
  };
  expect(why({ ...cooling, hold })).toMatchObject({
    reason: 'it is cooling down; held, because session s1 found nothing to do',
    until: '2026-01-01T12:30:00.000Z',
    owner: null,
  });
  // Nobody knows when a session ends.
  expect(why({ ...cooling, running: 's1' })?.until).toBeNull();
});
