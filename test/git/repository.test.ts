import { expect, test } from 'vitest';
import { gitTry } from '../../src/git/git.ts';
import { currentBranch } from '../../src/git/repository.ts';
import { scratchProject } from '../support/scratch.ts';

test('a branch that git holds for a rebase or a bisection is the current one, though HEAD is detached', async () => {
  const project = scratchProject();
  const { folder } = project;
  const git = (...args: string[]): string => project.git(...args);
  const commit = (content: string): void => {
    project.write('README.md', content);
    git('commit', '--all', '--quiet', '--message', content);
  };
  git('branch', 'other');
  commit('mine\n');
  expect(await currentBranch(folder)).toBe('refs/heads/main');

  git('switch', '--quiet', 'other');
  commit('theirs\n');
  git('switch', '--quiet', 'main');
  expect(() => git('rebase', 'other')).toThrow('conflict');
  expect(await gitTry(folder, ['symbolic-ref', '--quiet', 'HEAD'])).toBeNull();
  expect(await currentBranch(folder)).toBe('refs/heads/main');
  git('rebase', '--abort');

  git('bisect', 'start', 'main', 'main~1');
  git('checkout', '--quiet', '--detach');
  expect(await currentBranch(folder)).toBe('refs/heads/main');
  git('bisect', 'reset');

  git('checkout', '--quiet', '--detach');
  expect(await currentBranch(folder)).toBeNull();
  expect(() => git('rebase', 'other')).toThrow('conflict');
  expect(await currentBranch(folder)).toBeNull();
});
