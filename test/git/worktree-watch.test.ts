import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { WorktreeWatch } from '../../src/git/worktree-watch.ts';
import { scratchFolder, scratchProject } from '../support/scratch.ts';

/** A look that begins now, after whatever is under way. */
async function hasChanged(watch: WorktreeWatch): Promise<boolean> {
  await watch.look();
  return watch.takeChange();
}

async function watched(folder: string): Promise<WorktreeWatch> {
  const watch = new WorktreeWatch(folder);
  expect(await hasChanged(watch)).toBe(false);
  return watch;
}

/** Long ago, so that the grain of the clock hides no change. */
function age(place: string): void {
  utimesSync(place, 1000, 1000);
}

describe('what changes a worktree', () => {
  const worktree = (): string => {
    const project = scratchProject();
    const folder = path.join(scratchFolder(), 'worktree');
    project.git('worktree', 'add', '-q', folder);
    mkdirSync(path.join(folder, 'src/deep'), { recursive: true });
    writeFileSync(path.join(folder, 'src/a'), 'a');
    return folder;
  };
  test.each<[string, (folder: string) => void]>([
    ['a new file', (folder) => writeFileSync(path.join(folder, 'src/deep/new'), '')],
    [
      'a file that is replaced',
      (folder) => renameSync(path.join(folder, 'src/a'), path.join(folder, 'src/b')),
    ],
    ['something staged', (folder) => void execFileSync('git', ['add', 'src/a'], { cwd: folder })],
  ])('%s', async (_, change) => {
    const folder = worktree();
    for (const place of ['', 'src', 'src/deep']) age(path.join(folder, place));
    const watch = await watched(folder);
    expect(await hasChanged(watch)).toBe(false);
    change(folder);
    expect(await hasChanged(watch)).toBe(true);
    expect(await hasChanged(watch)).toBe(false);
  });
});

describe('what does not', () => {
  test('what happens in node_modules, or behind a link out of it', async () => {
    const [folder, outside] = [scratchFolder(), scratchFolder()];
    mkdirSync(path.join(folder, 'node_modules/x'), { recursive: true });
    symlinkSync(outside, path.join(folder, 'link'));
    const watch = await watched(folder);
    writeFileSync(path.join(folder, 'node_modules/x/new'), '');
    writeFileSync(path.join(outside, 'new'), '');
    expect(await hasChanged(watch)).toBe(false);
  });

  test('folders that are found later: that they came is what changed', async () => {
    const folder = scratchFolder();
    age(folder);
    const watch = await watched(folder);
    mkdirSync(path.join(folder, 'new'));
    age(path.join(folder, 'new'));
    expect(await hasChanged(watch)).toBe(true);
    for (let look = 0; look < 30; look++) expect(await hasChanged(watch), `${look}`).toBe(false);
    // Known by now, so a change in it is seen.
    writeFileSync(path.join(folder, 'new/file'), '');
    expect(await hasChanged(watch)).toBe(true);
  });

  test('a pipe where git’s own file should be: nobody waits for it', async () => {
    const folder = scratchFolder();
    execFileSync('mkfifo', [path.join(folder, '.git')]);
    const watch = await watched(folder);
    expect(await hasChanged(watch)).toBe(false);
  });

  test('a worktree that is not there', async () => {
    const watch = await watched(path.join(scratchFolder(), 'missing'));
    expect(await hasChanged(watch)).toBe(false);
  });
});
