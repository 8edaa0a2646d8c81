import { expect, test } from 'vitest';
import type { Evidence } from '../../src/domain/evidence.ts';
import type { Transcript } from '../../src/domain/transcript.ts';
import { decideOutcome } from '../../src/judge/outcome.ts';
import { evidenceOf, stopped, transcriptOf } from '../support/evidence.ts';
import { ENDED, SAID, STARTED } from '../support/pulses.ts';

const decide = (
  given: Partial<Transcript>,
  more: Partial<Evidence> = { isImported: true },
  stop = stopped(),
) =>
  decideOutcome(
    stop,
    evidenceOf({ transcript: { ...transcriptOf(STARTED, SAID, ENDED), ...given }, ...more }),
  );
const OTHERS = {
  otherCalls: [
    { name: 'npm', calls: 3 },
    { name: 'mcp__x__y', calls: 1 },
  ],
};
const IN_PERSON = { isImported: true, mayBeAttended: true } as const;

test('an imported session that only read is a noop, with a person or without', () => {
  expect(decide({}).outcome).toBe('noop');
  expect(decide({}, IN_PERSON).outcome).toBe('noop');
});

test('one with other calls is unknown, and names them', () => {
  const reason =
    'it called npm (3), mcp__x__y (1), and nothing here shows what they did; import.readOnly names calls that change nothing';
  expect(decide(OTHERS)).toEqual({ outcome: 'unknown', reason });
  expect(decide(OTHERS, IN_PERSON)).toEqual({ outcome: 'unknown', reason });
  expect(decide({ otherCalls: [{ name: 'curl', calls: 1 }] }).reason).toBe(
    'it called curl (1), and nothing here shows what that did; import.readOnly names calls that change nothing',
  );
});

test('of many calls the first are named, and no name is longer than a line', () => {
  const otherCalls = Array.from({ length: 20 }, (_, index) => ({ name: `tool${index}\n`, calls: 1 }));
  expect(decide({ otherCalls }).reason).toMatch(
    /^it called tool0 \(1\), .*tool5 \(1\) and others \(14\), and/,
  );
});

test('a later error ends one without a person as failed; a person may have gone on with the results of its calls', () => {
  const limit = { resetsAt: null, detail: 'hit your limit' };
  const limited = { ...stopped('limited'), because: 'the account is at its limit' };
  expect(decide({ ...OTHERS, limit }, { isImported: true }, limited).outcome).toBe('failed');
  expect(decide({ ...OTHERS, limit }, IN_PERSON, limited).outcome).toBe('unknown');
  expect(decide({ limit }, IN_PERSON, limited).outcome).toBe('failed');
});

test('lines that could not be understood may hold anything', () => {
  expect(decide({ unreadableLines: 2 })).toMatchObject({ outcome: 'unknown' });
  expect(decide({ unreadableLines: 2 }).reason).toMatch(/^2 lines of it could not be understood/);
  expect(decide({ unreadableLines: 2 }, {}).outcome).toBe('noop');
});

test('a session that stint watched is unknown only for tools that no table has, and its own word goes before', () => {
  expect(decide(OTHERS, {}).outcome).toBe('noop');
  const unknownTools = [{ tool: 'Teleport', calls: 2 }];
  expect(decide({ unknownTools }, {})).toMatchObject({ outcome: 'unknown' });
  expect(decide({ unknownTools }, {}).reason).toBe(
    'it called Teleport (2), and nothing here shows what they did',
  );
  const declared = { kind: 'noop', reason: 'nothing to do' } as const;
  expect(decide({ unknownTools }, { declared }).outcome).toBe('noop');
});

test('evidence of an older stint has no such calls', () => {
  const { otherCalls: _, unknownTools: __, ...older } = transcriptOf(STARTED, SAID, ENDED);
  const transcript = older as Transcript;
  expect(decideOutcome(stopped(), evidenceOf({ transcript, isImported: true })).outcome).toBe('noop');
});
