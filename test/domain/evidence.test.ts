import { expect, test } from 'vitest';
import { noEvidence, ON_NO_BRANCH } from '../../src/domain/evidence.ts';

test('where nothing was gathered, nothing is claimed', () => {
  const { transcript: _, ...claims } = noEvidence;
  const lists = { commits: [], notCounted: [], effects: [], leftovers: [], warnings: [] };
  const unknown = { range: null, gitTrouble: null, head: null, declared: null, uncommitted: null };
  expect(claims).toEqual({
    ...lists,
    ...unknown,
    check: { result: 'none', detail: 'no check is configured' },
    hasEvents: false,
    isReadOnly: false,
    isScript: false,
    observedCategory: null,
  });
});

test('a lost commit has the reason that records of earlier sessions hold', () => {
  expect(ON_NO_BRANCH).toBe('no branch has it any more');
});
