import { describe, expect, test } from 'vitest';
import type { CategoryName } from '../../src/domain/ids.ts';
import { observeCategory } from '../../src/judge/observed-category.ts';

const name = (text: string): CategoryName => text as CategoryName;
const PATHS = { code: ['src/**'], docs: ['docs/**', '*.md'], ci: ['.github/**'], chores: [] };

describe('the category that was done', () => {
  test.each([
    [['src/a.ts'], 'code', 'code'],
    [['docs/a.md', 'docs/b.md', 'src/a.ts'], 'code', 'docs'],
    [['docs/a.md', 'src/a.ts'], 'code', 'code'],
    [['docs/a.md', 'src/a.ts'], 'docs', 'docs'],
    [['.github/workflows/x.yml'], 'code', 'ci'],
    [['elsewhere/x'], 'code', null],
    [[], 'code', null],
    [['docs/a.md'], 'chores', null],
    [['docs/a.md'], 'not-configured', null],
  ] as const)('%j planned as %s: %s', (files, planned, observed) => {
    expect(observeCategory(files, PATHS, name(planned))).toBe(observed);
  });

  test('a tie of two others does not depend on the order in the file', () => {
    const files = ['a/1', 'b/1'];
    const one = { planned: ['x/**'], a: ['a/**'], b: ['b/**'] };
    const two = { b: ['b/**'], a: ['a/**'], planned: ['x/**'] };
    expect(observeCategory(files, one, name('planned'))).toBe(observeCategory(files, two, name('planned')));
  });
});
