import { describe, expect, test } from 'vitest';
import type { CategoryName } from '../../src/domain/ids.ts';
import { observeCategory } from '../../src/evidence/observed-category.ts';

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
    expect(observeCategory([{ files, subject: 'x' }], { paths: PATHS, commitTypes: {} }, name(planned))).toBe(
      observed,
    );
  });

  test('a tie of two others says nothing', () => {
    const paths = { planned: ['x/**'], a: ['a/**'], b: ['b/**'] };
    const commits = [{ files: ['a/1', 'b/1'], subject: 'x' }];
    expect(observeCategory(commits, { paths, commitTypes: {} }, name('planned'))).toBeNull();
  });

  const TYPES = { code: ['feat', 'fix'], docs: ['docs'], chores: [] };

  test.each([
    [['docs: say more'], 'code', 'docs'],
    [['DOCS(api)!: say more'], 'code', 'docs'],
    [['docs: a', 'fix: b', 'docs: c'], 'code', 'docs'],
    [['docs: a', 'fix: b'], 'code', 'code'],
    [['feat: a'], 'docs', 'code'],
    [['docs are better now'], 'code', null],
    [['constructor: x'], 'code', null],
    [['docs: a'], 'chores', null],
  ] as const)('commits %j without a path that says it, planned as %s: %s', (subjects, planned, observed) => {
    const commits = subjects.map((subject) => ({ files: ['elsewhere/x'], subject }));
    expect(observeCategory(commits, { paths: PATHS, commitTypes: TYPES }, name(planned))).toBe(observed);
  });

  test('paths go before words, and an empty commit has no say', () => {
    const rules = { paths: PATHS, commitTypes: TYPES };
    expect(observeCategory([{ files: ['src/a.ts'], subject: 'docs: x' }], rules, name('code'))).toBe('code');
    expect(observeCategory([{ files: [], subject: 'docs: x' }], rules, name('code'))).toBeNull();
  });
});
