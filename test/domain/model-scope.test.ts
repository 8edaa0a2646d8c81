import { expect, test } from 'vitest';
import { isOfScope } from '../../src/domain/model-scope.ts';
import { concerns } from '../../src/domain/parking.ts';

test.each([
  ['opus', 'opus'],
  ['opus', 'Opus 4.5'],
  ['opus', 'claude-opus-4-5'],
  ['opus', 'claude-opus-4-5-20251101[1m]'],
  ['opus', 'claude-3-opus-20240229'],
  ['opus', 'claude-opus-4-1@20250805'],
  ['opus', 'anthropic/claude-opus-4'],
  ['opus', 'us.anthropic.claude-opus-4-20250514-v1:0'],
  ['opus', 'opusplan'],
  ['sonnet', 'opusplan'],
  ['sonnet', 'sonnet[1m]'],
  ['claude-opus-4-5', 'opus'],
  ['gemini-2.5-pro', 'models/gemini-2.5-pro'],
  ['gemini-2.5-pro', 'gemini-2.5-pro-preview-05-06'],
  ['gemini-2.5-pro', 'pro'],
  ['gpt-5', 'openai/gpt-5-2025-08-07'],
  ['gpt-5.3-codex-spark', 'GPT-5.3-Codex-Spark'],
])('a limit of %s is one of the model %s', (scope, model) => expect(isOfScope(scope, model)).toBe(true));

test.each([
  ['opus', 'sonnet'],
  ['opus', 'claude-sonnet-4-5'],
  ['haiku', 'opusplan'],
  ['opus', 'octopus'],
  ['gemini-2.5-flash', 'gemini-2.5-flash-lite'],
  ['gemini-2.5-flash-lite', 'flash'],
  ['gemini-2.5-pro', 'gemini-3-pro'],
  ['gpt-5', 'gpt-5.3'],
  ['gpt-5', 'gpt-5-mini'],
  ['gpt-5.3-codex', 'gpt-5.3-codex-spark'],
  ['opus', ''],
  ['', 'opus'],
])('a limit of %s does not hold for the model %s', (scope, model) =>
  expect(isOfScope(scope, model)).toBe(false),
);

test('a session without a model waits for one only where its like was refused', () => {
  expect(concerns({ model: 'opus', asked: ['opus'] }, null)).toBe(false);
  expect(concerns({ model: 'opus', asked: ['opus', null] }, null)).toBe(true);
  // It works with sonnet, and its helper with opus: it would meet the limit again.
  expect(concerns({ model: 'opus', asked: ['sonnet'] }, 'sonnet')).toBe(true);
  expect(concerns({ model: null, asked: [] }, null)).toBe(true);
});
