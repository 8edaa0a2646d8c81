import { describe, expect, test } from 'vitest';
import { joinCopies } from '../../src/domain/join-copies.ts';
import { sessionEdits } from '../support/edits.ts';
import { transcriptSession } from '../support/transcript-session.ts';

const tokens = (input: number) => ({ input, output: null, cacheRead: null, cacheWrite: null });

test('an earlier state of a file adds nothing to the later one, in whatever order they come', () => {
  const early = transcriptSession({
    endedAt: '2026-01-05T12:05:00.000Z',
    activeMs: 300_000,
    lastWord: 'tool',
    transcript: { events: 2, usageByMessage: new Map([['m1', tokens(10)]]), printedCommits: ['1a2b3c4'] },
  });
  const late = transcriptSession({
    prompts: 2,
    transcript: {
      events: 5,
      usageByMessage: new Map([
        ['m1', tokens(10)],
        ['m2', tokens(20)],
      ]),
      printedCommits: ['1a2b3c4', '5d6e7f8'],
    },
  });
  expect(joinCopies([early, late])).toEqual(late);
  expect(joinCopies([late, early])).toEqual(late);
  expect(joinCopies([late])).toBe(late);
});

test('parts of one conversation add up', () => {
  const first = transcriptSession({
    attended: 'yes',
    attendedBecause: 'a person interrupted it',
    transcript: { usageByMessage: new Map([['m1', tokens(10)]]), printedCommits: ['1a2b3c4'] },
  });
  const second = transcriptSession({
    startedAt: '2026-01-06T08:00:00.000Z',
    endedAt: '2026-01-06T08:01:00.000Z',
    activeMs: 60_000,
    lastWord: 'call',
    transcript: { usageByMessage: new Map([['m2', tokens(20)]]), printedCommits: ['5d6e7f8'] },
  });
  const whole = joinCopies([second, first]);
  expect(whole).toMatchObject({
    startedAt: first.startedAt,
    endedAt: second.endedAt,
    activeMs: 660_000,
    prompts: 2,
    attended: 'yes',
    lastWord: 'call',
  });
  expect([...whole.transcript.usageByMessage.keys()]).toEqual(['m1', 'm2']);
  expect(whole.transcript.printedCommits).toEqual(['1a2b3c4', '5d6e7f8']);
});

describe('two files that tell of the same time', () => {
  const at = (minute: number): string => `2026-01-05T12:${String(minute).padStart(2, '0')}:00.000Z`;
  const copy = (given: Parameters<typeof transcriptSession>[0]) =>
    transcriptSession({ startedAt: at(0), endedAt: at(10), ...given });

  test('are not added up', () => {
    const whole = joinCopies([
      copy({ prompts: 3, activeMs: 100, transcript: { answers: 7 } }),
      // It begins in the very minute in which the other one ends.
      copy({ startedAt: at(10), endedAt: at(12), prompts: 1, activeMs: 200, transcript: { answers: 2 } }),
    ]);
    expect(whole).toMatchObject({ prompts: 3, activeMs: 200, startedAt: at(0), endedAt: at(12) });
    expect(whole.transcript.answers).toBe(7);
  });

  test('say how it ended by the one that tells more, or else that began later', () => {
    const more = copy({ lastWord: 'call', transcript: { events: 9 } });
    const less = copy({ lastWord: 'tool', startedAt: at(1), transcript: { events: 8 } });
    for (const copies of [[more, less] as const, [less, more] as const])
      expect(joinCopies([...copies])).toMatchObject({ lastWord: 'call', startedAt: at(0) });
    const late = { ...less, transcript: more.transcript };
    for (const copies of [[more, late] as const, [late, more] as const])
      expect(joinCopies([...copies])).toMatchObject({ lastWord: 'tool', startedAt: at(0) });
  });

  test('say how it ended by the one that ends last, although it tells less', () => {
    const long = copy({ lastWord: 'call', endedAt: at(5), transcript: { events: 9 } });
    const last = copy({ lastWord: 'tool', transcript: { events: 2 } });
    const endless = copy({ lastWord: 'person', endedAt: null, transcript: { events: 99 } });
    for (const copies of [[long, last] as const, [last, long] as const])
      expect(joinCopies([...copies]).lastWord).toBe('tool');
    // A copy without an end counts as the one that ended first.
    expect(joinCopies([last, endless]).lastWord).toBe('tool');
    expect(joinCopies([endless, last]).lastWord).toBe('tool');
  });

  test('begin at the earliest start that one of them says', () => {
    const unsaid = copy({ endedAt: at(5), startedAt: null });
    expect(joinCopies([unsaid, copy({ startedAt: at(3) })]).startedAt).toBe(at(3));
    // Of two that end together, the one without a start counts as the one that began first.
    const startless = copy({ startedAt: null, transcript: { events: 5 } });
    const begun = copy({ lastWord: 'call', transcript: { events: 5 } });
    expect(joinCopies([begun, startless]).lastWord).toBe('call');
    expect(joinCopies([startless, begun]).lastWord).toBe('call');
  });

  test('fill each other’s gaps: folder, costs, times and who was there', () => {
    const bare = copy({ cwd: null, costUsd: null, startedAt: null, attended: 'no' });
    const early = { endedAt: at(5), attended: 'yes', attendedBecause: 'a person interrupted it' } as const;
    expect(joinCopies([bare, copy({ ...early, cwd: '/work', costUsd: 0.5 })])).toMatchObject({
      cwd: '/work',
      costUsd: 0.5,
      startedAt: at(0),
      attended: 'yes',
      attendedBecause: 'a person interrupted it',
    });
    const full = copy({ cwd: '/now', costUsd: 0.75, attended: 'yes', attendedBecause: 'it was typed' });
    expect(joinCopies([full, copy({ ...early, cwd: '/then', costUsd: 0.5 })])).toMatchObject({
      cwd: '/then',
      costUsd: 0.75,
      attendedBecause: 'it was typed',
    });
    expect(joinCopies([bare, copy({ endedAt: null, startedAt: null })]).startedAt).toBeNull();
  });

  test('are unattended where one of them says so and the other does not know', () => {
    const unsure = copy({ endedAt: at(5), attended: 'unknown', attendedBecause: 'it does not say' });
    expect(joinCopies([unsure, copy({ attended: 'no', attendedBecause: 'it was printed' })])).toMatchObject({
      attended: 'no',
      attendedBecause: 'it was printed',
    });
  });
});

describe('edits', () => {
  const early = transcriptSession({
    endedAt: '2026-01-05T12:05:00.000Z',
    transcript: { events: 2, edited: ['a.ts'] },
    edits: sessionEdits({ 'a.ts': ['first line', 'second line'] }),
  });

  test('an earlier state of a file brings back no line that the later one took out', () => {
    const late = transcriptSession({
      transcript: { events: 5, edited: ['a.ts', 'b.ts'] },
      edits: sessionEdits({ 'a.ts': ['first line'], 'b.ts': ['other line'] }, { 'a.ts': ['second line'] }),
    });
    expect(joinCopies([early, late])).toEqual(late);
    expect(joinCopies([late, early])).toEqual(late);
  });

  test('the parts of one conversation left lines together', () => {
    const second = transcriptSession({
      startedAt: '2026-01-06T08:00:00.000Z',
      endedAt: '2026-01-06T08:01:00.000Z',
      transcript: { edited: ['a.ts'] },
      edits: sessionEdits({ 'a.ts': ['third line'] }, { 'a.ts': ['first line'] }, { isCut: true }),
    });
    expect(joinCopies([second, early])).toMatchObject({
      transcript: { edited: ['a.ts'] },
      edits: sessionEdits(
        { 'a.ts': ['second line', 'third line'] },
        { 'a.ts': ['first line'] },
        { isCut: true },
      ),
    });
  });

  test('very many copies with other lines each are cut', () => {
    const lines = (copy: number) =>
      Array.from({ length: 12_000 }, (_, line) => `line ${line} of copy ${copy}`);
    const [first, second] = [1, 2].map((copy) =>
      transcriptSession({ edits: sessionEdits({ [`${copy}.ts`]: lines(copy) }) }),
    );
    if (!first || !second) throw new Error('no copies');
    const { edits } = joinCopies([first, second]);
    expect([...(edits?.files.values() ?? [])].reduce((sum, { size }) => sum + size, 0)).toBe(20_000);
    expect(edits?.isCut).toBe(true);
  });

  test('a copy without edits changes nothing', () => {
    expect(joinCopies([early, transcriptSession({ transcript: { events: 5 } })])).toMatchObject({
      transcript: { edited: ['a.ts'] },
      edits: early.edits,
    });
  });
});

describe('calls of which nothing says what they did', () => {
  const copy = (endedAt: string, startedAt: string, ...calls: [string, number][]) =>
    transcriptSession({
      startedAt,
      endedAt,
      helpers: { tool: 'Task', started: calls.length, told: 0 },
      transcript: {
        otherCalls: calls.map(([name, count]) => ({ name, calls: count })),
        unknownTools: calls.map(([tool, count]) => ({ tool, calls: count })),
      },
    });
  const noon = '2026-01-05T12:00:00.000Z';

  test('of copies the larger count holds, of parts both', () => {
    const early = copy('2026-01-05T12:05:00.000Z', noon, ['npm', 3], ['curl', 1]);
    const late = copy('2026-01-05T12:10:00.000Z', noon, ['npm', 2]);
    const joined = joinCopies([late, early]);
    expect(new Set(joined.transcript.otherCalls)).toEqual(
      new Set([
        { name: 'npm', calls: 3 },
        { name: 'curl', calls: 1 },
      ]),
    );
    expect(joined.transcript.unknownTools).toHaveLength(2);
    expect(joined.helpers).toEqual({ tool: 'Task', started: 2, told: 0 });
    const part = copy('2026-01-05T12:30:00.000Z', '2026-01-05T12:20:00.000Z', ['npm', 2]);
    const whole = joinCopies([part, early]);
    expect(whole.transcript.otherCalls).toContainEqual({ name: 'npm', calls: 5 });
    expect(whole.transcript.unknownTools).toContainEqual({ tool: 'npm', calls: 5 });
    expect(whole.helpers.started).toBe(3);
  });
});
