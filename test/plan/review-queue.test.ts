import { describe, expect, test } from 'vitest';
import type { PullRequests } from '../../src/domain/choice.ts';
import { choose } from '../../src/plan/choose.ts';
import { beliefOf, inputOf, NOON, stateOf } from '../support/choices.ts';

const open = (count: number | null): PullRequests => ({ open: count, because: null, most: 5 });

/** What starts of three categories that make pull requests and one that does not, and why the others do not. */
function chosenOf(pullRequests: PullRequests, running: string | null = null) {
  const categories = ['a', 'b', 'c'].map((name) => stateOf(name, { makesPullRequests: true }));
  if (categories[0]) categories[0] = { ...categories[0], running };
  const choice = choose(inputOf({ top: 4, pullRequests, categories: [...categories, stateOf('d')] }));
  const names = choice.chosen.map(({ category }) => category);
  return {
    makers: names.filter((name) => name !== 'd').length,
    hasOther: names.includes('d' as (typeof names)[number]),
    because: new Set(choice.notChosen.map(({ because }) => because)),
  };
}

describe('the queue of pull requests', () => {
  test('takes no more of those that start together than there is room for', () => {
    expect(chosenOf(open(2))).toEqual({ makers: 3, hasOther: true, because: new Set() });
    expect(chosenOf(open(4))).toEqual({
      makers: 1,
      hasOther: true,
      because: new Set(['pull requests: 4 open and 1 to come, and schedule.maxOpenPrs is 5']),
    });
  });

  test('has room for one more beside categories that make no pull requests', () => {
    const known = { updates: 100, lastAt: NOON };
    const sure = stateOf('d', { belief: beliefOf('d', { alpha: 99, beta: 1, ...known }) });
    const maker = stateOf('a', {
      makesPullRequests: true,
      belief: beliefOf('a', { alpha: 50, beta: 50, ...known }),
    });
    const { chosen } = choose(inputOf({ pullRequests: open(4), categories: [maker, sure] }));
    expect(chosen.map(({ category }) => category)).toEqual(['d', 'a']);
  });

  test('counts those that sessions at work will open', () => {
    expect(chosenOf(open(3), 's000000001')).toMatchObject({ makers: 1, hasOther: true });
    expect(chosenOf(open(4), 's000000001')).toMatchObject({
      makers: 0,
      hasOther: true,
      because: new Set(['pull requests: 4 open and 1 to come, and schedule.maxOpenPrs is 5']),
    });
  });

  test('holds nothing back where the forge could not be asked', () => {
    expect(chosenOf(open(null), 's000000001')).toMatchObject({ makers: 2, hasOther: true });
    expect(chosenOf({ ...open(null), most: 0 }, 's000000001')).toMatchObject({ makers: 2 });
  });
});
