import { describe, expect, test } from 'vitest';
import type { Effect } from '../../src/domain/evidence.ts';
import { judge } from '../../src/judge/judge.ts';
import { hearForge } from '../../src/judge/later-news.ts';
import { CODE, commit, evidenceOf, stopped } from '../support/evidence.ts';
import { recordOf } from '../support/records.ts';

const SHA = 'a'.repeat(40);

function byPerson(lines: number): Effect {
  return { kind: 'delivered-by-person', source: 'repository', commits: [SHA], lines, files: ['a.ts'] };
}

describe('what a person committed of a session', () => {
  test('makes it productive, graded by these lines alone, and moves no belief', () => {
    const verdict = judge(CODE, stopped(), evidenceOf({ effects: [byPerson(40)] }));
    // 40 lines are a normal commit: 1 - exp(-1.1 × 1).
    expect(verdict).toMatchObject({ outcome: 'productive', failureModes: [], feedsBelief: false });
    expect(verdict.gradeParts?.delivery).toBeCloseTo(1 - Math.exp(-1.1), 5);
    expect(verdict.reasons[0]).toBe('productive: it delivered 40 lines that a person committed (1 commit)');
  });

  test.each(['limited', 'crashed', 'cancelled', 'timed-out'] as const)(
    'counts where the session ended as %s, and nothing is held against it',
    (reason) => {
      const verdict = judge(CODE, stopped(reason), evidenceOf({ effects: [byPerson(5)] }));
      expect(verdict).toMatchObject({ outcome: 'productive', failureModes: [], feedsBelief: false });
    },
  );

  test('weighs no more than one commit, however many lines it has, and less with fewer', () => {
    const delivery = (lines: number): number =>
      judge(CODE, stopped(), evidenceOf({ effects: [byPerson(lines)] })).gradeParts?.delivery ?? 0;
    expect(delivery(4000)).toBe(delivery(40));
    expect(delivery(5)).toBeLessThan(delivery(20));
  });

  test('stays when the forge has news of the session', () => {
    const record = recordOf(1, { commits: [], commitDetails: [], effects: [byPerson(9)], source: 'import' });
    const news = { effects: [], notClosed: [], recovered: [], ci: null, ciBefore: null };
    const { facts } = hearForge(record, evidenceOf(), news as unknown as Parameters<typeof hearForge>[2]);
    expect(facts.effects).toEqual([byPerson(9)]);
  });
});

test('a commit of its own counts beside it, and its grade may move beliefs', () => {
  const own = commit(40);
  const verdict = judge(CODE, stopped(), evidenceOf({ commits: [own], effects: [byPerson(40)] }));
  expect(verdict.feedsBelief).toBe(true);
  expect(verdict.gradeParts?.delivery).toBeCloseTo(1 - Math.exp(-2.2), 5);
});
