import { describe, expect, test } from 'vitest';
import type { CheckEvidence, Effect } from '../../src/domain/evidence.ts';
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
  return { effects: [], notClosed: [], ci: 'none', ciBefore: 'none', ...given };
}

/** A recorded session of one normal commit, what it was judged by, and what it becomes. */
function hear(news: ForgeNews, given: { check?: CheckEvidence; effects?: readonly Effect[] } = {}) {
  const check = given.check ?? checked('none');
  const evidence = evidenceOf({ commits: [own], check });
  const record = {
    ...recordOf(1, { commits: [own.sha], commitDetails: [own], check, effects: given.effects ?? [] }),
    ...judge(CODE, stopped(), { ...evidence, effects: given.effects ?? [] }),
  };
  const heard = hearForge(record, evidence, news);
  return { record, evidence, heard, after: apply(record, heard, evidence) };
}

function apply(
  record: SessionRecord,
  { effects, check }: LaterNews,
  evidence: ReturnType<typeof evidenceOf>,
): SessionRecord {
  return { ...record, effects, check, ...judgeAgain({ ...record, effects, check }, evidence) };
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
      effects: [pull('merged')],
    });
  });

  test('an issue that was reopened is no result any more; one that nobody asked about stays', () => {
    const effects = [closes, pull('merged')];
    const { heard, record, after } = hear(newsOf({ notClosed: [ISSUE] }), { effects });
    expect(heard.because).toEqual([`this work no longer closes the issue ${ISSUE}`]);
    expect(heard.effects).toEqual([pull('merged')]);
    expect(after.grade ?? 1).toBeLessThanOrEqual(record.grade ?? 0);
    expect(hear(newsOf(), { effects }).heard.because).toEqual([]);
  });
});

describe('CI', () => {
  test.each<[CheckEvidence['result'], CiResult, CiResult, CheckEvidence['result']]>([
    ['none', 'failed', 'passed', 'failed'],
    ['passed', 'failed', 'passed', 'failed'],
    ['not-run', 'failed', 'passed', 'failed'],
    // What was red before, or is not known to have been green, is nobody's fault here.
    ['none', 'failed', 'failed', 'failed-before'],
    ['none', 'failed', 'none', 'not-run'],
    ['none', 'failed', 'pending', 'not-run'],
    ['passed', 'failed', 'none', 'passed'],
    ['none', 'passed', 'none', 'passed'],
    ['none', 'pending', 'passed', 'none'],
    // Both have to be green.
    ['failed', 'passed', 'passed', 'failed'],
    ['failed-before', 'failed', 'passed', 'failed-before'],
  ])('our check %s, CI %s (%s before): %s', (own_, ci, ciBefore, result) => {
    const { heard, after } = hear(newsOf({ ci, ciBefore }), { check: checked(own_) });
    expect(heard.check.result).toBe(result);
    expect(after.failureModes.includes('ci_break')).toBe(result === 'failed');
  });

  test('that failed is named with the commit and its pull request', () => {
    const { heard, after } = hear(newsOf({ effects: [pull('opened')], ci: 'failed', ciBefore: 'passed' }));
    expect(heard.because[1]).toBe(
      `CI passed before and failed after (commit ${own.sha.slice(0, 12)} of ${PULL})`,
    );
    expect(after.gradeParts?.quality).toBe(0.4);
  });

  test('that is green where it was red before is a repair, and no longer one when it turns red', () => {
    const { heard, after, evidence } = hear(newsOf({ ci: 'passed', ciBefore: 'failed' }));
    expect(heard.effects).toEqual([{ kind: 'ci-fixed', source: 'check', commits: [own.sha] }]);
    const later = hearForge(after, evidence, newsOf({ ci: 'failed', ciBefore: 'failed' }));
    expect(later.effects).toEqual([]);
  });
});

test('the same news twice are none the second time, and a run that is green again undoes the break', () => {
  const all = newsOf({ effects: [closes, pull('merged')], ci: 'failed', ciBefore: 'passed' });
  const { record, after, evidence } = hear(all, { check: checked('passed') });
  expect(after.failureModes).toContain('ci_break');
  expect(hearForge(after, evidence, all).because).toEqual([]);
  const green = hearForge(after, evidence, { ...all, ci: 'passed' });
  expect(green.check).toEqual(record.check);
  expect(apply(after, green, evidence).failureModes).toEqual([]);
});
