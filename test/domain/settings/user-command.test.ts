import { expect, test } from 'vitest';
import { describeCommand, toUserCommand } from '../../../src/domain/settings/user-command.ts';

test('a command is words to start, or a line for a shell where one is asked for', () => {
  expect(toUserCommand('npm run "the test"', false)).toEqual({ words: ['npm', 'run', 'the test'] });
  expect(toUserCommand(['npm', 'a b'], false)).toEqual({ words: ['npm', 'a b'] });
  expect(toUserCommand('a && b', true)).toEqual({ shell: 'a && b' });
  expect(toUserCommand(['a', '&&', 'b'], true)).toEqual({ shell: 'a && b' });
});

test('without a shell it needs a word, and none that only a shell understands', () => {
  expect(toUserCommand(' ', false)).toEqual({ refused: 'no word at all' });
  expect(toUserCommand('a && b', false)).toEqual({ refused: expect.any(String) });
});

test('it is described as it would be typed', () => {
  expect(describeCommand({ words: ['npm', 'test'] })).toBe('npm test');
  expect(describeCommand({ shell: 'a && b' })).toBe('a && b');
});
