import { describe, expect, test } from 'vitest';
import {
  isCategoryName,
  isSessionId,
  isSlotName,
  SESSION_ID_LENGTH,
  slotName,
} from '../../src/domain/ids.ts';

describe('a session’s id', () => {
  test('is ten small letters and digits, the first a letter', () => {
    expect(isSessionId('a12345678z')).toBe(true);
    expect('a12345678z').toHaveLength(SESSION_ID_LENGTH);
  });

  test.each([
    '',
    'a12345678',
    'a1234567890',
    '1234567890',
    'A123456789',
    'a1234/6789',
    'a123456789\n',
    'xa123456789',
  ])('is not %j', (text) => {
    expect(isSessionId(text)).toBe(false);
  });
});

describe('a category’s name', () => {
  test.each(['code', 'C', '1', 'code.review', 'a_b-c', 'x'.repeat(64)])('may be %s', (name) => {
    expect(isCategoryName(name)).toBe(true);
  });

  // It becomes part of a file name and of a branch, which git refuses with these.
  test.each([
    '',
    'x'.repeat(65),
    '.code',
    '-code',
    '_code',
    'code.',
    'a..b',
    'code.lock',
    'code.LOCK',
    'a/b',
    'a b',
    'code\n',
  ])('is not %j', (name) => {
    expect(isCategoryName(name)).toBe(false);
  });
});

test('a slot stands in the place of a category', () => {
  expect(slotName(12)).toBe('slot-12');
  expect(isSlotName(slotName(12))).toBe(true);
  for (const name of ['slot-', 'slot-a', 'slot-1a', 'my-slot-1', 'slots'])
    expect(isSlotName(name)).toBe(false);
});
