import { describe, expect, test } from 'vitest';
import { factsOf } from '../../src/domain/record-facts.ts';
import { isOutcome } from '../../src/domain/record-words.ts';
import { countDeliverables, leakFacts } from '../../src/domain/record.ts';
import { commit } from '../support/evidence.ts';
import { recordOf } from '../support/records.ts';

describe('the deliverables of a record', () => {
  const file = (path: string, commits: readonly string[] = []) =>
    ({ kind: 'artefact', source: 'worktree', path, commits }) as const;

  test('are its commits that change a file, and the files outside every commit', () => {
    const commitDetails = [commit(4), commit(0, { files: [] })];
    expect(countDeliverables(recordOf(1, { commitDetails }))).toBe(1);
    const effects = [file('a.pdf'), file('b.pdf'), file('c.pdf', ['1a2b3c4'])];
    expect(countDeliverables(recordOf(1, { commitDetails, effects }))).toBe(3);
    expect(countDeliverables(recordOf(1, { commitDetails: [], effects: [] }))).toBe(0);
  });

  test('leave out a pull request, which is its commits over again', () => {
    const effects = [
      { kind: 'pull-request', source: 'forge', url: 'u', stage: 'opened', commits: [] },
    ] as const;
    expect(countDeliverables(recordOf(1, { commitDetails: [], effects }))).toBe(0);
  });

  test('are those that it names, where it comes from another system', () => {
    const named = { commits: ['1a2b3c4', '5d6e7f8'], commitDetails: [] };
    expect(countDeliverables(recordOf(1, { ...named, source: 'import' }))).toBe(2);
    expect(countDeliverables(recordOf(1, { ...named, source: 'run' }))).toBe(0);
    const more = { ...named, commitDetails: [commit(1), commit(2)], effects: [file('a.pdf')] };
    expect(countDeliverables(recordOf(1, { ...more, source: 'import' }))).toBe(3);
  });
});

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
  });
});

test('an outcome is one of six words', () => {
  const words = ['productive', 'noop', 'blocked', 'failed', 'not-run', 'unknown'];
  expect(words.filter((word) => isOutcome(word))).toEqual(words);
  for (const word of ['', 'success', 'Productive']) expect(isOutcome(word)).toBe(false);
});
