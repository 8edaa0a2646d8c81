import { describe, expect, test } from 'vitest';
import { factsOf } from '../../src/domain/record-facts.ts';
import { isOutcome } from '../../src/domain/record-words.ts';
import { leakFacts } from '../../src/domain/record.ts';
import { recordOf } from '../support/records.ts';

describe('the processes that a session left behind', () => {
  test('are counted, and are only known in full where a cgroup named every process', () => {
    const left = { leftovers: ['a', 'b'], survivors: ['b'] };
    expect(leakFacts(recordOf(1, { ...left, containment: 'cgroup' }))).toEqual({
      leftoverCount: 2,
      survivorCount: 1,
      isContained: true,
    });
    expect(leakFacts(recordOf(1, { ...left, containment: 'none' })).isContained).toBe(false);
  });

  test('are unknown in a record without supervision', () => {
    const { survivors: _, containment: __, ...imported } = recordOf(1, { leftovers: [] });
    expect(leakFacts(imported)).toEqual({ leftoverCount: 0, survivorCount: 0, isContained: null });
  });
});

test('reports read a part of a record', () => {
  const record = recordOf(1, { model: 'm', modelAsked: 'n', leftovers: ['a'] });
  const { id, category, harness, model, modelAsked, runType, attended, source, outcome } = record;
  const { failureModes, feedsBelief, grade, startedAt, endedAt } = record;
  expect(factsOf(record)).toEqual({
    id,
    category,
    harness,
    model,
    modelAsked,
    runType,
    attended,
    source,
    outcome,
    failureModes,
    feedsBelief,
    grade,
    startedAt,
    endedAt,
    leftoverCount: 1,
    survivorCount: 0,
    isContained: false,
    isByPerson: false,
  });
});

test('an outcome is one of six words', () => {
  const words = ['productive', 'noop', 'blocked', 'failed', 'not-run', 'unknown'];
  expect(words.filter((word) => isOutcome(word))).toEqual(words);
  for (const word of ['', 'success', 'Productive']) expect(isOutcome(word)).toBe(false);
});
