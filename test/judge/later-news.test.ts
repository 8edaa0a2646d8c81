import { describe, expect, test } from 'vitest';
import { ON_NO_BRANCH, type CheckEvidence, type Effect, type OwnCommit } from '../../src/domain/evidence.ts';
import type { CiResult, ForgeNews } from '../../src/domain/forge.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { judge, judgeAgain } from '../../src/judge/judge.ts';
import { hearForge, type LaterNews } from '../../src/judge/later-news.ts';
import { checked, CODE, commit, evidenceOf, stopped } from '../support/evidence.ts';
import { recordOf } from '../support/records.ts';

const own = commit(40);
const PULL = 'https://forge.example/o/r/pull/7';
const ISSUE = 'https://forge.example/o/r/issues/3';

function pull(stage: 'opened' | 'merged' | 'closed'): Effect {
  return { kind: 'pull-request', source: 'forge', url: PULL, stage, commits: [own.sha] };
}
const closes: Effect = { kind: 'issue-closed', source: 'forge', url: ISSUE, commits: [own.sha] };

function newsOf(given: Partial<ForgeNews> = {}): ForgeNews {
  return { effects: [], recovered: [], notClosed: [], ci: 'none', ciBefore: 'none', ...given };
}

interface Recorded {
  readonly commits?: readonly OwnCommit[];
  readonly check?: CheckEvidence;
  readonly effects?: readonly Effect[];
}

/** A recorded session, of one normal commit unless told otherwise, what it was judged by, and what it becomes. */
function hear(news: ForgeNews, { commits = [own], check = checked('none'), effects = [] }: Recorded = {}) {
  const evidence = evidenceOf({ commits, check });
  const record = {
    ...recordOf(1, { commits: commits.map(({ sha }) => sha), commitDetails: commits, check, effects }),
    ...judge(CODE, stopped(), { ...evidence, effects }),
  };
  const heard = hearForge(record, evidence, news);
  return { record, evidence, heard, after: apply(record, heard, evidence) };
}

function apply(
  record: SessionRecord,
  { facts }: LaterNews,
  evidence: ReturnType<typeof evidenceOf>,
): SessionRecord {
  return { ...record, ...facts, ...judgeAgain({ ...record, ...facts }, evidence) };
}

describe('pull requests and issues', () => {
  test('a merged one counts 1.5 instead of its commit', () => {
    const { heard, after } = hear(newsOf({ effects: [pull('merged')] }));
    expect(heard.because).toEqual([`pull request merged: ${PULL}`]);
    // 0.10 + 0.90 × (1 - e^(-1.1 × 1.5)) × 0.9
    expect(after.grade).toBe(0.7544);
  });

  test('one that was open and is refused by now is worth its commit', () => {
    const { heard, record, after } = hear(newsOf({ effects: [pull('closed')] }), {
      effects: [pull('opened')],
    });
    expect(heard.because).toEqual([`pull request closed: ${PULL}`]);
    expect(after.grade ?? 1).toBeLessThan(record.grade ?? 0);
  });

  test('one that this account does not see stays as it was', () => {
    expect(hear(newsOf(), { effects: [pull('merged')] }).heard).toMatchObject({
      because: [],
      facts: { effects: [pull('merged')] },
    });
  });

  test('stand in one order, whatever the forge’s, after the files that were made', () => {
    const file: Effect = { kind: 'artefact', source: 'worktree', path: 'a.pdf', commits: [] };
    const other: Effect = { ...pull('merged'), url: `${PULL}7` } as Effect;
    const expected = [file, closes, pull('opened'), other];
    for (const effects of [
      [other, closes, pull('opened')],
      [pull('opened'), other, closes],
    ]) {
      const { heard } = hear(newsOf({ effects }), { effects: [file] });
      expect(heard.facts.effects).toEqual(expected);
      // The file is not news.
      expect(heard.because.toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
        `issue closed: ${ISSUE}`,
        `pull request merged: ${PULL}7`,
        `pull request opened: ${PULL}`,
      ]);
    }
  });

  test('an issue that was reopened is no result any more; one that nobody asked about stays', () => {
    const effects = [closes, pull('merged')];
    const { heard, record, after } = hear(newsOf({ notClosed: [ISSUE] }), { effects });
    expect(heard.because).toEqual([`this work no longer closes the issue ${ISSUE}`]);
    expect(heard.facts.effects).toEqual([pull('merged')]);
    expect(after.grade ?? 1).toBeLessThanOrEqual(record.grade ?? 0);
    expect(hear(newsOf(), { effects }).heard.because).toEqual([]);
  });
});

describe('commits that only a pull request has', () => {
  const recovered = { ...own, source: 'forge' as const };
  const nothing = evidenceOf({ notCounted: [{ sha: own.sha, because: ON_NO_BRANCH }] });
  const record = {
    ...recordOf(1, { commits: [], commitDetails: [], notCounted: nothing.notCounted }),
    ...judge(CODE, stopped('lost'), nothing),
    stop: stopped('lost'),
  };
  const news = newsOf({ effects: [pull('merged')], recovered: [recovered] });

  test('are the session’s work, once', () => {
    expect(record.outcome).toBe('unknown');
    const heard = hearForge(record, nothing, news);
    expect(heard.because).toEqual([
      `pull request merged: ${PULL}`,
      `a pull request has its commit ${own.sha.slice(0, 12)}, and no branch here`,
    ]);
    const after = apply(record, heard, nothing);
    expect(after).toMatchObject({ outcome: 'productive', commits: [own.sha], notCounted: [] });
    expect(hearForge(after, nothing, news).because).toEqual([]);
    // A later judge has the evidence of that day, and the record as it stands.
    expect(judgeAgain(after, nothing)).toMatchObject({ outcome: 'productive', grade: after.grade });
  });

  test('leave the commits that still do not count where they are', () => {
    const stranger = { sha: 'f'.repeat(40), because: 'another author made it' };
    const both = { ...record, notCounted: [stranger, ...record.notCounted] };
    expect(hearForge(both, nothing, news).facts.notCounted).toEqual([stranger]);
  });

  test('are nothing yet where no pull request has them', () => {
    expect(hearForge(record, nothing, newsOf())).toMatchObject({ because: [], facts: { commits: [] } });
  });

  test('stand before those that are on a branch: CI speaks of the last of these', () => {
    const later = commit(40);
    const both = { ...record, commits: [later.sha], commitDetails: [later] };
    const heard = hearForge(both, nothing, { ...news, ci: 'failed', ciBefore: 'passed' });
    expect(heard.facts.commits).toEqual([own.sha, later.sha]);
    expect(heard.because.at(-1)).toContain(later.sha.slice(0, 12));
  });
});

describe('CI', () => {
  test.each<[CheckEvidence['result'], CiResult, CiResult, CheckEvidence['result']]>([
    ['none', 'failed', 'passed', 'failed'],
    ['passed', 'failed', 'passed', 'failed'],
    ['not-run', 'failed', 'passed', 'failed'],
    // A check that was red before, or perhaps red, does not count against this work.
    ['none', 'failed', 'failed', 'failed-before'],
    ['none', 'failed', 'none', 'not-run'],
    ['none', 'failed', 'pending', 'not-run'],
    ['passed', 'failed', 'none', 'passed'],
    ['none', 'passed', 'none', 'passed'],
    ['none', 'passed', 'failed', 'passed'],
    ['none', 'pending', 'passed', 'none'],
    // Both have to be green.
    ['failed', 'passed', 'passed', 'failed'],
    ['failed-before', 'failed', 'passed', 'failed-before'],
  ])('our check %s, CI %s (%s before): %s', (own_, ci, ciBefore, result) => {
    const { heard, after } = hear(newsOf({ ci, ciBefore }), { check: checked(own_) });
    expect(heard.facts.check.result).toBe(result);
    expect(after.failureModes.includes('ci_break')).toBe(result === 'failed');
  });

  test('that failed is named with the commit and its pull request', () => {
    const { heard, after } = hear(newsOf({ effects: [pull('opened')], ci: 'failed', ciBefore: 'passed' }));
    expect(heard.because[1]).toBe(
      `CI passed before and failed after (commit ${own.sha.slice(0, 12)} of ${PULL})`,
    );
    expect(after.gradeParts?.quality).toBe(0.4);
  });

  test('is told with the pull request, not with the issue that it closes', () => {
    const { heard } = hear(newsOf({ effects: [closes, pull('merged')], ci: 'passed' }));
    expect(heard.because.at(-1)).toBe(`CI passed (commit ${own.sha.slice(0, 12)} of ${PULL})`);
  });

  test('says in a sentence what it comes to', () => {
    const detail = (ci: CiResult, ciBefore: CiResult, result: CheckEvidence['result'] = 'none') =>
      hear(newsOf({ ci, ciBefore }), { check: checked(result) }).heard.facts.check.detail;
    expect(detail('passed', 'passed')).toBe('CI passed');
    expect(detail('passed', 'failed')).toBe('CI passed, and failed before this work');
    expect(detail('failed', 'passed')).toBe('CI passed before and failed after');
    expect(detail('failed', 'failed')).toBe('CI failed before this work too');
    expect(detail('failed', 'none')).toBe(
      'CI failed, and has no result of the commit before to compare with',
    );
    expect(detail('failed', 'none', 'passed')).toBe(
      'the check: passed; CI failed, and has no result of the commit before',
    );
    expect(hear(newsOf({ ci: 'passed' })).heard.because).toEqual([
      `CI passed (commit ${own.sha.slice(0, 12)})`,
    ]);
  });

  test('that is green where it was red before is a repair, and no longer one when it turns red', () => {
    const { heard, after, evidence } = hear(newsOf({ ci: 'passed', ciBefore: 'failed' }));
    expect(heard.facts.effects).toEqual([{ kind: 'ci-fixed', source: 'check', commits: [own.sha] }]);
    const later = hearForge(after, evidence, newsOf({ ci: 'failed', ciBefore: 'failed' }));
    expect(later.facts.effects).toEqual([]);
    expect(heard.because).toEqual([
      'the check failed before this work and passes now',
      `CI passed, and failed before this work (commit ${own.sha.slice(0, 12)})`,
    ]);
  });

  test('that is green again was repaired by the commits that change something', () => {
    const empty = commit(0, { files: [] });
    const repaired = newsOf({ ci: 'passed', ciBefore: 'failed' });
    expect(hear(repaired, { commits: [own, empty] }).heard.facts.effects).toEqual([
      { kind: 'ci-fixed', source: 'check', commits: [own.sha] },
    ]);
    expect(hear(repaired, { commits: [empty] }).heard.facts.effects).toEqual([]);
  });

  test('that says nothing leaves a repair as it was recorded', () => {
    const repair: Effect = { kind: 'ci-fixed', source: 'check', commits: [own.sha] };
    const recorded = { commits: [own, commit(40)], check: checked('passed'), effects: [repair] };
    expect(hear(newsOf(), recorded).heard).toMatchObject({ because: [], facts: { effects: [repair] } });
  });
});

test('the same news twice are none the second time, and a run that is green again undoes the break', () => {
  const all = newsOf({ effects: [closes, pull('merged')], ci: 'failed', ciBefore: 'passed' });
  const { record, after, evidence } = hear(all, { check: checked('passed') });
  expect(after.failureModes).toContain('ci_break');
  expect(hearForge(after, evidence, all).because).toEqual([]);
  const green = hearForge(after, evidence, { ...all, ci: 'passed' });
  expect(green.facts.check).toEqual(record.check);
  expect(apply(after, green, evidence).failureModes).toEqual([]);
});
