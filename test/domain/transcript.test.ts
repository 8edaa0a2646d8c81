import { describe, expect, test } from 'vitest';
import type { FileEdit, MessageUsage, SessionEvent } from '../../src/domain/session-event.ts';
import {
  emptyTranscript,
  foldEvents,
  peakContext,
  totalTokens,
  usageOf,
  type Transcript,
} from '../../src/domain/transcript.ts';

type Limited = Extract<SessionEvent, { kind: 'limited' }>;
type Called = Extract<SessionEvent, { kind: 'called' }>;
type Answered = Extract<SessionEvent, { kind: 'answered' }>;

const fold = (...events: readonly SessionEvent[]): Transcript => foldEvents(emptyTranscript, events);

const started: SessionEvent = { kind: 'started', thread: 't1', model: 'm1' };
const said = (text = 'well'): SessionEvent => ({ kind: 'said', text });
const called = (callId: string, given: Partial<Called> = {}): Called => ({
  kind: 'called',
  callId,
  tool: 'Bash',
  place: 'localProcess',
  summary: `run ${callId}`,
  openTodos: null,
  ...given,
});
const answered = (callId: string, given: Partial<Answered> = {}): Answered => ({
  kind: 'answered',
  callId,
  isError: false,
  ...given,
});
const ended: Extract<SessionEvent, { kind: 'ended' }> = {
  kind: 'ended',
  isError: false,
  subtype: 'success',
  text: 'done',
  costUsd: null,
  turns: null,
  tokens: null,
};
const limited = (resetsAt: string | null, detail = 'usage limit'): SessionEvent => ({
  kind: 'limited',
  resetsAt,
  detail,
});
const erred: SessionEvent = { kind: 'erred', error: 'overload', message: 'HTTP 529', isRetrying: true };

test('every event counts, and a line that cannot be read is counted apart', () => {
  const noise: SessionEvent[] = [
    { kind: 'noted' },
    { kind: 'interrupted' },
    { kind: 'delegated', callId: 'a' },
  ];
  const seen = fold(started, ...noise, { kind: 'unreadable', reason: 'json' });
  expect(seen).toEqual({
    ...emptyTranscript,
    events: 4,
    unreadableLines: 1,
    thread: 't1',
    model: 'm1',
    isWordless: true,
    isInterrupted: true,
  });
});

test('a second start that names nothing forgets nothing', () => {
  const again: SessionEvent = { kind: 'started', thread: null, model: null };
  expect(fold(started, again)).toMatchObject({ thread: 't1', model: 'm1' });
  expect(fold(again, started)).toMatchObject({ thread: 't1', model: 'm1' });
});

describe('an answer of the model', () => {
  test('is a text or a call, and a call that is told again is the same one', () => {
    const seen = fold(
      said(),
      called('a'),
      called('b'),
      called('a', { summary: 'run a, done', openTodos: 2 }),
    );
    expect(seen.answers).toBe(3);
    expect(seen.openCalls.map(({ summary }) => summary)).toEqual(['run b', 'run a, done']);
    expect(seen.openTodos).toBe(2);
  });

  test('shows that an obstacle before it is gone', () => {
    const stopped = fold(limited(null), erred);
    expect(stopped).toMatchObject({
      limit: { resetsAt: null, detail: 'usage limit' },
      trouble: { error: 'overload', message: 'HTTP 529' },
    });
    const free = { limit: null, trouble: null };
    expect(foldEvents(stopped, [said()])).toMatchObject(free);
    expect(foldEvents(stopped, [called('a')])).toMatchObject(free);
    expect(foldEvents(stopped, [answered('a')])).toMatchObject({ limit: stopped.limit });
  });

  test('ends the time without a word, unless it says none', () => {
    expect(emptyTranscript.isWordless).toBe(false);
    expect(fold(started).isWordless).toBe(true);
    expect(fold(started, said(' \n')).isWordless).toBe(true);
    expect(fold(started, said()).isWordless).toBe(false);
    expect(fold(started, said(), said('')).isWordless).toBe(false);
    expect(fold(started, called('a')).isWordless).toBe(false);
    expect(fold(started, called('a'), answered('a')).isWordless).toBe(true);
    expect(fold(started, said(), { kind: 'prompted' }).isWordless).toBe(true);
  });
});

test('a limit keeps the reset that was told when it is told again without one', () => {
  const reset = '2026-01-01T15:00:00.000Z';
  const later = '2026-01-02T15:00:00.000Z';
  expect(fold(limited(reset), limited(null, 'again')).limit).toEqual({ resetsAt: reset, detail: 'again' });
  expect(fold(limited(reset), limited(later)).limit?.resetsAt).toBe(later);
  expect(fold(limited(null), limited(reset)).limit?.resetsAt).toBe(reset);
});

describe('calls', () => {
  test('are open until they are answered', () => {
    const seen = fold(called('a'), called('b'), answered('a'), answered('never called'));
    expect(seen.openCalls).toEqual([{ callId: 'b', tool: 'Bash', place: 'localProcess', summary: 'run b' }]);
    expect(seen.toolErrors).toBe(0);
    expect(foldEvents(seen, [answered('b', { isError: true })])).toMatchObject({
      openCalls: [],
      toolErrors: 1,
    });
  });

  test('to a person are questions', () => {
    const seen = fold(called('a'), called('b', { place: 'human', summary: 'May I?' }));
    expect(seen.questions).toEqual(['May I?']);
  });

  test('that ask to be woken are told once, and only of this turn', () => {
    const sleeping = fold(
      called('x'),
      called('a', { isWakeUp: true }),
      answered('a'),
      called('b', { isWakeUp: true }),
    );
    expect(sleeping.wakeUps).toEqual(['run a', 'run b']);
    expect(foldEvents(sleeping, [called('b', { isWakeUp: true })]).wakeUps).toEqual(['run a', 'run b']);
    expect(foldEvents(sleeping, [{ kind: 'prompted' }]).wakeUps).toEqual([]);
  });

  test('keep the todo list as it was written last', () => {
    expect(fold(called('a')).openTodos).toBeNull();
    expect(fold(called('a', { openTodos: 3 }), called('b'), called('c', { openTodos: 0 })).openTodos).toBe(0);
    expect(fold(called('a', { openTodos: 3 }), called('b')).openTodos).toBe(3);
  });

  test('that were refused are named, as often as it happened', () => {
    const denied: SessionEvent = { kind: 'denied', tool: 'Write' };
    expect(fold(denied, { kind: 'denied', tool: 'Bash' }, denied).deniedTools).toEqual([
      'Write',
      'Bash',
      'Write',
    ]);
  });
});

describe('the commits of a command', () => {
  const committing = called('a', { isCommitting: true });

  test('are those that git told it, where it makes commits', () => {
    const seen = fold(
      committing,
      answered('a', { commits: [{ name: '1a2b3c4', subject: 'a' }] }),
      called('b', { isCommitting: true }),
      answered('b', { commits: [{ name: '5d6e7f8', subject: 'b' }] }),
    );
    expect(seen).toMatchObject({ printedCommits: ['1a2b3c4', '5d6e7f8'], silentCommits: 0 });
  });

  test('do not include those whose names stand in a file or a log that it read', () => {
    const words = answered('a', { commits: [{ name: '1a2b3c4', subject: 'a' }] });
    const nothing = { printedCommits: [], silentCommits: 0 };
    expect(fold(called('a'), words)).toMatchObject(nothing);
    expect(fold(called('a', { place: 'remote', isCommitting: true }), words)).toMatchObject(nothing);
    expect(fold(words)).toMatchObject(nothing);
    // Another command that makes commits is still open.
    expect(fold(called('b', { isCommitting: true }), called('a'), words)).toMatchObject(nothing);
  });

  test('are silent where git told nothing and it went well', () => {
    expect(fold(committing).openCalls).toMatchObject([{ isCommitting: true }]);
    expect(fold(committing, answered('a')).silentCommits).toBe(1);
    expect(fold(committing, answered('a', { commits: [] })).silentCommits).toBe(1);
    expect(fold(committing, answered('a', { isError: true }))).toMatchObject({
      silentCommits: 0,
      toolErrors: 1,
    });
  });
});

describe('the files that calls edited', () => {
  const edit = (path: string): FileEdit => ({ path, added: [], removed: [] });

  test('a call that went well has edited its files, each once', () => {
    const after = fold(
      called('c1', { edits: [edit('a.ts'), { ...edit('b.ts'), movedTo: 'c.ts' }] }),
      answered('c1'),
      called('c2', { edits: [edit('a.ts')], isSubagent: true }),
      answered('c2', { isSubagent: true }),
    );
    expect(after.edited).toEqual(['a.ts', 'b.ts', 'c.ts']);
  });

  test('a call that met an error, or has no answer, has edited nothing', () => {
    const edits = [edit('a.ts')];
    const after = fold(called('c1', { edits }), answered('c1', { isError: true }), called('c2', { edits }));
    expect(after.edited).toEqual([]);
  });

  test('the answer may name them better, and says nothing of a call that edits none', () => {
    const edits = [edit('moved/a.ts')];
    expect(fold(called('c1', { edits: [edit('a.ts')] }), answered('c1', { edits })).edited).toEqual([
      'moved/a.ts',
    ]);
    expect(fold(called('c1'), answered('c1', { edits })).edited).toEqual([]);
  });

  test('very many are counted, and not all named', () => {
    const files = Array.from({ length: 1200 }, (_, file) => edit(`${file}.ts`));
    const after = fold(called('c1', { edits: files }), answered('c1'));
    expect([after.edited.length, after.editedMore]).toEqual([1000, 200]);
  });

  test('their lines are read on demand', () => {
    const lazy: FileEdit = {
      path: 'a.ts',
      get added(): never {
        throw new Error('read without demand');
      },
      removed: [],
    };
    expect(fold(called('c1', { edits: [lazy] }), answered('c1')).edited).toEqual(['a.ts']);
  });
});

test('a prompt after a result goes on with the session', () => {
  expect(fold(started, said(), ended).ended).toEqual(ended);
  expect(fold(started, said(), ended, { kind: 'prompted' }).ended).toBeNull();
});

test('a conversation is compacted once the harness says so', () => {
  expect(fold(started, said()).isCompacted).toBe(false);
  expect(fold({ kind: 'compacted' }, said()).isCompacted).toBe(true);
});

describe('usage', () => {
  const tokens = (given: Partial<MessageUsage>): MessageUsage => ({
    input: null,
    output: null,
    cacheRead: null,
    cacheWrite: null,
    ...given,
  });
  const used = (messageId: string, given: Partial<MessageUsage>): SessionEvent => ({
    kind: 'used',
    messageId,
    tokens: tokens(given),
  });

  test('of a message that is told several times counts once, as told last', () => {
    const first = fold(used('m1', { input: 10, output: 1 }));
    const second = foldEvents(first, [used('m1', { input: 10, output: 5 }), used('m2', { input: 20 })]);
    expect(totalTokens(second)).toEqual({ input: 30, output: 5, cacheRead: null, cacheWrite: null });
    // The earlier fold stays as it was.
    expect(totalTokens(first)).toEqual({ input: 10, output: 1, cacheRead: null, cacheWrite: null });
  });

  test('has the largest context that the session itself sent, its helpers apart', () => {
    const seen = fold(
      used('m1', { input: 10, cacheRead: 100, cacheWrite: 5, output: 1000 }),
      used('m2', { cacheRead: 90 }),
      used('m3', { input: 115 }),
      used('h', { input: 9000, isSubagent: true }),
    );
    expect(peakContext(seen)).toBe(115);
    expect(peakContext(fold(used('m2', { cacheRead: 90 }), used('m3', { input: 4 })))).toBe(90);
    expect(peakContext(fold(used('m1', { input: 0 })))).toBe(0);
    expect(peakContext(fold(used('m1', { output: 7 })))).toBeNull();
    expect(peakContext(emptyTranscript)).toBeNull();
  });

  test('has the totals of the result where there are any, and as many turns as either knows', () => {
    const messages = [used('m1', { input: 10 }), used('m2', { input: 20 }), used('h', { isSubagent: true })];
    const none = { output: null, cacheRead: null, cacheWrite: null };
    expect(usageOf(fold(...messages))).toEqual({ ...none, input: 30, peakContext: 20, turns: 2 });
    const result = { ...ended, turns: 1, tokens: tokens({ input: 7 }) };
    expect(usageOf(fold(...messages, result))).toEqual({ ...none, input: 7, peakContext: 20, turns: 2 });
    expect(usageOf(fold(...messages, { ...result, turns: 3 })).turns).toBe(3);
    expect(usageOf(emptyTranscript)).toEqual({ ...none, input: null, peakContext: null, turns: null });
    expect(usageOf(fold({ ...ended, turns: 0 })).turns).toBe(0);
  });
});

describe('an error in words that stint does not know', () => {
  const unknown: SessionEvent = { kind: 'erred', error: 'other', message: 'Hoppla', isRetrying: false };
  const interrupted: SessionEvent = { kind: 'interrupted' };

  test('does not replace one that it knows, and a known one replaces it', () => {
    expect(fold(erred, unknown).trouble).toMatchObject({ error: 'overload' });
    expect(fold(unknown, erred).trouble).toMatchObject({ error: 'overload' });
    expect(fold(unknown).trouble).toEqual({ error: 'other', message: 'Hoppla' });
  });

  test('is none after an interruption, until the agent is asked again or goes on', () => {
    expect(fold(interrupted, unknown).trouble).toBeNull();
    expect(fold(interrupted, erred).trouble).not.toBeNull();
    expect(fold(interrupted, { kind: 'prompted' }, unknown).trouble).not.toBeNull();
    expect(fold(interrupted, { kind: 'said', text: 'on' }, unknown).trouble).not.toBeNull();
  });
});

describe('limits', () => {
  const limited = (given: Partial<Limited>): Limited => ({
    kind: 'limited',
    resetsAt: null,
    detail: 'full',
    ...given,
  });
  const [SOON, LATE] = ['2026-12-01T15:00:00.000Z', '2026-12-04T09:00:00.000Z'];

  test.each([
    ['the model first', [limited({ model: 'opus', resetsAt: LATE }), limited({ detail: 'no' })]],
    ['the model last', [limited({ resetsAt: LATE }), limited({ model: 'opus', detail: 'no' })]],
  ])('told twice is one, with all that was told: %s', (_, events) => {
    expect(fold(...events).limit).toEqual({ model: 'opus', resetsAt: LATE, detail: 'no' });
  });

  test.each([
    [
      [limited({ model: 'opus', resetsAt: LATE }), limited({ model: null, resetsAt: SOON })],
      {
        model: null,
        resetsAt: SOON,
        detail: 'full',
        also: [{ model: 'opus', resetsAt: LATE, detail: 'full' }],
      },
    ],
    [
      [limited({ model: null, resetsAt: SOON }), limited({ model: 'opus' }), limited({ model: 'opus' })],
      {
        model: 'opus',
        resetsAt: null,
        detail: 'full',
        also: [{ model: null, resetsAt: SOON, detail: 'full' }],
      },
    ],
  ])('of two scopes are two, and neither has the reset of the other', (events, expected) => {
    expect(fold(...events).limit).toEqual(expected);
  });

  test('a model that answers has none before it', () => {
    expect(fold(limited({ model: 'opus' }), said()).limit).toBeNull();
  });
});
