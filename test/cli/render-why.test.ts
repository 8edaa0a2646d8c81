import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/domain/evidence.ts';
import { FAILURE_MODE_NAMES, type FailureMode } from '../../src/domain/failure-mode.ts';
import type { CategoryName } from '../../src/domain/ids.ts';
import type { StopReason } from '../../src/domain/record.ts';
import { OUTCOMES, type Outcome } from '../../src/domain/record-words.ts';
import { whyLines } from '../../src/cli/render-why.ts';
import { judge } from '../../src/judge/judge.ts';
import {
  checked,
  CODE,
  commit,
  ERRED_OVERLOAD,
  ERRED_UNKNOWN,
  evidenceOf,
  stopped,
  transcriptOf,
} from '../support/evidence.ts';
import { ENDED, SAID, STARTED, UNREADABLE } from '../support/pulses.ts';
import { recordOf } from '../support/records.ts';

/** What `show --why` says of a session that ended so. */
function why(reason: StopReason, given: Partial<Evidence>) {
  const evidence = evidenceOf(given);
  const { commits, effects, check, declared, uncommitted, notCounted, warnings, observedCategory } = evidence;
  const verdict = judge(CODE, stopped(reason), evidence);
  const facts = { effects, check, declared, uncommitted, notCounted, warnings, observedCategory };
  const own = { commitDetails: commits, commits: commits.map(({ sha }) => sha) };
  const record = recordOf(1, { ...facts, ...own, ...verdict, stop: stopped(reason) });
  return { verdict, text: whyLines(record, evidence).join('\n') };
}

const DONE = { commits: [commit(40)] };
const OVERFLOW = { ...ENDED, isError: true, text: 'Prompt is too long' };

describe('each outcome names its fact', () => {
  const cases: [Outcome, StopReason, Partial<Evidence>, RegExp][] = [
    [
      'productive',
      'completed',
      DONE,
      /productive: it delivered 1 commit[^]*commits counted\n +0+\w+, 40 lines: seen by/,
    ],
    [
      'noop',
      'completed',
      { declared: { kind: 'noop', reason: 'queue empty' } },
      /nothing to do: queue empty/,
    ],
    ['blocked', 'completed', { declared: { kind: 'blocked', reason: 'no key' } }, /itself blocked: no key/],
    ['failed', 'crashed', {}, /failed: it ended as crashed/],
    ['not-run', 'not-started', {}, /not-run: it ended as not-started/],
    ['unknown', 'completed', { gitTrouble: 'bad object' }, /could not say what it did: bad object/],
  ];
  test('all of them', () => expect(cases.map(([name]) => name)).toEqual([...OUTCOMES]));

  test.each(cases)('%s', (name, reason, given, says) => {
    const { verdict, text } = why(reason, given);
    expect(verdict.outcome).toBe(name);
    expect(text).toMatch(says);
  });
});

describe('each mode names its fact', () => {
  const cases: [FailureMode, StopReason, Partial<Evidence>, string][] = [
    ['noop', 'completed', {}, 'nothing was delivered'],
    ['blocked', 'asked', {}, 'only with help from outside'],
    ['low_productivity', 'completed', { commits: [commit(1)] }, 'its grade is under 0.3'],
    ['abandoned_loop', 'completed', { ...DONE, uncommitted: ['a.ts'] }, 'uncommitted work in 1 file'],
    ['ci_break', 'completed', { ...DONE, check: checked('failed') }, 'the check: failed'],
    [
      'routing_mismatch',
      'completed',
      { ...DONE, observedCategory: 'docs' as CategoryName },
      'the work of docs',
    ],
    [
      'context_overflow',
      'completed',
      { transcript: transcriptOf(STARTED, SAID, OVERFLOW) },
      'Prompt is too long',
    ],
    ['looping', 'looping', {}, 'it ended as looping'],
    ['budget', 'budget', {}, 'it ended as budget'],
    ['usage_limit', 'limited', {}, 'it ended as limited'],
    ['auth', 'unauthorised', {}, 'it ended as unauthorised'],
    ['overload', 'crashed', { transcript: transcriptOf(STARTED, ERRED_OVERLOAD) }, 'HTTP 529'],
    [
      'provider_unknown',
      'crashed',
      {
        transcript: transcriptOf(STARTED, ERRED_UNKNOWN),
      },
      'Etwas ging schief',
    ],
    ['stuck', 'stuck', {}, 'it ended as stuck'],
    ['crash', 'crashed', {}, 'it ended as crashed'],
    ['setup', 'not-started', {}, 'it ended as not-started'],
    ['lost', 'lost', {}, 'it ended as lost'],
    ['cancelled', 'cancelled', {}, 'it ended as cancelled'],
  ];

  test('all that the judge gives of a session’s own evidence', () => {
    // `reverted` comes by amendment; a full disk and the kernel’s end are not told apart yet.
    const others: FailureMode[] = ['reverted', 'disk', 'memory'];
    const known = [...cases.map(([name]) => name), ...others];
    expect(known.toSorted()).toEqual(FAILURE_MODE_NAMES.toSorted());
  });

  test.each(cases)('%s', (mode, reason, given, fact) => {
    const { verdict, text } = why(reason, given);
    expect(verdict.failureModes).toContain(mode);
    const line = text.split('\n').find((each) => each.startsWith(`    ${mode} (`));
    expect(line).toContain(fact);
  });
});

test('what was left open, refused, not counted and not read is named', () => {
  const { text } = why('completed', {
    notCounted: [{ sha: 'f'.repeat(40), because: 'somebody else made it' }],
    uncommitted: ['half.ts'],
    transcript: transcriptOf(
      STARTED,
      SAID,
      { kind: 'denied', tool: 'WebFetch' },
      {
        kind: 'work-started',
        workId: 'w',
        callId: null,
        work: 'shell',
        summary: 'make all',
        isDetached: true,
      },
      UNREADABLE,
      ENDED,
    ),
  });
  for (const fact of [
    'ffffffffffff: somebody else made it',
    'uncommitted: half.ts',
    'refused: WebFetch',
    'not told to be over: background command make all',
    'lines that could not be read: 1',
  ])
    expect(text).toContain(fact);
});

test('a record without evidence says so', () => {
  expect(whyLines(recordOf(1), null).join('\n')).toContain('no evidence is stored with this record');
});

test('requests of one model at different prices are one line', () => {
  const tokens = { input: 10, output: 1, cacheRead: null, cacheWrite: null };
  const used = { model: 'a-model', isSubagent: false, messages: 2, tokens };
  const record = recordOf(1, {
    usageByModel: [
      { ...used, contextBand: '128k' },
      { ...used, contextBand: 'over' },
      { ...used, model: 'b' },
    ],
  });
  expect(whyLines(record, null).join('\n')).toMatch(
    /tokens by model\n +a-model: 4 messages, 20 in, 2 out\n +b: 2 messages, 10 in, 1 out/,
  );
});
