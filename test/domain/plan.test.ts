import { expect, test } from 'vitest';
import { PLAIN_SESSION } from '../../src/domain/plan.ts';

test('a session that follows no choice and no earlier session starts anew, at the top of the checkout', () => {
  const none = { folder: null, seed: null, key: null, resume: null };
  expect(PLAIN_SESSION).toEqual({ ...none, categoryPaths: {}, configuredCommitTypes: {}, chain: 0 });
});
