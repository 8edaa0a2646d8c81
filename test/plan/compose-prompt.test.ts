import { expect, test } from 'vitest';
import { composePrompt } from '../../src/plan/compose-prompt.ts';

const PARTS = { text: 'Fix a bug.', hasPreamble: true, softDeadlineMs: 2_160_000, isWorktree: true };

test('without a preamble the prompt is the category’s own words', () => {
  expect(composePrompt({ ...PARTS, hasPreamble: false })).toBe('Fix a bug.');
});

test('the preamble says what an unattended agent must know, and the own words stand last', () => {
  const prompt = composePrompt(PARTS);
  for (const word of [
    'unattended',
    '36m',
    'stint declare noop',
    'stint declare blocked',
    'worktree of your own',
  ])
    expect(prompt).toContain(word);
  expect(prompt.endsWith('\n\nFix a bug.')).toBe(true);
});

test('in a shared checkout it warns of others', () => {
  expect(composePrompt({ ...PARTS, isWorktree: false })).toContain('shared with others');
});
