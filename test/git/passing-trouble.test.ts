import { expect, test } from 'vitest';
import { isPassing } from '../../src/git/passing-trouble.ts';

test.each([
  ['fatal: bad object worktrees/a1b2c3d4e5/HEAD', true],
  [
    "error: cannot lock ref 'refs/remotes/origin/main': is at dfec081a but expected d28406b8\n ! a..b main -> origin/main (unable to update local ref)",
    true,
  ],
  ["error: cannot lock ref 'refs/remotes/origin/a/b': 'refs/remotes/origin/a' exists", false],
  ['fatal: Could not read from remote repository.', false],
])('%s passes: %s', (said, passes) => expect(isPassing(said)).toBe(passes));
