import { expect, test } from 'vitest';
import { absolutePath, shownPath } from '../../src/domain/edited-files.ts';

test.each([
  ['src/a.ts', '/work/app', '/work/app/src/a.ts', 'src/a.ts'],
  ['/work/app/src/a.ts', '/work/app/', '/work/app/src/a.ts', 'src/a.ts'],
  ['/work/app/../other/a.ts', '/work/app', '/work/other/a.ts', '/work/other/a.ts'],
  ['../other/a.ts', '/work/app', '/work/other/a.ts', '/work/other/a.ts'],
  ['/work/application/a.ts', '/work/app', '/work/application/a.ts', '/work/application/a.ts'],
  ['~/.claude/plans/a.md', '/work/app', '~/.claude/plans/a.md', '~/.claude/plans/a.md'],
  ['C:\\work\\app\\a.ts', 'C:\\work\\app', 'C:\\work\\app\\a.ts', 'a.ts'],
  ['a.ts', 'C:\\work\\app', 'C:\\work\\app\\a.ts', 'a.ts'],
  ['D:\\a.ts', 'C:\\work', 'D:\\a.ts', 'D:\\a.ts'],
  ['..hidden/a.ts', '/work', '/work/..hidden/a.ts', '..hidden/a.ts'],
  ['a.ts', null, 'a.ts', 'a.ts'],
])('%s in %s is %s, and is shown as %s', (path, cwd, whole, shown) => {
  expect(absolutePath(path, cwd)).toBe(whole);
  expect(shownPath(path, cwd)).toBe(shown);
});
