import { describe, expect, test } from 'vitest';
import { ownUse, type EarlierUse, type UseFacts } from '../../src/domain/own-use.ts';
import type { MessageUsage, TokenCounts } from '../../src/domain/session-event.ts';
import { emptyTranscript, usageOf, type Transcript } from '../../src/domain/transcript.ts';

const counts = (input: number, output: number): TokenCounts => ({
  input,
  output,
  cacheRead: null,
  cacheWrite: null,
});
type OwnFile = NonNullable<UseFacts['file']>;

const NO_COUNTS: TokenCounts = { input: null, output: null, cacheRead: null, cacheWrite: null };

function ending(tokens: TokenCounts | null, costUsd: number | null): Transcript {
  const ended = {
    kind: 'ended',
    isError: false,
    subtype: 'x',
    text: '',
    turns: null,
    tokens,
    costUsd,
  } as const;
  return { ...emptyTranscript, ended };
}

function fileWith(costUsd: number | null, ...messages: TokenCounts[]): OwnFile {
  const usageByMessage = new Map(messages.map((tokens, n) => [`m${n}`, tokens]));
  return { costUsd, counted: null, transcript: { ...emptyTranscript, usageByMessage } };
}

const codex = (earlier: EarlierUse[], file: OwnFile | null = null): UseFacts => ({
  wholeThread: ['tokens'],
  earlier,
  file,
});
const claude = (earlier: EarlierUse[], file: OwnFile | null = null): UseFacts => ({
  ...codex(earlier, file),
  wholeThread: ['cost'],
});
const first: EarlierUse = { id: 'first', usage: counts(100, 10), costUsd: 0.5 };
const second: EarlierUse = { id: 'second', usage: counts(50, 5), costUsd: 0.25 };
const silent: EarlierUse = { id: 'silent', usage: NO_COUNTS, costUsd: null };

describe('a conversation that was gone on with', () => {
  test('totals of all of it lose what the sessions before have used', () => {
    const own = ownUse(ending(counts(210, 20), null), codex([first, second]));
    expect(usageOf(own.transcript)).toMatchObject({ input: 60, output: 5 });
    expect(own.warnings).toEqual([]);
    const { transcript, costUsd } = ownUse(ending(counts(210, 20), 1), claude([first, second]));
    expect(costUsd).toBe(0.25);
    expect(transcript.ended?.costUsd).toBe(0.25);
    // What counts this run alone stays.
    expect(usageOf(transcript)).toMatchObject({ input: 210, output: 20 });
  });

  test('what an earlier one could not say stays in, and it is said', () => {
    const own = ownUse(ending(counts(210, 20), null), codex([first, silent]));
    expect(usageOf(own.transcript).input).toBe(110);
    expect(own.warnings).toEqual(['its usage includes that of silent, which ended before it could say it']);
    expect(ownUse(ending(null, 1), claude([silent])).warnings).toHaveLength(1);
  });

  test('a warning names only totals of the whole conversation that lack a part of the earlier one', () => {
    const noCost = { ...first, costUsd: null };
    const noTokens = { ...silent, costUsd: 0.5 };
    const total = ending(counts(210, 20), 1);
    expect(ownUse(total, codex([noCost])).warnings).toEqual([]);
    expect(ownUse(total, codex([noTokens])).warnings).toHaveLength(1);
    expect(ownUse(total, claude([noTokens])).warnings).toEqual([]);
    expect(ownUse(total, claude([noCost])).warnings).toHaveLength(1);
    for (const said of [{ output: 3 }, { input: 3 }]) {
      const half = { ...silent, usage: { ...NO_COUNTS, ...said } };
      expect(ownUse(total, codex([half])).warnings).toEqual([]);
    }
    // Without a total of its own it contains nothing of others.
    expect(ownUse(ending(null, null), codex([silent])).warnings).toEqual([]);
    expect(ownUse(ending(null, null), claude([silent])).warnings).toEqual([]);
  });

  test('every kind of token loses its part', () => {
    const usage = { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 };
    const own = ownUse(
      ending({ input: 10, output: 20, cacheRead: 30, cacheWrite: 40 }, null),
      codex([{ ...first, usage }]),
    );
    expect(own.transcript.ended?.tokens).toEqual({ input: 9, output: 18, cacheRead: 27, cacheWrite: 36 });
    // It went on and used nothing.
    expect(ownUse(ending(usage, null), codex([{ ...first, usage }])).transcript.ended?.tokens).toEqual({
      input: 0,
      output: 0,
      cacheRead: 0,
      cacheWrite: 0,
    });
  });

  test('a total that is smaller than its parts counts this run alone', () => {
    expect(usageOf(ownUse(ending(counts(60, 3), null), codex([first])).transcript)).toMatchObject({
      input: 60,
      output: 3,
    });
  });

  test('null is not 0', () => {
    const own = ownUse(ending(null, null), codex([first]));
    expect(usageOf(own.transcript).input).toBeNull();
    expect(ownUse(ending(null, null), claude([first])).costUsd).toBeNull();
    const unsaid = ownUse(ending(NO_COUNTS, null), codex([silent])).transcript;
    expect(unsaid.ended?.tokens).toEqual(NO_COUNTS);
    expect(ownUse(ending(null, null), claude([silent])).costUsd).toBeNull();
  });

  test('the model that the stream does not name is in the CLI’s own file', () => {
    const file = fileWith(null);
    const named = { ...file, transcript: { ...file.transcript, model: 'b-model' } };
    expect(ownUse(ending(null, null), codex([], named)).transcript.model).toBe('b-model');
    const streaming = { ...ending(null, null), model: 'a-model' };
    expect(ownUse(streaming, codex([], named)).transcript.model).toBe('a-model');
    expect(ownUse(ending(null, null), codex([], file)).transcript.model).toBeNull();
    expect(ownUse(emptyTranscript, codex([], named)).transcript.model).toBe('b-model');
  });

  test('the CLI’s own file knows better than records', () => {
    const file = fileWith(0.125, counts(40, 4), counts(10, 1));
    const own = ownUse(ending(counts(210, 20), null), codex([silent], file));
    expect(usageOf(own.transcript)).toMatchObject({ input: 50, output: 5, turns: 2, peakContext: 40 });
    expect(own.warnings).toEqual([]);
    expect(ownUse(ending(null, 1), claude([silent], file))).toMatchObject({ costUsd: 0.125, warnings: [] });
  });
});

test('what the CLI itself counted has its helpers in it', () => {
  const file = { ...fileWith(0.125, counts(40, 4)), counted: counts(90, 9) };
  const facts: UseFacts = { wholeThread: ['tokens', 'cost'], earlier: [first], file };
  const own = ownUse(ending(counts(210, 20), 1), facts);
  expect(usageOf(own.transcript)).toMatchObject({ input: 90, output: 9, peakContext: 40 });
  expect(own).toMatchObject({ costUsd: 0.125, warnings: [] });
});

test('what helpers used is told in the stream only', () => {
  const usageByMessage = new Map<string, MessageUsage>([
    ['m0', counts(40, 1)],
    ['h', { ...counts(7, 1), isSubagent: true }],
  ]);
  const own = ownUse({ ...emptyTranscript, usageByMessage }, claude([], fileWith(null, counts(40, 4))));
  expect(usageOf(own.transcript)).toMatchObject({ input: 47, output: 5, turns: 1 });
});

test('a file that keeps less than the stream told is a stub', () => {
  const usageByMessage = new Map([
    ['m7', counts(40, 1)],
    ['m8', counts(2, 1)],
  ]);
  const own = ownUse({ ...emptyTranscript, usageByMessage }, claude([], fileWith(null, counts(9, 9))));
  expect(usageOf(own.transcript)).toMatchObject({ input: 42, output: 2 });
});

describe('a conversation of its own', () => {
  test('without words about its use gives no numbers', () => {
    expect(ownUse(emptyTranscript, claude([]))).toEqual({
      transcript: emptyTranscript,
      costUsd: null,
      warnings: [],
    });
  });

  test('the totals of its result stand', () => {
    const file = fileWith(9, counts(1, 1));
    const own = ownUse(ending(counts(210, 20), 1), codex([], file));
    expect(usageOf(own.transcript)).toMatchObject({ input: 210, output: 20, peakContext: 1 });
    expect(own.costUsd).toBe(1);
  });

  test('one that was killed has what its file says, where that is all of it', () => {
    const killed = { ...emptyTranscript, usageByMessage: new Map([['m0', counts(40, 1)]]) };
    const own = ownUse(killed, claude([], fileWith(0.5, counts(40, 4), counts(10, 1))));
    expect(usageOf(own.transcript)).toMatchObject({ input: 50, output: 5 });
    expect(own.costUsd).toBe(0.5);
    expect(usageOf(ownUse(killed, claude([], fileWith(null))).transcript).input).toBe(40);
  });
});

test('agents that the file alone tells of are at work where the CLI is one that tells them so', () => {
  const work = { workId: 'a', callId: null, summary: 'do it', isDetached: true } as const;
  const file = (kind: 'agent' | 'shell'): OwnFile => ({
    costUsd: null,
    counted: null,
    transcript: { ...emptyTranscript, background: [{ ...work, work: kind }] },
  });
  const left = (facts: UseFacts, stream = ending(null, null)) =>
    ownUse(stream, facts).transcript.background.map(({ workId }) => workId);
  expect(left({ ...codex([], file('agent')), agentsInFile: true })).toEqual(['a']);
  // Its stream tells of commands.
  expect(left({ ...codex([], file('shell')), agentsInFile: true })).toEqual([]);
  expect(left({ ...claude([], file('agent')), agentsInFile: false })).toEqual([]);
  const own = { ...ending(null, null), background: [{ ...work, workId: 'b', work: 'agent' as const }] };
  expect(left({ ...codex([], file('agent')), agentsInFile: true }, own)).toEqual(['b']);
});
