import { expect, test } from 'vitest';
import { atOnce } from '../../support/at-once.ts';
import { scratchFolder } from '../../support/scratch.ts';

test('of several repositories that come to a new state at the same moment one has it', async () => {
  const rounds = 10;
  const colleagues = 2;
  const refusals = await atOnce('claim-new-state.ts', scratchFolder(), rounds, colleagues);
  expect(refusals).toHaveLength(rounds * (colleagues - 1));
  for (const refusal of refusals) expect(refusal).toMatch(/belongs to \S+\/repository-\d+, not to /);
});
