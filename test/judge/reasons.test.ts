import { describe, expect, test } from 'vitest';
import type { Effect, Evidence } from '../../src/domain/evidence.ts';
import type { CategoryName } from '../../src/domain/ids.ts';
import type { SessionEvent } from '../../src/domain/session-event.ts';
import type { Stop, StopReason } from '../../src/domain/record.ts';
import { judge } from '../../src/judge/judge.ts';
import { checked, CODE, commit, ERRED_OVERLOAD, evidenceOf, transcriptOf } from '../support/evidence.ts';
import { called, ENDED, SAID, STARTED } from '../support/pulses.ts';

// The sentences that a record keeps about its verdict, and that `stint show` prints.

const stop = (reason: StopReason = 'completed'): Stop => ({
  reason,
  because: 'as was seen',
  exitCode: 0,
  signal: null,
});
const reasons = (given: Partial<Evidence> = {}, reason?: StopReason): readonly string[] =>
  judge(CODE, stop(reason), evidenceOf({ ...given })).reasons;
const NO_CHECK = 'check: no check is configured';
const AUTH: SessionEvent = { kind: 'erred', error: 'auth', message: 'log in', isRetrying: false };
const FAILED: SessionEvent = { ...ENDED, isError: true, subtype: 'error_max_turns' };

describe('what was delivered', () => {
  const [own, other] = [commit(40), commit(2)];
  const commits = [own.sha];
  const effect = (kind: 'opened' | 'merged' | 'closed', url: string): Effect => ({
    kind: 'pull-request',
    source: 'forge',
    url,
    stage: kind,
    commits,
  });

  test('is counted by its kinds', () => {
    const effects: Effect[] = [
      effect('opened', 'pull/1'),
      effect('merged', 'pull/2'),
      effect('merged', 'pull/3'),
      // It was refused: what remains is its commits.
      effect('closed', 'pull/4'),
      { kind: 'issue-closed', source: 'forge', url: 'issues/1', commits },
      { kind: 'artefact', source: 'commit', path: 'a.pdf', commits },
      { kind: 'artefact', source: 'worktree', path: 'b.pdf', commits: [] },
      { kind: 'ci-fixed', source: 'check', commits },
    ];
    expect(reasons({ commits: [own, other], effects })[0]).toBe(
      'productive: it delivered 2 commits, 1 open pull request, 2 merged pull requests, 1 closed issue, 2 artefacts, a repaired check',
    );
    expect(reasons({ commits: [own] })[0]).toBe('productive: it delivered 1 commit');
    expect(reasons({ commits: [own], effects: effects.slice(0, 1) })[0]).toBe(
      'productive: it delivered 1 commit, 1 open pull request',
    );
  });

  test('is nothing where its commits change nothing', () => {
    const empty = commit(0, { files: [] });
    const effects: Effect[] = [{ ...effect('opened', 'pull/1'), commits: [empty.sha] }];
    expect(reasons({ commits: [empty], effects })[0]).toBe(
      'unknown: it made 1 empty commit without a change of its own, and nothing here shows whether that was its work',
    );
  });
});

test.each<[string, Partial<Evidence>, StopReason]>([
  ['unknown: as was seen', {}, 'cancelled'],
  ['unknown: git could not say what it did: no such folder', { gitTrouble: 'no such folder' }, 'completed'],
  ["not-run: as was seen, before the agent's first turn", { transcript: transcriptOf(STARTED) }, 'limited'],
  ['failed: as was seen, and nothing was delivered before', {}, 'limited'],
  [
    "not-run: the provider was overloaded or unreachable: HTTP 529, before the agent's first turn",
    { transcript: transcriptOf(STARTED, ERRED_OVERLOAD) },
    'crashed',
  ],
  [
    'failed: the provider refused the credentials: log in, and nothing was delivered before',
    { transcript: transcriptOf(STARTED, SAID, AUTH) },
    'crashed',
  ],
  ['not-run: as was seen', {}, 'not-started'],
  ['blocked: as was seen', {}, 'asked'],
  ['failed: as was seen, and nothing was delivered', {}, 'stuck'],
  [
    'failed: its result is an error (error_max_turns)',
    { transcript: transcriptOf(STARTED, SAID, FAILED) },
    'completed',
  ],
  ['unknown: nothing that the model said could be understood', { transcript: transcriptOf() }, 'completed'],
  [
    'blocked: it declared itself blocked: no token',
    { declared: { kind: 'blocked', reason: 'no token' } },
    'completed',
  ],
  [
    'blocked: it was refused Bash; `permissions` in stint.yaml decides that',
    { transcript: transcriptOf(STARTED, SAID, { kind: 'denied', tool: 'Bash' }, ENDED) },
    'completed',
  ],
  [
    'noop: it declared that there was nothing to do: no issue',
    { declared: { kind: 'noop', reason: 'no issue' } },
    'completed',
  ],
  ['noop: it ended well and delivered nothing', {}, 'completed'],
])('%s', (expected, given, reason) => {
  expect(reasons(given, reason)[0]).toBe(expected);
});

describe('what was left open', () => {
  const todo: SessionEvent = { ...called('inProcess'), openTodos: 3 } as SessionEvent;

  test('is told with its cause', () => {
    const open = {
      commits: [commit(40)],
      transcript: transcriptOf(STARTED, todo, called('remote', 'c2')),
      uncommitted: ['a.ts'],
      declared: { kind: 'open', reason: 'half of it' } as const,
    };
    const ends =
      '3 open in its todo list; 2 calls without an answer; uncommitted work in 1 file; it declared its work open: half of it';
    expect(reasons(open)).toEqual([
      'productive: it delivered 1 commit',
      NO_CHECK,
      `left open: ${ends}`,
      `abandoned_loop: ${ends} (cause: unknown)`,
    ]);
    const late = { ...open, declared: null, uncommitted: ['a.ts', 'b.ts'] };
    expect(reasons(late, 'timed-out')[2]).toBe(
      'left open: 3 open in its todo list; 2 calls without an answer; uncommitted work in 2 files; its time ran out',
    );
    expect(reasons(late, 'timed-out')[3]).toMatch(/ \(cause: timeout\)$/);
  });

  test('does not include a todo list without open entries, nor files that were not looked at', () => {
    const done = { ...todo, openTodos: 0 } as SessionEvent;
    expect(reasons({ transcript: transcriptOf(STARTED, done, SAID, ENDED), uncommitted: null })).toEqual([
      'noop: it ended well and delivered nothing',
      NO_CHECK,
      'noop: nothing was delivered',
    ]);
  });

  test('has an overflowed context as its cause', () => {
    const text = 'Prompt is too long. Start anew.';
    const overflowed = transcriptOf(STARTED, todo, { ...ENDED, isError: true, text });
    expect(reasons({ commits: [commit(40)], transcript: overflowed }).slice(-2)).toEqual([
      'abandoned_loop: 3 open in its todo list (cause: context overflow)',
      'context_overflow: the agent CLI ended with: Prompt is too long. Start anew.',
    ]);
  });
});

test('each failure mode has its own sentence', () => {
  const DOCS = 'docs' as CategoryName;
  expect(
    reasons({
      commits: [commit(0)],
      check: checked('failed'),
      observedCategory: DOCS,
      transcript: transcriptOf(STARTED, SAID, FAILED),
    }),
  ).toEqual([
    'productive: it delivered 1 commit',
    'check: the check: failed',
    'low_productivity: its grade is under 0.3',
    'ci_break: the check: failed',
    'routing_mismatch: it did the work of docs',
    'budget: its result is error_max_turns',
  ]);
  expect(reasons({}, 'asked').slice(2)).toEqual(['blocked: it could go on only with help from outside']);
  expect(reasons({}, 'stuck').slice(2)).toEqual(['stuck: as was seen']);
  expect(reasons({}, 'limited').slice(2)).toEqual(['usage_limit: as was seen']);
  expect(reasons({ transcript: transcriptOf(STARTED, SAID, ERRED_OVERLOAD) }, 'crashed').slice(2)).toEqual([
    'overload: the provider was overloaded or unreachable: HTTP 529',
  ]);
});
