import { expect, test } from 'vitest';
import type { MessageUsage } from '../../src/domain/session-event.ts';
import { emptyTranscript } from '../../src/domain/transcript.ts';
import { modelOf } from '../../src/domain/usage-by-model.ts';

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
