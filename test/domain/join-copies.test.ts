import { expect, test } from 'vitest';
import { joinCopies } from '../../src/domain/join-copies.ts';
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
