import path from 'node:path';
import { expect, test } from 'vitest';
import { findTarget } from '../../../src/git/landing/target.ts';
import { scratchProject, type ScratchProject } from '../../support/scratch.ts';

/** A project with remotes of these names; each has all of main. */
function withRemotes(...names: string[]): ScratchProject {
  const project = scratchProject();
  for (const name of names) {
    const folder = path.join(project.folder, '..', `${name.replaceAll('/', '-')}.git`);
    project.git('init', '-q', '--bare', folder);
    project.git('remote', 'add', name, folder);
    project.git('push', '-q', name, 'main');
  }
  return project;
}

const MAIN = 'refs/heads/main';

test('a local branch lands at its upstream, whatever that is called', async () => {
  const project = withRemotes('fork', 'origin');
  project.git('push', '-q', 'fork', 'main:trunk');
  project.git('branch', '-q', '--set-upstream-to=fork/trunk', 'main');
  const fork = { name: 'fork', branch: 'trunk' };
  expect(await findTarget(project.folder, MAIN)).toEqual({ local: 'main', remote: fork });
});

test('without an upstream it is the only remote, or origin, or none', async () => {
  const at = async (...names: string[]) => (await findTarget(withRemotes(...names).folder, MAIN)).remote;
  expect(await at('only')).toEqual({ name: 'only', branch: 'main' });
  expect(await at('fork', 'origin')).toEqual({ name: 'origin', branch: 'main' });
  expect(await at('fork', 'other')).toBeNull();
  expect(await at()).toBeNull();
});

test('a branch of a remote lands on the local one that follows it, best of the same name', async () => {
  const project = withRemotes('origin', 'origin/more');
  const at = (ref: string) => findTarget(project.folder, `refs/remotes/${ref}`);
  const main = { name: 'origin', branch: 'main' };
  expect(await at('origin/main')).toEqual({ local: null, remote: main });
  project.git('branch', '-q', '--track', 'follower', 'origin/main');
  expect(await at('origin/main')).toEqual({ local: 'follower', remote: main });
  project.git('branch', '-q', '--set-upstream-to=origin/main', 'main');
  expect(await at('origin/main')).toEqual({ local: 'main', remote: main });
  expect((await at('origin/more/main')).remote).toEqual({ name: 'origin/more', branch: 'main' });
});
