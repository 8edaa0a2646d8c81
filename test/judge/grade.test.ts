import { describe, expect, test } from 'vitest';
import type { Effect, OwnCommit } from '../../src/domain/evidence.ts';
import { judge } from '../../src/judge/judge.ts';
import { totalWeight } from '../../src/judge/total-weight.ts';
import { checked, CODE, commit, evidenceOf, stopped } from '../support/evidence.ts';

const TODO_OPEN = { ...evidenceOf().transcript, openTodos: 2 };

/** The worked examples of 3-outcomes, and others calculated apart: `0.10 + 0.90 × (1 - e^(-1.1 u)) × quality × closure`. */
describe('the grade of what was delivered', () => {
  test.each([
    ['40 lines, no check', [40], 'none', false, 0.64],
    ['40 lines, check passed', [40], 'passed', false, 0.7],
    ['40 lines, check failed', [40], 'failed', false, 0.34],
    ['one line, no check, open loop', [1], 'none', true, 0.22],
    // u = 1 at most: 400 lines are one normal commit.
    ['400 lines, check passed', [400], 'passed', false, 0.7],
    // u = 2: 1 - e^-2.2 = 0.889197, × 0.9 + 0.1 = 0.900277
    ['twice 40 lines, check passed', [40, 40], 'passed', false, 0.9],
    // u = 0.05: 1 - e^-0.055 = 0.053515, × 0.9 × 0.9 + 0.1 = 0.143347
    ['only generated lines', [0], 'none', false, 0.14],
    // 0.1 + 0.9 × 0.667129 × 0.9 × 0.8
    ['40 lines, open loop', [40], 'none', true, 0.53],
    // 7 lines: 3 / log2(41) = 0.559955; 1 - e^-0.615951 = 0.459873; 0.1 + 0.9 × 0.459873 = 0.513886
    ['7 lines, check passed', [7], 'passed', false, 0.51],
  ] as const)('%s', (_, lines, check, isOpen, grade) => {
    const evidence = evidenceOf({
      commits: lines.map((each) => commit(each)),
      check: checked(check),
      ...(isOpen ? { transcript: TODO_OPEN } : {}),
    });
    const verdict = judge(CODE, stopped(), evidence);
    expect(verdict.outcome).toBe('productive');
    expect(verdict.grade).toBeCloseTo(grade, 2);
    const { delivery, quality, closure } = verdict.gradeParts ?? { delivery: 0, quality: 0, closure: 0 };
    expect(verdict.grade).toBeCloseTo(0.1 + 0.9 * delivery * quality * closure, 4);
  });

  test.each(['none', 'not-run', 'failed-before'] as const)('a check that says %s counts 0.9', (result) => {
    const verdict = judge(CODE, stopped(), evidenceOf({ commits: [commit(40)], check: checked(result) }));
    expect(verdict.gradeParts?.quality).toBe(0.9);
  });

  test('the same change twice counts once, at its larger size', () => {
    const once = commit(40, { patchId: 'p' });
    const again = commit(3, { patchId: 'p' });
    const grade = (...commits: ReturnType<typeof commit>[]) =>
      judge(CODE, stopped(), evidenceOf({ commits })).grade;
    expect(grade(once, again)).toBe(grade(once));
    expect(grade(again, once)).toBe(grade(once));
    expect(grade(once, commit(3))).toBeGreaterThan(grade(once) ?? 1);
  });

  test('ten empty commits are not ten, and not one', () => {
    const empty = Array.from({ length: 10 }, () => commit(0, { files: [], patchId: null }));
    expect(judge(CODE, stopped(), evidenceOf({ commits: empty }))).toMatchObject({
      outcome: 'unknown',
      grade: null,
    });
    const grade = judge(CODE, stopped(), evidenceOf({ commits: [commit(40), ...empty] })).grade;
    expect(grade).toBeCloseTo(0.64, 2);
  });
});

/** u is worked out by hand in each; the grade without a check is `0.10 + 0.81 × (1 - e^(-1.1 u))`. */
describe('one change counts once, at its highest stage', () => {
  const gradeOf = (u: number): number => 0.1 + 0.81 * (1 - Math.exp(-1.1 * u));
  const small = commit(1); // 1 / log2(41) = 0.186651
  const normal = commit(40);
  const pull = (stage: 'opened' | 'merged' | 'closed', ...carried: OwnCommit[]): Effect => ({
    kind: 'pull-request',
    source: 'forge',
    url: `pull/${carried.map(({ sha }) => sha).join()}`,
    stage,
    commits: carried.map(({ sha }) => sha),
  });
  const artefact = (file: string, ...carried: OwnCommit[]): Effect => ({
    kind: 'artefact',
    source: carried.length > 0 ? 'commit' : 'worktree',
    path: file,
    commits: carried.map(({ sha }) => sha),
  });
  const issue = (url: string, ...carried: OwnCommit[]): Effect => ({
    kind: 'issue-closed',
    source: 'forge',
    url,
    commits: carried.map(({ sha }) => sha),
  });
  const fixed = (...carried: OwnCommit[]): Effect => ({
    kind: 'ci-fixed',
    source: 'check',
    commits: carried.map(({ sha }) => sha),
  });

  test.each([
    ['an open pull request of one commit', [normal], [pull('opened', normal)], 1.2],
    ['a merged one', [normal], [pull('merged', normal)], 1.5],
    ['a merged one of one line', [small], [pull('merged', small)], 1.5],
    ['a refused one is worth its commit', [normal], [pull('closed', normal)], 1],
    ['the others of a pull request count as commits', [normal, small], [pull('merged', normal, small)], 2.5],
    [
      'two pull requests of the same change',
      [normal],
      [pull('merged', normal), { ...pull('opened', normal), url: 'backport' } as Effect],
      1.5,
    ],
    ['the same pull request twice', [normal], [pull('opened', normal), pull('merged', normal)], 1.5],
    // One stands on the other: each has a change of its own.
    ['stacked pull requests', [normal, small], [pull('opened', normal), pull('opened', normal, small)], 2.4],
    ['a check made to pass by one line', [small], [fixed(small)], 0.8],
    ['a check made to pass by a normal commit', [normal], [fixed(normal)], 1],
    ['an issue closed by one line', [small], [issue('1', small)], 0.4],
    ['two issues closed by one line', [small], [issue('1', small), issue('2', small)], 0.4],
    ['a journal entry alone', [small], [artefact('a.md', small)], 0.4],
    ['a journal entry beside work', [normal, small], [artefact('a.md', small)], 1.4],
    [
      'one file in many commits is one artefact',
      [small, commit(1)],
      [artefact('a.md', small)],
      0.4 + 0.186651,
    ],
    ['one that lies uncommitted', [], [artefact('a.md')], 0.4],
    ['two that lie uncommitted', [], [artefact('a.md'), artefact('b.md')], 0.8],
    [
      'all at once',
      [normal, small],
      [pull('merged', normal, small), issue('1', normal, small), fixed(normal), artefact('a.md', small)],
      2.5,
    ],
  ])('%s', (_, commits, effects, u) => {
    const verdict = judge(CODE, stopped(), evidenceOf({ commits, effects }));
    expect(verdict.outcome).toBe('productive');
    expect(verdict.grade).toBeCloseTo(gradeOf(u), 3);
  });

  test('the sum is the same to its last digit, whatever the names of the commits', () => {
    const lines = [1, 2, 3, 5, 7, 9, 11];
    // Commits are numbered in the order of their making.
    const [up, down] = [lines, lines.toReversed()].map((each) => each.map((count) => commit(count)));
    expect(totalWeight({ commits: up ?? [], effects: [] })).toBe(
      totalWeight({ commits: down ?? [], effects: [] }),
    );
  });

  test('a merged pull request with checks passed: 0.83', () => {
    const evidence = evidenceOf({
      commits: [normal],
      effects: [pull('merged', normal)],
      check: checked('passed'),
    });
    expect(judge(CODE, stopped(), evidence).grade).toBeCloseTo(0.83, 2);
  });

  test('a refused pull request alone is no deliverable', () => {
    const empty = commit(0, { files: [], patchId: null });
    const evidence = evidenceOf({ commits: [empty], effects: [pull('closed', empty)] });
    expect(judge(CODE, stopped(), evidence).outcome).toBe('unknown');
  });
});

describe('the grade of everything else', () => {
  const declared = (reason: string) => evidenceOf({ declared: { kind: 'noop', reason } });

  test('a noop that was declared with a reason is worth 0.05, any other nothing', () => {
    expect(judge(CODE, stopped(), declared('the queue is empty')).grade).toBe(0.05);
    expect(judge(CODE, stopped(), declared('')).grade).toBe(0);
    expect(judge(CODE, stopped(), declared('  \n')).grade).toBe(0);
    expect(judge(CODE, stopped(), evidenceOf()).grade).toBe(0);
  });

  test.each([
    ['timed-out', 0],
    ['stuck', 0],
    ['crashed', 0],
    ['cancelled', null],
    ['lost', null],
    ['not-started', null],
    ['asked', null],
  ] as const)('%s: %s', (reason, grade) => {
    const verdict = judge(CODE, stopped(reason), evidenceOf());
    expect(verdict.grade).toBe(grade);
    expect(verdict.gradeParts).toBeNull();
  });
});
