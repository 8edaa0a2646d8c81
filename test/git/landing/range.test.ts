import { expect, test } from 'vitest';
import { readRange, type LandingRange } from '../../../src/git/landing/range.ts';
import { scratchProject, type ScratchProject } from '../../support/scratch.ts';

/** A project with a branch `work` that starts where main is. */
function branched(): { project: ScratchProject; base: string; range: () => Promise<LandingRange> } {
  const project = scratchProject();
  const base = project.git('rev-parse', 'main');
  project.git('branch', 'work');
  const range = () =>
    readRange(project.folder, {
      base,
      head: project.git('rev-parse', 'work'),
      tip: project.git('rev-parse', 'main'),
    });
  return { project, base, range };
}

/** Commits a file on a branch. */
function commitOn(project: ScratchProject, branch: string, file: string): string {
  project.git('checkout', '-q', branch);
  project.write(file, `${file}\n`);
  project.git('add', file);
  project.git('commit', '-qm', file);
  return project.git('rev-parse', 'HEAD');
}

test('a branch that is only ahead', async () => {
  const { project, range } = branched();
  const made = [commitOn(project, 'work', 'a'), commitOn(project, 'work', 'b')];
  expect(await range()).toEqual({ missing: made, merges: [], landed: [], isAhead: true });
});

test('what was picked has landed under its new name; the rest is missing', async () => {
  const { project, range } = branched();
  const [a, b] = [commitOn(project, 'work', 'a'), commitOn(project, 'work', 'b')];
  commitOn(project, 'main', 'other');
  project.git('cherry-pick', a);
  const picked = project.git('rev-parse', 'main');
  expect(await range()).toEqual({ missing: [b], merges: [], landed: [picked], isAhead: false });
});

test('what was merged has landed under its own name', async () => {
  const { project, range } = branched();
  const a = commitOn(project, 'work', 'a');
  commitOn(project, 'main', 'other');
  project.git('merge', '-q', '--no-edit', 'work');
  expect(await range()).toMatchObject({ missing: [], merges: [], landed: [a] });
});

test('a base that the target has not is no reason to move the target to it', async () => {
  const { project } = branched();
  const base = commitOn(project, 'work', 'not pushed');
  const head = commitOn(project, 'work', 'a');
  const tip = project.git('rev-parse', 'main');
  expect(await readRange(project.folder, { base, head, tip })).toMatchObject({
    missing: [head],
    isAhead: false,
  });
});

test('merges are named apart', async () => {
  const { project, range } = branched();
  const a = commitOn(project, 'work', 'a');
  commitOn(project, 'main', 'other');
  project.git('checkout', '-q', 'work');
  project.git('merge', '-q', '--no-edit', 'main');
  const merge = project.git('rev-parse', 'work');
  commitOn(project, 'main', 'later');
  expect(await range()).toMatchObject({ missing: [a], merges: [merge], isAhead: false });
});
