import { describe, expect, test } from 'vitest';
import type { Budget, CategoryState, ChoiceInput, Hold } from '../../src/domain/choice.ts';
import { choose, drawChance } from '../../src/plan/choose.ts';
import { explainCategory, type ExplainedCategory } from '../../src/plan/explain-category.ts';
import { beliefOf, hoursAgo, inputOf, NOON, stateOf } from '../support/choices.ts';

/** What `stint plan --why` says of a category `code` with a worse neighbour, `docs`. */
function explain(
  given: Partial<CategoryState> = {},
  around: Partial<ChoiceInput> = {},
  asked = 'code',
): ExplainedCategory | null {
  const poor = stateOf('docs', { belief: beliefOf('docs', { alpha: 1, beta: 5000, lastAt: NOON }) });
  const input = inputOf({ categories: [stateOf('code', given), poor], ...around });
  return explainCategory({ input, choice: choose(input) }, asked);
}

const because = (name: string, explained: ExplainedCategory | null): string | undefined =>
  explained?.components.find((each) => each.name === name)?.because;

const HOLD: Hold = {
  sessionId: 's1',
  outcome: 'blocked',
  text: '',
  repeats: 1,
  since: NOON,
  until: hoursAgo(-1),
};

describe('the verdict', () => {
  test('says at which place it would start', () => {
    expect(explain()?.verdict).toBe('it would start, as number 1 of 1');
    const alike = ['a', 'b', 'c', 'd'];
    const input = inputOf();
    const verdicts = alike.map(
      (name) => explainCategory({ input, choice: choose(input) }, name)?.verdict ?? '',
    );
    expect(verdicts.toSorted()).toEqual([
      'it may start, and would not: 3 better ones start',
      'it would start, as number 1 of 3',
      'it would start, as number 2 of 3',
      'it would start, as number 3 of 3',
    ]);
  });

  test('says why it does not start', () => {
    expect(explain({}, {}, 'docs')?.verdict).toBe('it may start, and would not: its score is not above zero');
  });

  test('says why it may not, and until when where that is known', () => {
    expect(explain({ running: 's1' })?.verdict).toBe(
      'it may not start: session s1 is running in it; without that it would score as follows',
    );
    expect(explain({ hold: HOLD })?.verdict).toBe(
      'it may not start: held, because session s1 was blocked, until 2026-01-01T13:00:00.000Z; without that it would score as follows',
    );
  });

  test('is that of the category that was asked for', () => {
    const busy = ['a', 'b'].map((name) => stateOf(name, { running: `session-of-${name}` }));
    const input = inputOf({ categories: busy });
    expect(explainCategory({ input, choice: choose(input) }, 'b')?.verdict).toMatch('session-of-b');
  });

  test('is null for a category that the choice does not know', () => {
    expect(explain({}, {}, 'ops')).toBeNull();
  });
});

describe('the score', () => {
  test('is that of the choice, in its four parts', () => {
    const input = inputOf();
    const choice = choose(input);
    const [best] = choice.chosen;
    const explained = explainCategory({ input, choice }, best?.category ?? '');
    expect(explained).toMatchObject({ category: best?.category, score: best?.score });
    expect(explained?.components.map(({ name, value }) => [name, value])).toEqual(
      Object.entries(best?.components ?? {}),
    );
  });

  test('tells of the draw with the belief that it came of', () => {
    // P(x < q) of Beta(2, 1) is q squared.
    const belief = beliefOf('code', { alpha: 2, beta: 1, updates: 1, sessions: 3 });
    const chance = drawChance(1, belief.category);
    expect(because('thompson', explain({ belief }))).toBe(
      `a draw of ${Math.sqrt(chance).toFixed(3)}, less the 0.05 of a declared noop. ` +
        '1 grade of 3 sessions count; the belief Beta(2, 1) has the mean 0.67 and lies between 0.22 and 0.97 with 90 %. ' +
        `Drawn at ${(100 * chance).toFixed(1)} % of it`,
    );
    expect(because('thompson', explain({ belief: { ...belief, alpha: 2.3456, beta: 10.5 } }))).toMatch(
      'the belief Beta(2.35, 10.5) has the mean 0.18 ',
    );
  });

  test('tells of the neglect that the bonus is for', () => {
    const few = '0 starts in 7 days are too few to say how wide attention is';
    expect(because('diversity', explain())).toBe(`it has never run, so it has the whole bonus. ${few}`);
    const belief = beliefOf('code', { lastAt: hoursAgo(12.5), othersSince: 1 });
    expect(because('diversity', explain({ belief }))).toBe(
      `it last started 12h30m ago, and 1 session of others since it ended. From two thirds of 36h on the bonus rises until it is its turn. ${few}`,
    );
    const ahead = beliefOf('code', { lastAt: hoursAgo(-2) });
    expect(because('diversity', explain({ belief: ahead }))).toMatch(
      'it last started 0ms ago, and 0 sessions',
    );
  });

  test('tells of lessons and of a standstill', () => {
    expect(because('lessons', explain())).toBe('no lessons are injected into prompts');
    expect(because('plateau', explain({ grades: [0.5] }))).toBe(
      '1 grade since it last worked with something new; it takes 8',
    );
  });
});

describe('the notes', () => {
  const notes = (...given: Parameters<typeof explain>): readonly string[] => explain(...given)?.notes ?? [];
  const MACHINE = 'machine: memory 50 % in use, disk 50 % in use, load 1.0 for each processor';

  test('of a category with one harness and nothing set are those of the machine', () => {
    expect(notes()).toEqual([MACHINE]);
  });

  test('leave out what the machine does not say, and round nothing up', () => {
    expect(notes({}, { machine: { memory: 0.999, disk: null, load: null } })).toEqual([
      'machine: memory 99 % in use',
    ]);
  });

  test('say with what it starts, and what each of the others drew', () => {
    const arm = { harness: 'a', model: 'x', alpha: 99, beta: 1, trouble: null };
    const arms = [
      arm,
      { ...arm, model: null, alpha: 1.234, beta: 500 },
      { ...arm, harness: 'b', trouble: 'account b is parked' },
    ];
    const sentence =
      /^starts a with x: a with x drew 0\.9\d\d of Beta\(99, 1\); a drew 0\.0\d\d of Beta\(1\.23, 500\); b with x cannot start: account b is parked$/;
    expect(notes({ arms })[0]).toMatch(sentence);
    // A category that does not start has an arm to start with, too.
    expect(notes({ arms, running: 's1' })[0]).toMatch(sentence);
    const parked = arms.map((each) => ({ ...each, trouble: 'parked' }));
    expect(notes({ arms: parked, running: 's1' })).toEqual([MACHINE]);
  });

  test('say with what it starts where another category probes the best', () => {
    const ready = { trouble: null, until: null, isParked: false };
    const harnesses = [
      { name: 'a', ...ready, probeOf: 'account team' },
      { name: 'b', ...ready },
    ];
    const arms = [
      { harness: 'a', model: null, alpha: 99, beta: 1, trouble: null },
      { harness: 'b', model: null, alpha: 50, beta: 50, trouble: null },
    ];
    const input = inputOf({ categories: ['code', 'docs'].map((name) => stateOf(name, { harnesses, arms })) });
    const choice = choose(input);
    const [first, second] = choice.chosen.map(({ category }) => category);
    const starts = (name = '') => explainCategory({ input, choice }, name)?.notes[0];
    expect(starts(first)).toMatch(/^starts a: a drew /);
    expect(starts(second)).toMatch(
      new RegExp(`^starts b: a cannot start: ${first} probes it first; b drew `),
    );
  });

  test('say what its supply is', () => {
    expect(notes({ supply: { kind: 'known', count: 1 } })).toEqual(['supply: 1 task', MACHINE]);
    expect(notes({ supply: { kind: 'unknown', because: 'it timed out' } })).toEqual([
      'supply: unknown, and so no obstacle: it timed out',
      MACHINE,
    ]);
    expect(notes({ hold: HOLD, supply: { kind: 'known', count: 3 }, supplyBefore: 1 })).toEqual([
      'supply: 3 tasks',
      'its hold is lifted: it had 1 task when it was held',
      MACHINE,
    ]);
  });

  test('count the pull requests of those that make some', () => {
    const pullRequests = { open: 2, because: null, most: 10 };
    const makes = { makesPullRequests: true };
    expect(notes(makes, { pullRequests })).toEqual([
      'pull requests: 2 open, and schedule.maxOpenPrs is 10',
      MACHINE,
    ]);
    expect(notes(makes, { pullRequests: { ...pullRequests, open: null, because: 'gh is offline' } })).toEqual(
      ['pull requests: unknown, and so no obstacle: gh is offline', MACHINE],
    );
    expect(notes({}, { pullRequests })).toEqual([MACHINE]);
    expect(notes(makes, { pullRequests: null })).toEqual([MACHINE]);
  });

  test('say how the budgets stand', () => {
    const none = { tokens: 0, costUsd: 0 };
    const budget: Budget = {
      limit: { tokens: 1e6, costUsd: null },
      spent: { tokens: 250e3, costUsd: 0 },
      inFlight: none,
      silent: none,
    };
    const own = { ...budget, limit: { tokens: null, costUsd: 5 }, spent: { tokens: 0, costUsd: 1.5 } };
    expect(notes({ budget: own }, { budget })).toEqual([
      'budget: 250k of 1M tokens today',
      'budget of this category: 1.50 of 5.00 USD today',
      MACHINE,
    ]);
  });
});
