import { fc } from '../support/fixed-seed.ts';
import { describe, expect, test } from 'vitest';
import type { ArmCandidate } from '../../src/domain/choice.ts';
import type { CategoryName } from '../../src/domain/ids.ts';
import { choose } from '../../src/plan/choose.ts';
import { pickArm } from '../../src/plan/pick-arm.ts';
import { inputOf, stateOf } from '../support/choices.ts';

const CODE = 'code' as CategoryName;

function arm(model: string, given: Partial<ArmCandidate> = {}): ArmCandidate {
  return { harness: 'a', model, alpha: 2, beta: 2, trouble: null, ...given };
}

const SEEDS = Array.from({ length: 300 }, (_, seed) => seed);
const wins = (candidates: readonly ArmCandidate[]) =>
  Map.groupBy(SEEDS, (seed) => pickArm(seed, CODE, candidates)?.model);

describe('the harness and model of a session', () => {
  test('is the best draw, and says how the others did', () => {
    const candidates = [arm('x'), arm('y'), arm('z', { harness: 'b' })];
    const choice = pickArm(7, CODE, candidates);
    const draws = choice?.candidates.map(({ draw }) => draw ?? 0) ?? [];
    expect(choice?.candidates).toMatchObject(candidates);
    expect(choice?.candidates.find(({ model }) => model === choice.model)?.draw).toBe(Math.max(...draws));
    expect(choice?.seed).toBe(7);
  });

  test('is repeated by its seed, whatever the order and whoever else there is', () => {
    const all = ['v', 'w', 'x', 'y', 'z'].map((model) => arm(model));
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), fc.shuffledSubarray(all, { minLength: 1 }), (seed, some) => {
        const drawOf = (of: readonly ArmCandidate[], model: string | null) =>
          pickArm(seed, CODE, of)?.candidates.find((each) => each.model === model)?.draw;
        for (const { model } of some) expect(drawOf(some, model)).toBe(drawOf(all, model));
      }),
    );
    expect(pickArm(7, CODE, all.toReversed())?.model).toBe(pickArm(7, CODE, all)?.model);
  });

  test('is tried while little is known, and is the better one when much is', () => {
    const fresh = wins([arm('x'), arm('y')]);
    expect(fresh.get('x')?.length).toBeGreaterThan(100);
    expect(fresh.get('y')?.length).toBeGreaterThan(100);
    const known = wins([arm('x', { alpha: 60, beta: 40 }), arm('y', { alpha: 20, beta: 80 })]);
    expect(known.get('y') ?? []).toEqual([]);
  });

  test('is none that cannot start, however good it is', () => {
    const parked = arm('x', { alpha: 99, beta: 1, trouble: 'its account is parked' });
    const choice = pickArm(7, CODE, [parked, arm('y')]);
    expect(choice?.model).toBe('y');
    expect(choice?.candidates[0]).toMatchObject({ draw: null, trouble: 'its account is parked' });
    expect(pickArm(7, CODE, [parked])).toBeNull();
    expect(pickArm(7, CODE, [])).toBeNull();
  });

  test('differs between categories that know equally much', () => {
    const same = SEEDS.filter((seed) => {
      const of = (category: string) => pickArm(seed, category as CategoryName, [arm('x'), arm('y')])?.model;
      return of('code') === of('docs');
    });
    expect(same.length).toBeGreaterThan(100);
    expect(same.length).toBeLessThan(200);
  });
});

describe('a choice', () => {
  test('says with what each category starts, and with what it could have', () => {
    const arms = [arm('x'), arm('y', { alpha: 50, beta: 2 })];
    const [chosen] = choose(inputOf({ categories: [stateOf('code', { arms })] })).chosen;
    expect(chosen).toMatchObject({ category: 'code', harness: 'a', model: 'y' });
    expect(chosen?.candidates.map(({ model }) => model)).toEqual(['x', 'y']);
  });

  test('lets one category probe what was parked, and the others start with something else', () => {
    const ready = { trouble: null, until: null, isParked: false };
    const harnesses = [
      { name: 'a', ...ready, probeOf: 'account team' },
      { name: 'b', ...ready },
    ];
    // The one that is to be probed is by far the better one.
    const arms = [arm('x', { alpha: 99, beta: 1 }), arm('y', { harness: 'b', alpha: 50, beta: 50 })];
    const states = ['code', 'docs', 'ci'].map((category) => stateOf(category, { harnesses, arms }));
    const { chosen } = choose(inputOf({ categories: states }));
    expect(chosen.map(({ harness }) => harness)).toEqual(['a', 'b', 'b']);
    expect(chosen[1]?.candidates[0]?.trouble).toBe(`${chosen[0]?.category} probes it first`);
  });

  test('lets one category probe a model that was parked, and the others start with another one', () => {
    const opus = arm('opus', { alpha: 99, beta: 1, probeOf: 'model opus of account team' });
    const arms = [opus, arm('sonnet', { alpha: 50, beta: 50 })];
    const states = ['code', 'docs', 'ci'].map((category) => stateOf(category, { arms }));
    const { chosen } = choose(inputOf({ categories: states }));
    expect(chosen.map(({ model }) => model)).toEqual(['opus', 'sonnet', 'sonnet']);
    expect(chosen[1]?.candidates[0]?.trouble).toBe(`${chosen[0]?.category} probes it first`);
    // What a draw is made of is kept with the session; a probe is of this choice alone.
    expect(chosen[0]?.candidates[0]).not.toHaveProperty('probeOf');
  });
});
