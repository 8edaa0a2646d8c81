import { expect, test } from 'vitest';
import { choose } from '../../src/plan/choose.ts';
import { findFull } from '../../src/plan/admission.ts';
import { inputOf } from '../support/choices.ts';

const admission = { memory: 0.9, disk: 0.95, load: 8 };
const full = (
  given: { memory?: number | null; disk?: number | null; load?: number | null },
  limits = admission,
) => findFull({ machine: { memory: 0.5, disk: 0.5, load: 1, ...given }, admission: limits });

test('a machine is full at its limits, and not just under them', () => {
  expect(full({})).toEqual([]);
  expect(full({ memory: 0.899, disk: 0.949, load: 7.99 })).toEqual([]);
  expect(full({ memory: 0.9 })).toEqual(['memory at 90 % (admission.memory is 90 %)']);
  expect(full({ disk: 0.95 })).toEqual(['disk at 95 % (admission.disk is 95 %)']);
  expect(full({ load: 8 })).toEqual(['a load of 8.0 for each processor (admission.load is 8)']);
});

test('what the machine does not say holds nothing back, and 100 % never does', () => {
  const unknown = { memory: null, disk: null, load: null };
  expect(full(unknown)).toEqual([]);
  expect(full(unknown, { memory: 0, disk: 0, load: 0 })).toEqual([]);
  expect(full({ memory: 1, disk: 1 }, { ...admission, memory: 1, disk: 1 })).toEqual([]);
});

test('on a full machine everything is scored and nothing starts', () => {
  const choice = choose(inputOf({ machine: { memory: 0.5, disk: 0.97, load: 1 } }));
  expect(choice.chosen).toEqual([]);
  expect(choice.notChosen.map(({ because }) => because)).toEqual(
    Array.from({ length: 4 }, () => 'the machine is too full'),
  );
  expect(choice.rest?.kind).toBe('machine');
});
