import type { z } from 'zod';

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  object: 'a map of settings',
  record: 'a map of names',
};

/** What a value must be, where its schema does not say it in words of its own. */
export function issueWords(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'invalid_type') return `it must be ${TYPES[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value') return `it must be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'too_big') return `it must be at most ${String(issue.maximum)}`;
  if (issue.code !== 'too_small') return 'it cannot be used here';
  if (issue.origin !== 'number') return 'it must not be empty';
  return `it must be ${issue.inclusive === false ? 'more than' : 'at least'} ${String(issue.minimum)}`;
}

/** A value as a sentence shows it: what was written where that fits on a line, else what kind of thing it is. */
export function shownValue(value: unknown, shorten: (text: string) => string): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'string') return `"${shorten(value)}"`;
  if (typeof value !== 'object') return `"${shorten(JSON.stringify(value) ?? '')}"`;
  return Object.keys(value).length === 0 ? 'an empty map' : 'a map';
}
