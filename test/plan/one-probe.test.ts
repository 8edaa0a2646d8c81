import { expect, test } from 'vitest';
import type { CategoryState, HarnessState } from '../../src/domain/choice.ts';
import { oneProbeEach } from '../../src/plan/one-probe.ts';

const ready: HarnessState = { name: 'h', trouble: null, until: null, isParked: false };
const probe = (probeOf: string): HarnessState => ({ ...ready, probeOf });
const away: HarnessState = { ...ready, trouble: 'account c is parked: x', isParked: true };

/** Asks in this order, as `category: its harnesses`. */
function ask(turns: Readonly<Record<string, readonly HarnessState[]>>): (string | null)[] {
  const wait = oneProbeEach();
  return Object.entries(turns).map(([category, harnesses]) =>
    wait({ category, harnesses } as unknown as CategoryState),
  );
}

test('the first in turn is the probe; those that have nothing else wait, the others start', () => {
  expect(
    ask({
      code: [probe('account a'), away],
      docs: [probe('account a')],
      tests: [probe('account b')],
      free: [ready],
      either: [probe('account a'), ready],
    }),
  ).toEqual([null, 'account a is probed by code first', null, null, null]);
});

test('nothing waits for a probe of what could not start anyway', () => {
  expect(ask({ code: [away], docs: [], tests: [probe('account a'), away] })).toEqual([null, null, null]);
});

test('of two that are due, each is tried by one', () => {
  const both = [probe('account a'), probe('account b')];
  expect(ask({ one: both, two: both, three: both })).toEqual([
    null,
    null,
    'account a is probed by one first',
  ]);
});
