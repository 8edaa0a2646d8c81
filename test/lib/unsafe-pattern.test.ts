import { expect, test } from 'vitest';
import { refusePattern } from '../../src/lib/unsafe-pattern.ts';

test.each([
  String.raw`ACME-\d{6}`,
  String.raw`(?:acme|widget)_[a-z0-9]{10,}`,
  String.raw`customer:\s*\w+`,
  String.raw`(?<=key )[0-9a-f]{32}`,
  String.raw`(\d{3}-){2}\d{4}`,
  String.raw`[(+*]+x\(a+\)+`,
])('is taken: %s', (source) => expect(refusePattern(source)).toBeNull());

test.each([
  ['(a+)+b', 'repeats a repetition'],
  ['(?:a|ab)*c', 'repeats a repetition or a choice'],
  ['((x*)y)+', 'repeats a repetition'],
  [String.raw`(?:.*,){9,}x`, 'repeats a repetition'],
  [String.raw`(\w+\s?)*!`, 'repeats a repetition'],
  ['(a{2,}){3,}', 'repeats a repetition'],
  ['(?:(?:a{1,50})){1,50}b', 'repeats a repetition'],
  [String.raw`(a)\1`, 'refers back'],
  ['a*', 'matches the empty text'],
  ['', 'matches the empty text'],
  ['(', 'no regular expression'],
])('is refused: %s', (source, why) => expect(refusePattern(source)).toContain(why));
