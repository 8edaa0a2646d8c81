import { expect, test } from 'vitest';
import type { MessageUsage } from '../../src/domain/session-event.ts';
import { emptyTranscript } from '../../src/domain/transcript.ts';
import { modelOf, usageByModel, usageFieldOf } from '../../src/domain/usage-by-model.ts';

const counts = { input: 1, output: 1, cacheRead: null, cacheWrite: null };

function transcriptOf(...messages: Partial<MessageUsage>[]) {
  const entries = messages.map((who, n) => [`m${n}`, { ...counts, ...who }] as const);
  return { ...emptyTranscript, usageByMessage: new Map<string, MessageUsage>(entries) };
}

test('the model of a session is the one that it named, else the one that answered most, helpers apart', () => {
  const helper = { model: 'small', isSubagent: true } as const;
  const mixed = transcriptOf(
    { model: 'a' },
    { model: 'b' },
    helper,
    helper,
    helper,
    { model: 'b' },
    {},
    {},
    {},
  );
  expect(modelOf(mixed)).toBe('b');
  expect(modelOf({ ...mixed, model: 'a' })).toBe('a');
  expect(modelOf(transcriptOf(helper, {}))).toBeNull();
  expect(modelOf(emptyTranscript)).toBeNull();
});

test('a record says what each model used, and nothing where no message names one', () => {
  const helper = { model: 'a', isSubagent: true } as const;
  const mixed = transcriptOf({ model: 'a' }, helper, { model: 'a', input: null }, {});
  expect(usageFieldOf(mixed).usageByModel).toEqual([
    { model: 'a', isSubagent: false, messages: 2, tokens: { ...counts, output: 2 } },
    { model: 'a', isSubagent: true, messages: 1, tokens: counts },
    { model: null, isSubagent: false, messages: 1, tokens: counts },
  ]);
  expect(usageFieldOf(transcriptOf({}, {}))).toEqual({});
  expect(usageFieldOf(emptyTranscript)).toEqual({});
});

test('a file that names a model on every line makes no record of its size, and no message is lost', () => {
  const rows = usageByModel(transcriptOf(...Array.from({ length: 500 }, (_, n) => ({ model: `m${n}` }))));
  expect(rows.length).toBeLessThan(100);
  expect(rows.reduce((sum, { messages }) => sum + messages, 0)).toBe(500);
  expect(rows.at(-1)?.model).toBeNull();
});
