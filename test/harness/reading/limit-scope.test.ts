import { expect, test } from 'vitest';
import { OWN_MODEL } from '../../../src/domain/model-scope.ts';
import { limitedModel, modelOfName } from '../../../src/harness/reading/limit-scope.ts';
import { providerTrouble } from '../../../src/harness/reading/provider-errors.ts';

const SCOPED: readonly (readonly [string, string])[] = [
  // Claude Code.
  ["You've hit your Opus limit · resets Dec 3, 9am (UTC)", 'opus'],
  ["You've reached your weekly Sonnet limit", 'sonnet'],
  ['Opus weekly limit reached ∙ resets Oct 9', 'opus'],
  ['Claude Opus 4 usage limit reached', 'opus'],
  ["You've hit your weekly limit for Opus", 'opus'],
  // Codex.
  [
    "You've hit your usage limit for GPT-5.3-Codex-Spark. Switch to another model now, or try again at 3pm.",
    'gpt-5.3-codex-spark',
  ],
  // Gemini CLI, and the API behind it.
  [
    'You have reached your daily gemini-2.5-pro quota limit. You will be switched to the gemini-2.5-flash model',
    'gemini-2.5-pro',
  ],
  [
    "Quota exceeded for quota metric 'Gemini 2.5 Pro Requests' and limit 'Gemini 2.5 Pro Requests per day per user'",
    'gemini-2.5-pro',
  ],
  [
    'You exceeded your current quota. limit: 50, model: gemini-2.5-pro\nPlease retry in 12.5s.',
    'gemini-2.5-pro',
  ],
  [
    'Quota exceeded: {"quotaId":"RequestsPerDay","quotaDimensions":{"location":"global","model":"gemini-2.5-flash"}}',
    'gemini-2.5-flash',
  ],
  ['You have exhausted your capacity on this model. Your quota will reset after 13h28m44s.', OWN_MODEL],
  ['[API Error: You have exhausted your daily quota on this model.]', OWN_MODEL],
  // Others, and other orders.
  ['Haiku limit reached ∙ resets 3pm', 'haiku'],
  ['Your limit for Opus has been reached. It resets Monday 9am (UTC).', 'opus'],
  ['Your weekly Opus limit has been reached', 'opus'],
  ['Weekly limit for claude-sonnet-4-5 exceeded', 'claude-sonnet-4-5'],
  ["You've used all of your Opus quota for this week", 'opus'],
  ['Limit for this model reached. Resets at 15:00', OWN_MODEL],
  ["You've hit your usage limit for claude-opus-4-5", 'claude-opus-4-5'],
];

test.each(SCOPED)('“%s” is a limit of one model', (prose, model) => {
  expect(limitedModel(prose)).toBe(model);
  expect(providerTrouble(prose, null)).toMatchObject({ kind: 'limited', model });
});

test.each([
  "You've hit your limit · resets 3pm",
  'Claude AI usage limit reached|1764590400',
  'Claude Pro usage limit reached',
  'Claude Max 20x usage limit reached',
  'Claude 5-hour limit reached',
  "You've hit your Codex usage limit. Upgrade to Pro, or try again at 3pm.",
  "You've hit your usage limit.",
  'Your monthly limit has been reached.',
  'Your organization has reached its monthly limit',
])('“%s” is one of the account', (prose) => {
  expect(limitedModel(prose)).toBeUndefined();
  expect(providerTrouble(prose, null)).not.toHaveProperty('model');
});

test.each(['Your rate limit has been reached', 'Session turn limit reached', 'Reached the limit of turns'])(
  '“%s” is no usage limit',
  (prose) => expect(providerTrouble(prose, null).kind).toBe('erred'),
);

test('a provider that is busy may tell for how long', () => {
  const told = providerTrouble('429 Please wait 55 minutes before trying again.', '2026-12-01T12:00:00.000Z');
  expect(told).toMatchObject({ kind: 'erred', error: 'overload', resetsAt: '2026-12-01T12:55:00.000Z' });
  expect(providerTrouble('503 Try again later.', '2026-12-01T12:00:00.000Z')).not.toHaveProperty('resetsAt');
});

test.each([
  ['GPT-5.3-Codex-Spark', 'gpt-5.3-codex-spark'],
  ['codex', null],
  [null, null],
])('the limit that is called %s', (name, model) => expect(modelOfName(name)).toBe(model));
