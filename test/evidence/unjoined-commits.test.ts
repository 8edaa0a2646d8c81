import { describe, expect, test } from 'vitest';
import { hookedSessions } from '../support/hooked-git.ts';
import { scratchProject } from '../support/scratch.ts';

/** What a tool's hook does at each stop of an agent: `note BRANCH` commits to a branch that has nothing of the project. */
const TOOL = `
note() {
  tree=$(printf '100644 blob %s\\tmeta.json\\n' "$(date +%N | git hash-object -w --stdin)" | git mktree)
  new=$(git commit-tree "$tree" -m Checkpoint $(git rev-parse -q --verify "refs/heads/$1" | sed 's/^/-p /'))
  git update-ref "refs/heads/$1" "$new"
}
`;
const NO_HISTORY = /^it is on .+, which shares no history with what the session started from: data of a tool/;

async function judge(script: string): Promise<{ own: string[]; because: string[] }> {
  const session = hookedSessions(scratchProject())('one');
  session.run(TOOL + script);
  return session.judge();
}

describe('data of tools', () => {
  test('a branch beside the project is listed and not counted, however many commits it has', async () => {
    const { own, because } = await judge(
      'note entire/checkpoints/v1; commit mine; note entire/checkpoints/v1',
    );
    expect(own).toEqual(['mine']);
    expect(because).toEqual([expect.stringMatching(NO_HISTORY), expect.stringMatching(NO_HISTORY)]);
    expect(because[0]).toContain('entire/checkpoints/v1');
  });

  test('an orphan branch in a worktree of the tool', async () => {
    const { own, because } = await judge(`
      git worktree add -q --detach ../pages; cd ../pages; git checkout -q --orphan gh-pages; commit page`);
    expect(own).toEqual([]);
    expect(because).toEqual([expect.stringMatching(NO_HISTORY)]);
  });

  test('a branch of the project that a tool has checked out inside of git’s own folder', async () => {
    const { own, because } = await judge(`
      inside=$(git rev-parse --path-format=absolute --git-common-dir)/beads-worktrees/beads-sync
      git worktree add -q -b beads-sync "$inside"; (cd "$inside"; commit issues); commit mine`);
    expect(own).toEqual(['mine']);
    expect(because).toEqual([
      expect.stringContaining('it is on beads-sync alone, which a tool has checked out'),
    ]);
  });
});

describe('work beside the session’s branch', () => {
  test('a branch that shares history with the base counts, wherever HEAD stands', async () => {
    expect((await judge('git checkout -q -b side; commit side; git checkout -q -')).own).toEqual(['side']);
  });

  test('an orphan branch on which HEAD stands in the end', async () => {
    const { own, because } = await judge('git checkout -q --orphan anew; commit anew');
    expect({ own, because }).toEqual({ own: ['anew'], because: [] });
  });

  test('an orphan branch that the agent made in its worktree and left again', async () => {
    const { own, because } = await judge(`
      home=$(git branch --show-current); git checkout -q --orphan pages; commit page; git checkout -qf "$home"`);
    expect({ own, because }).toEqual({ own: ['page'], because: [] });
  });

  test('an orphan history that was merged into the session’s branch', async () => {
    const { own } = await judge(`
      note imported; git merge -q --allow-unrelated-histories -m merge imported; commit mine`);
    expect(own).toEqual(['Checkpoint', 'merge', 'mine']);
  });

  test('an orphan commit and the merge that joins it to the project, both on another branch', async () => {
    const { own } = await judge(`
      git branch base; git checkout -q --orphan other; commit other
      git merge -q --allow-unrelated-histories -m joined base; git checkout -q base`);
    expect(own).toEqual(['other', 'joined']);
  });
});
