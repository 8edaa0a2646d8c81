import { expect, test } from 'vitest';
import { addLeaks, NO_LEAKS, type LeakReport } from '../../src/report/leaks.ts';

const session = (leftoverCount: number, survivorCount: number, isContained: boolean | null) => ({
  leftoverCount,
  survivorCount,
  isContained,
});

function countLeaks(facts: readonly ReturnType<typeof session>[]): LeakReport {
  return facts.reduce((leaks, each) => addLeaks(leaks, each, each), NO_LEAKS);
}

test('sessions and processes are counted apart, and what could not be known is said', () => {
  const facts = [
    session(0, 0, true),
    session(0, 0, true),
    session(3, 0, true),
    session(2, 1, false),
    session(0, 0, false),
    // Imported, or no agent was started: nothing could have been left.
    session(0, 0, null),
  ];
  expect(countLeaks(facts)).toEqual({ leaving: 2, leftovers: 5, surviving: 1, survivors: 1, uncontained: 2 });
});

test('of no session there is nothing', () => {
  expect(countLeaks([])).toEqual({ leaving: 0, leftovers: 0, surviving: 0, survivors: 0, uncontained: 0 });
});
