import { fc } from '../support/fixed-seed.ts';
import { describe, expect, test } from 'vitest';
import type { Effect, Evidence, OwnCommit } from '../../src/domain/evidence.ts';
import type { CategoryName } from '../../src/domain/ids.ts';
import { STOP_REASONS } from '../../src/domain/record-schema.ts';
import type { Stop } from '../../src/domain/record.ts';
import { classOf } from '../../src/domain/failure-mode.ts';
import { judge } from '../../src/judge/judge.ts';
import { CODE, commit, ERRED_OVERLOAD, evidenceOf, stopped, transcriptOf } from '../support/evidence.ts';
import { answered, called, ENDED, LIMITED, PROMPTED, SAID, STARTED, UNREADABLE } from '../support/pulses.ts';

const anyStop: fc.Arbitrary<Stop> = fc.record({
  reason: fc.constantFrom(...STOP_REASONS),
  because: fc.string(),
  exitCode: fc.option(fc.nat(255)),
  signal: fc.constantFrom(null, 'SIGKILL'),
});

const anyCommit: fc.Arbitrary<OwnCommit> = fc.record({
  sha: fc.string({ minLength: 40, maxLength: 40, unit: fc.constantFrom('0', '1', 'a', 'f') }),
  patchId: fc.option(fc.constantFrom('p', 'q', 'r', 's', 't')),
  subject: fc.string(),
  lines: fc.oneof(fc.nat(100), fc.nat(1e6)),
  files: fc.array(fc.constantFrom('src/a.ts', 'docs/b.md', 'package-lock.json'), { maxLength: 3 }),
  isMerge: fc.boolean(),
  source: fc.constantFrom('hook', 'reflog'),
});

const anyEffect: fc.Arbitrary<Effect> = fc.oneof(
  fc.record({
    kind: fc.constant('pull-request'),
    source: fc.constant('forge'),
    url: fc.constantFrom('pull/1', 'pull/2', 'pull/3'),
    stage: fc.constantFrom('opened', 'merged', 'closed'),
    commits: someShas(),
  }),
  fc.record({
    kind: fc.constant('issue-closed'),
    source: fc.constant('forge'),
    url: fc.constantFrom('issues/1', 'issues/2'),
    commits: someShas(),
  }),
  fc.record({ kind: fc.constant('ci-fixed'), source: fc.constant('check'), commits: someShas() }),
  fc.record({
    kind: fc.constant('artefact'),
    source: fc.constantFrom('commit', 'worktree'),
    path: fc.constantFrom('a.md', 'b.md', 'c.md'),
    commits: someShas(),
  }),
);

/** Of commits that the evidence may have: they are numbered. */
function someShas(): fc.Arbitrary<string[]> {
  return fc.uniqueArray(fc.constantFrom('1', '2', '3', '4', '5'), { maxLength: 4 });
}

const anyTranscript = fc
  .array(
    fc.constantFrom(
      STARTED,
      PROMPTED,
      SAID,
      LIMITED,
      ENDED,
      { ...ENDED, isError: true, subtype: 'error_max_turns' },
      { kind: 'denied', tool: 'Bash' },
      UNREADABLE,
      ERRED_OVERLOAD,
      called('remote'),
      called('human', 'h'),
      answered(),
    ),
    { maxLength: 8 },
  )
  .map((events) => transcriptOf(...events));

const anyEvidence: fc.Arbitrary<Evidence> = fc.record({
  commits: fc
    .array(anyCommit, { maxLength: 4 })
    .map((commits) => commits.map((each, index) => ({ ...each, sha: String(index + 1) }))),
  notCounted: fc.constant([]),
  range: fc.constant(null),
  effects: fc.array(anyEffect, { maxLength: 4 }),
  gitTrouble: fc.constant(null),
  head: fc.constant(null),
  check: fc.record({
    result: fc.constantFrom('passed', 'failed', 'failed-before', 'not-run', 'none'),
    detail: fc.string(),
  }),
  declared: fc.option(
    fc.record({ kind: fc.constantFrom('noop', 'blocked', 'done', 'open'), reason: fc.string() }),
  ),
  uncommitted: fc.option(fc.array(fc.string(), { maxLength: 2 })),
  transcript: anyTranscript,
  hasEvents: fc.boolean(),
  isReadOnly: fc.boolean(),
  isScript: fc.boolean(),
  observedCategory: fc.constantFrom(null, CODE, 'docs' as CategoryName),
  leftovers: fc.constant([]),
  warnings: fc.constant([]),
});

describe('properties of every verdict', () => {
  test('each outcome has its band of grades, and no other', () => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(anyStop, anyEvidence, (stop, evidence) => {
        const { outcome, grade, gradeParts } = judge(CODE, stop, evidence);
        outcomes.add(outcome);
        expect(gradeParts !== null).toBe(outcome === 'productive');
        if (outcome === 'productive') {
          expect(grade).toBeGreaterThanOrEqual(0.1);
          expect(grade).toBeLessThanOrEqual(1);
        } else if (outcome === 'noop') expect([0, 0.05]).toContain(grade);
        else if (outcome === 'failed') expect(grade).toBe(0);
        else expect(grade).toBeNull();
      }),
      { numRuns: 2000 },
    );
    expect([...outcomes].toSorted()).toEqual([
      'blocked',
      'failed',
      'noop',
      'not-run',
      'productive',
      'unknown',
    ]);
  });

  test('a delivery is never a noop, and nothing delivered is never productive', () => {
    fc.assert(
      fc.property(anyStop, anyEvidence, (stop, evidence) => {
        const isDelivered =
          evidence.commits.some(({ files }) => files.length > 0) ||
          evidence.effects.some(({ kind, commits }) => kind === 'artefact' && commits.length === 0);
        expect(judge(CODE, stop, evidence).outcome === 'productive').toBe(isDelivered);
      }),
    );
  });

  test('a failure has a mode, and a noop left neither files nor commits', () => {
    fc.assert(
      fc.property(anyStop, anyEvidence, (stop, evidence) => {
        const { outcome, failureModes } = judge(CODE, stop, evidence);
        if (outcome === 'failed') expect(failureModes).not.toEqual([]);
        if (outcome === 'noop') expect([evidence.commits, evidence.uncommitted ?? []]).toEqual([[], []]);
      }),
      { numRuns: 2000 },
    );
  });

  test('a grade that feeds beliefs was not caused by a provider, the harness, the host or a person', () => {
    fc.assert(
      fc.property(anyStop, anyEvidence, (stop, evidence) => {
        const verdict = judge(CODE, stop, evidence);
        if (!verdict.feedsBelief) return;
        expect(verdict.grade).not.toBeNull();
        expect(['completed', 'timed-out', 'looping', 'budget', 'asked']).toContain(stop.reason);
        for (const mode of verdict.failureModes)
          expect(['agent', 'supply', 'selector', 'external']).toContain(classOf(mode));
      }),
      { numRuns: 1000 },
    );
  });

  test('one more delivered commit never lowers the grade', () => {
    fc.assert(
      fc.property(anyStop, anyEvidence, anyCommit, fc.nat(4), (stop, evidence, more, at) => {
        const before = judge(CODE, stop, evidence);
        const added = { ...more, sha: '5', files: ['src/new.ts'] };
        const commits = evidence.commits.toSpliced(at, 0, added);
        const after = judge(CODE, stop, { ...evidence, commits });
        expect(after.outcome).toBe('productive');
        expect(after.grade).toBeGreaterThanOrEqual(before.grade ?? 0);
      }),
      { numRuns: 1000 },
    );
  });

  test('one more effect, or a pull request that was merged, never lowers the grade', () => {
    fc.assert(
      fc.property(anyStop, anyEvidence, anyEffect, fc.nat(4), (stop, evidence, more, at) => {
        const before = judge(CODE, stop, evidence);
        const added = judge(CODE, stop, { ...evidence, effects: evidence.effects.toSpliced(at, 0, more) });
        if (before.outcome === 'productive') expect(added.outcome).toBe('productive');
        if (added.outcome === 'productive') expect(added.grade).toBeGreaterThanOrEqual(before.grade ?? 0);
        const merged = evidence.effects.map((each) =>
          each.kind === 'pull-request' && each.stage === 'opened'
            ? { ...each, stage: 'merged' as const }
            : each,
        );
        const later = judge(CODE, stop, { ...evidence, effects: merged });
        expect(later.grade ?? 0).toBeGreaterThanOrEqual(before.grade ?? 0);
      }),
      { numRuns: 1000 },
    );
  });

  test('the order of commits, of effects and of keys changes nothing', () => {
    fc.assert(
      fc.property(anyStop, anyEvidence, fc.nat(), (stop, evidence, turn) => {
        const by = turn % Math.max(1, evidence.commits.length);
        const commits = [...evidence.commits.slice(by), ...evidence.commits.slice(0, by)].toReversed();
        const shuffled = Object.fromEntries(
          Object.entries({ ...evidence, commits, effects: evidence.effects.toReversed() }).toReversed(),
        ) as unknown as Evidence;
        expect(judge(CODE, stop, shuffled)).toEqual(judge(CODE, stop, evidence));
      }),
      { numRuns: 1000 },
    );
  });

  test('it is pure', () => {
    fc.assert(
      fc.property(anyStop, anyEvidence, (stop, evidence) => {
        const copy = structuredClone(evidence);
        const first = judge(CODE, stop, evidence);
        expect(evidence).toEqual(copy);
        expect(judge(CODE, stop, copy)).toEqual(first);
      }),
    );
  });

  test('modes appear once each, and there is a reason for each', () => {
    fc.assert(
      fc.property(anyStop, anyEvidence, (stop, evidence) => {
        const { failureModes, reasons } = judge(CODE, stop, evidence);
        expect(new Set(failureModes).size).toBe(failureModes.length);
        for (const mode of failureModes)
          expect(reasons.some((reason) => reason.startsWith(`${mode}: `))).toBe(true);
      }),
    );
  });
});

test('many small weights: the sum is the same in any order, to the last digit', () => {
  const commits = [1, 2, 3, 5, 7, 9, 11].map((lines) => commit(lines));
  const grade = (list: readonly OwnCommit[]) => judge(CODE, stopped(), evidenceOf({ commits: list }));
  expect(grade(commits.toReversed())).toEqual(grade(commits));
});

test('a delivery worth 0.63 is never a noop, even from a session that declared one and crashed', () => {
  const evidence = evidenceOf({
    commits: [commit(39)],
    declared: { kind: 'noop', reason: 'nothing to do' },
    transcript: transcriptOf(STARTED, SAID),
  });
  const verdict = judge(CODE, stopped('crashed'), evidence);
  expect(verdict.outcome).toBe('productive');
  expect(verdict.grade).toBeGreaterThanOrEqual(0.63);
});
