import { expect, test } from 'vitest';
import type { MessageUsage } from '../../src/domain/session-event.ts';
import { addUp } from '../../src/domain/token-counts.ts';
import { emptyTranscript, totalTokens } from '../../src/domain/transcript.ts';
import { modelOf, totalsByModel, usageByModel, usageFieldOf } from '../../src/domain/usage-by-model.ts';

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

/** A row as the transcripts of this file give it where nothing else is said. */
const row = (more: object) => ({
  model: null,
  isSubagent: false,
  messages: 1,
  serviceTier: null,
  contextBand: '128k',
  ...more,
});
const tokensOf = (more: object = {}) => ({ ...counts, cacheWrite5m: null, cacheWrite1h: null, ...more });

test('a record says what each model used, and nothing where no message names one', () => {
  const helper = { model: 'a', isSubagent: true } as const;
  const mixed = transcriptOf({ model: 'a' }, helper, { model: 'a', cacheRead: 7 }, {});
  expect(usageFieldOf(mixed).usageByModel).toEqual([
    row({ model: 'a', messages: 2, tokens: tokensOf({ input: 2, output: 2, cacheRead: 7 }) }),
    row({ model: 'a', isSubagent: true, tokens: tokensOf() }),
    row({ tokens: tokensOf() }),
  ]);
  expect(usageFieldOf(transcriptOf({}, {}))).toEqual({});
  expect(usageFieldOf(emptyTranscript)).toEqual({});
});

test.each([
  [{ input: 128_000 }, '128k'],
  [{ input: 1, cacheRead: 100_000, cacheWrite: 28_000 }, '200k'],
  [{ input: 0, cacheRead: 200_000 }, '200k'],
  [{ input: 200_001 }, '272k'],
  [{ input: 272_000 }, '272k'],
  [{ input: 272_001 }, 'over'],
  [{ input: null, cacheRead: 300_000 }, null],
  [{ input: 300_000, isSum: true }, null],
] as const)('the context of a request of %j is in the band %s', (used, band) => {
  expect(usageByModel(transcriptOf({ model: 'a', ...used })).map(({ contextBand }) => contextBand)).toEqual([
    band,
  ]);
});

test('requests of different prices are different rows, which add up to the whole', () => {
  const written = { model: 'a', cacheWrite: 30, cacheWrite5m: 10, cacheWrite1h: 20 };
  const mixed = transcriptOf(
    { ...written, serviceTier: 'standard' },
    { ...written, serviceTier: 'standard', cacheWrite5m: 30, cacheWrite1h: 0 },
    { model: 'a', serviceTier: 'standard', cacheWrite: 4 },
    { model: 'a', serviceTier: 'priority' },
    { model: 'a', serviceTier: 'standard', cacheRead: 250_000 },
    { model: 'a', serviceTier: 'standard', isSubagent: true },
  );
  const rows = usageByModel(mixed);
  expect(rows).toMatchObject([
    {
      messages: 3,
      serviceTier: 'standard',
      tokens: { cacheWrite: 64, cacheWrite5m: 40, cacheWrite1h: 20 },
    },
    { messages: 1, serviceTier: 'priority', tokens: { cacheWrite5m: null } },
    { messages: 1, serviceTier: 'standard', contextBand: '272k' },
    { messages: 1, serviceTier: 'standard', isSubagent: true },
  ]);
  expect(addUp(rows.map(({ tokens }) => tokens))).toEqual(totalTokens(mixed));
  expect(totalsByModel(rows)).toEqual([
    {
      model: 'a',
      isSubagent: false,
      messages: 5,
      tokens: { input: 5, output: 5, cacheRead: 250_000, cacheWrite: 64 },
    },
    { model: 'a', isSubagent: true, messages: 1, tokens: counts },
  ]);
});

test.each(['model', 'serviceTier'] as const)(
  'a file with another %s on every line makes a small record, and every message counts',
  (field) => {
    const many = transcriptOf(...Array.from({ length: 500 }, (_, n) => ({ model: 'a', [field]: `x${n}` })));
    const rows = usageByModel(many);
    // 60 that are named, and one for the others.
    expect(rows).toHaveLength(61);
    expect(rows.reduce((sum, { messages }) => sum + messages, 0)).toBe(500);
    expect(rows.at(-1)).toMatchObject({ model: null, serviceTier: null, contextBand: null });
    expect(addUp(rows.map(({ tokens }) => tokens))).toEqual(totalTokens(many));
  },
);
