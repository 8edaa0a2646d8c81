import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../../src/domain/session-event.ts';
import {
  asAmount,
  asCount,
  asString,
  parseJsonLine,
  type JsonObject,
} from '../../../src/harness/reading/json-shape.ts';

/** What was read of a line: the `n` of each object, `?` for what could not be read. */
function read(line: string): string[] {
  const name = (object: JsonObject): SessionEvent[] => [{ kind: 'said', text: asString(object['n']) ?? '-' }];
  return parseJsonLine(line, name).map((event) => (event.kind === 'said' ? event.text : '?'));
}

describe('glued objects', () => {
  test.each([
    ['two', '{"n":"a"}{"n":"b"}', ['a', 'b']],
    ['three, with blanks', ' {"n":"a"} \t{"n":"b"}{"n":"c"}\r', ['a', 'b', 'c']],
    ['braces and quotes in strings', '{"n":"}{\\"{"}{"x":{"y":["{"]},"n":"b\\\\"}', ['}{"{', 'b\\']],
    ['a whole one and a torn one', '{"n":"a"}{"n":"b', ['a', '?']],
    ['a whole one and rubbish', '{"n":"a"}, oops', ['a', '?']],
    ['rubbish first: where it ends is unknown', 'oops{"n":"a"}', ['?']],
    ['a torn one first: what looks like an object may be a part of it', '{"n":"a{"n":"b"}', ['?']],
    ['unbalanced', '{"n":"a"}}', ['a', '?']],
    ['not valid inside', '{"n":"a"}{n:1}{"n":"b"}', ['a', '?']],
  ])('%s', (_, line, expected) => expect(read(line)).toEqual(expected));

  test('a thousand are read; more are no accident, and are counted', () => {
    const names = read('{"n":"a"}'.repeat(1500));
    expect(names).toHaveLength(1001);
    expect(names.at(-1)).toBe('?');
  });
});

describe('odd bytes', () => {
  test.each([
    ['a byte order mark', '\uFEFF{"n":"a"}', ['a']],
    ['NULs of a crash before and after', '\0\0\0{"n":"a"}\0', ['a']],
    ['a carriage return', '{"n":"a"}\r', ['a']],
    ['nothing but blanks and a mark', ' \t\r\uFEFF', []],
    ['nothing but NULs: something was lost', '\0\0\0', ['?']],
    ['a NUL inside', '{"n":"\0"}', ['?']],
    ['bad UTF-8', Buffer.from([0x7b, 0x22, 0x6e, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]).toString(), ['\uFFFD']],
    ['a list', '[{"n":"a"}]', ['?']],
    ['a number', '7', ['?']],
  ])('%s', (_, line, expected) => expect(read(line)).toEqual(expected));

  test('what is nested deeper than anybody means is counted, and harms nobody', () => {
    const deep = (depth: number): string => `{"n":"a","x":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(read(deep(90))).toEqual(['a']);
    expect(read(deep(1000))).toEqual(['?']);
    expect(read(deep(1_000_000))).toEqual(['?']);
    expect(read('{"x":'.repeat(1_000_000))).toEqual(['?']);
  });

  test('`__proto__` is a key like another', () => {
    expect(read('{"__proto__":{"n":"polluted"}}')).toEqual(['-']);
    expect(read('{"n":"a","__proto__":{"toString":1},"constructor":{"prototype":{"n":"x"}}}')).toEqual(['a']);
    expect(({} as JsonObject)['n']).toBeUndefined();
  });
});

test.each([
  [0, 0, 0],
  [7, 7, 7],
  [12.5, null, 12.5],
  [-5, null, null],
  [1e308, null, null],
  [Number.MAX_SAFE_INTEGER, null, null],
  ['7', null, null],
  [null, null, null],
])('%s as a count is %s, as an amount %s', (value, count, amount) => {
  expect([asCount(value), asAmount(value)]).toEqual([count, amount]);
});
