import { describe, expect, test } from 'vitest';
import { recordSchema, sessionIdSchema, timeSchema } from '../../src/domain/record-schema.ts';

// Records come from files that anyone can write.

describe('a session id', () => {
  test('is 10 characters', () => {
    expect(sessionIdSchema.safeParse('a000000001').success).toBe(true);
  });

  test.each(['a00000001', 'A000000001', 5, null, ['a000000001']])('is not %j', (id) => {
    expect(sessionIdSchema.safeParse(id).success).toBe(false);
  });
});

describe('the category of a record', () => {
  const { category } = recordSchema.shape;

  test('is a name that can be a part of a branch', () => {
    expect(category.safeParse('code').success).toBe(true);
  });

  test.each(['two words', '../code', 'code.lock', '', 5, null, ['code']])('is not %j', (name) => {
    const { error } = category.safeParse(name);
    expect(error?.issues.map(({ message }) => message)).toEqual(['expected the name of a category']);
  });
});

describe('a time', () => {
  test('is in UTC, to the millisecond', () => {
    expect(timeSchema.safeParse('2026-01-05T12:00:00.000Z').success).toBe(true);
  });

  test.each([
    '2026-01-05T12:00:00Z',
    '2026-01-05T12:00:00.000+01:00',
    'at 2026-01-05T12:00:00.000Z',
    '2026-01-05T12:00:00.000Z or so',
    '2026-01-05T12:00:00.000Z\n',
  ])('is not %j', (time) => {
    expect(timeSchema.safeParse(time).success).toBe(false);
  });
});
