import { expect, test } from 'vitest';
import type { ProviderError } from '../../../src/domain/session-event.ts';
import {
  providerErrorOf,
  providerTrouble,
  retriedError,
} from '../../../src/harness/reading/provider-errors.ts';

const KINDS: readonly [ProviderError, readonly string[]][] = [
  [
    'overload',
    [
      'API Error: Unable to connect to API (ECONNREFUSED)',
      'API Error: Connection error.',
      'API Error: Unable to connect to API: Self-signed certificate detected',
      'API Error: Request timed out.',
      'API Error: Server is temporarily limiting requests (not your usage limit) · Rate limited',
      'TypeError: fetch failed',
      'socket hang up',
      'getaddrinfo ENOTFOUND api.example.invalid',
      'unable to get local issuer certificate',
      'stream disconnected before completion: error sending request for url (https://api.example.invalid/)',
      '<html><head><title>502 Bad Gateway</title></head></html>',
      'Request failed with status code 503',
      'got status: 429. {"error":{"code":429}}',
      'tunneling socket could not be established, statusCode=407',
      'read ECONNRESET',
      'API Error (529 {"type":"error","error":{"type":"overloaded_error"}})',
      'The service is busy and has no usage limits of its own: HTTP 503',
      'The server is overloaded, which has nothing to do with a usage limit',
    ],
  ],
  [
    'auth',
    [
      'Invalid API key · Please run /login',
      'OAuth token has expired. Please obtain a new token.',
      'Not logged in',
      'No authentication information found.',
      'HTTP 401: quota exceeded for anonymous users',
      '400 API key not valid. Please pass a valid API key.',
      '{"error":{"code":403,"status":"PERMISSION_DENIED"}}',
      'Failed to authenticate. API Error: 401',
    ],
  ],
  [
    'limit',
    [
      "You've hit your session limit · resets 3pm",
      'Credit balance is too low',
      'Your credit balance is too low to access the API: status 400',
      '402 Payment Required',
      'insufficient_quota',
      "403 You've reached your weekly limit",
      'Claude Opus 4.5 limit reached ∙ resets 3am',
      'Sonnet 4 weekly limit reached',
      '402 You have no quota',
      '✗ Execution failed: Error: You have no quota (Request ID: 1)',
      'Monthly premium request limit reached',
    ],
  ],
  [
    'overflow',
    [
      'Prompt is too long',
      'API Error: 400 prompt is too long: 213462 tokens > 200000 maximum',
      "Codex ran out of room in the model's context window. Start a new thread.",
      'Your input exceeds the context window of this model.',
      "This model's maximum context length is 128000 tokens.",
      'input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000',
      'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
    ],
  ],
  [
    'other',
    [
      '',
      'Das Modell konnte nicht antworten.',
      'the model does not support tools',
      'ProviderModelNotFoundError: ProviderModelNotFoundError',
      'Model not found: openrouter/x. Did you mean: openrouter/y?',
      '404 {"type":"error","error":{"type":"not_found_error","message":"model: x"}}',
      'unexpected status 400 Bad Request: unauthorized is a word of the request',
      'There is no limit here',
    ],
  ],
];

test.each(KINDS.flatMap(([kind, words]) => words.map((each) => [kind, each] as const)))(
  '%s: %s',
  (kind, words) => expect(providerErrorOf(words)).toBe(kind),
);

test('a status beside the words decides before them, but for a limit of the account', () => {
  expect(providerErrorOf('Hoppla', 529)).toBe('overload');
  expect(providerErrorOf('Hoppla', 401)).toBe('auth');
  expect(providerErrorOf('Hoppla', 404)).toBe('other');
  expect(providerErrorOf('usage limit reached', 429)).toBe('limit');
});

test('a CLI tries again what passes', () => {
  expect(retriedError('other')).toBe('overload');
  expect(retriedError('auth')).toBe('auth');
});

test('only the beginning of a document is read, and its words are kept short', () => {
  const trouble = providerTrouble(`${'x'.repeat(5000)} usage limit reached`, null);
  expect(trouble).toMatchObject({ kind: 'erred', error: 'other' });
  expect(trouble.kind === 'erred' && trouble.message.length).toBe(300);
});
