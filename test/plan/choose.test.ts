import { fc } from '../support/fixed-seed.ts';
import { describe, expect, test } from 'vitest';
import { choose } from '../../src/plan/choose.ts';
import { replayChoice } from '../../src/plan/replay-choice.ts';
import { REFERENCE_GRADE, scoreCategory } from '../../src/plan/score.ts';
import { beliefOf, hoursAgo, inputOf, NOON, stateOf } from '../support/choices.ts';

const NOW = new Date(NOON);
const SPREAD = { effective: null, floor: 3, factor: 1, starts: 0, turnAfterHours: 36 };

describe('a choice', () => {
  test('is repeated by its seed, whatever the order of the categories', () => {
    fc.assert(
      fc.property(
        fc.nat(2 ** 31 - 1),
        fc.shuffledSubarray([...inputOf().categories], { minLength: 4 }),
        (seed, categories) => {
          expect(choose(inputOf({ seed, categories }))).toEqual(choose(inputOf({ seed })));
        },
      ),
    );
  });

  test('is made again from its input as it lies in the store', () => {
    fc.assert(
      fc.property(
        fc.nat(2 ** 31 - 1),
        fc.nat(5),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        (seed, top, grades) => {
          const input = inputOf({
            seed,
            top,
            categories: [
              stateOf('a', {
                grades,
                starts: 30,
                belief: beliefOf('a', { alpha: 3.3, lastAt: hoursAgo(1.7) }),
              }),
              stateOf('b', { running: 's1' }),
              stateOf('c', { lastEndedAt: hoursAgo(0.01), cooldownMs: 180_000 }),
            ],
          });
          const stored = JSON.parse(JSON.stringify({ input, choice: choose(input) }));
          expect(replayChoice(stored)).toEqual({ kind: 'same' });
        },
      ),
    );
  });

  test('that was changed, or made by other rules, is told', () => {
    const input = inputOf();
    const choice = choose(input);
    expect(replayChoice({ input, choice: { ...choice, chosen: choice.chosen.slice(1) } })).toEqual({
      kind: 'different',
      again: choice,
    });
    expect(replayChoice({ input: { ...input, version: 0 }, choice })).toEqual({
      kind: 'other-rules',
      version: 0,
    });
  });

  test('differs by seed', () => {
    const first = new Set(
      Array.from({ length: 30 }, (_, seed) => choose(inputOf({ seed })).chosen[0]?.category),
    );
    expect(first.size).toBe(4);
  });

  test('gives a category the same draw whoever else may start', () => {
    const drawOf = (choice: ReturnType<typeof choose>, category: string) =>
      [...choice.chosen, ...choice.notChosen].find((each) => each.category === category)?.components.thompson;
    const others = fc.subarray(['a', 'b', 'd']);
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), others, (seed, busy) => {
        const categories = inputOf().categories.map((each) =>
          busy.includes(each.category) ? { ...each, running: 's1' } : each,
        );
        expect(drawOf(choose(inputOf({ seed, categories })), 'c')).toBe(
          drawOf(choose(inputOf({ seed })), 'c'),
        );
      }),
    );
  });

  test('stands in the order of the names, whatever the order in the file', () => {
    const names = ['c', 'a', 'd', 'b'];
    const busy = names.map((name) => stateOf(name, { running: 's1' }));
    expect(choose(inputOf({ categories: busy })).ineligible.map(({ category }) => category)).toEqual([
      'a',
      'b',
      'c',
      'd',
    ]);
  });

  test('starts no more than there is room for beside what runs', () => {
    const { chosen, notChosen } = choose(inputOf({ running: 1, maxConcurrent: 3 }));
    expect(chosen).toHaveLength(2);
    const because = '3 sessions run or start, and schedule.maxConcurrent is 3';
    expect(notChosen.map((each) => each.because)).toEqual([because, because]);
  });

  test('tells of every category once: chosen, not chosen or ineligible', () => {
    const states = fc
      .array(fc.boolean(), { minLength: 1, maxLength: 8 })
      .map((busy) => busy.map((isBusy, index) => stateOf(`c${index}`, { running: isBusy ? 's' : null })));
    fc.assert(
      fc.property(states, fc.nat(1000), fc.nat(5), fc.nat(5), (categories, seed, top, maxConcurrent) => {
        const choice = choose(inputOf({ categories, seed, top, maxConcurrent }));
        const told = [...choice.chosen, ...choice.notChosen, ...choice.ineligible].map(
          ({ category }) => category,
        );
        expect(told.toSorted()).toEqual(categories.map(({ category }) => category).toSorted());
        expect(choice.chosen.length).toBeLessThanOrEqual(Math.min(top, maxConcurrent));
        expect(choice.rest === null).toBe(choice.chosen.length > 0);
        for (const { score } of choice.chosen) expect(score).toBeGreaterThan(0);
      }),
    );
  });

  test('is the best first, and nothing that is left is better', () => {
    const { chosen, notChosen } = choose(inputOf({ seed: 5, top: 2 }));
    const scores = [...chosen, ...notChosen].map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(notChosen.map(({ because }) => because)).toEqual(['2 better ones start', '2 better ones start']);
  });

  test('learns: a good category is drawn far more often than a bad one', () => {
    const seen = { lastAt: NOON };
    const categories = [
      stateOf('bad', { belief: beliefOf('bad', { alpha: 3, beta: 39, ...seen }) }),
      stateOf('good', { belief: beliefOf('good', { alpha: 31, beta: 11, ...seen }) }),
    ];
    const wins = Array.from({ length: 200 }, (_, seed) => choose(inputOf({ seed, top: 1, categories })));
    expect(wins.filter(({ chosen }) => chosen[0]?.category === 'good').length).toBeGreaterThan(195);
  });
});

describe('a score', () => {
  test('is the sum of its components, the plateau taken off', () => {
    const flat = stateOf('a', { grades: Array.from({ length: 8 }, () => 0.5) });
    const { score, components } = scoreCategory(flat, 0.9, SPREAD, NOW);
    expect(components.plateau).toBeCloseTo(0.2, 9);
    expect(score).toBeCloseTo(
      components.thompson + components.diversity + components.lessons - components.plateau,
      12,
    );
  });

  test('is the draw less the reference: a uniform belief gives the random number itself', () => {
    expect(REFERENCE_GRADE).toBe(0.05);
    expect(scoreCategory(stateOf('a'), 0.3, SPREAD, NOW).components.thompson).toBeCloseTo(0.25, 6);
  });
});
