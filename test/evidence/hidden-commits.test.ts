import { describe, expect, test } from 'vitest';
import { hookedSessions, person, type JudgedCommits } from '../support/hooked-git.ts';
import { scratchProject } from '../support/scratch.ts';

/** git with every witness off: no hook, no variable of the session, no reflog; `forget` removes what reflogs have. */
const GHOST = `
ghost() {
  env -i PATH="$PATH" HOME="$HOME" git -c core.hooksPath=/dev/null -c core.logAllRefUpdates=false \\
    -c user.name=a -c user.email=a@example.invalid "$@"
}
forget() { rm -rf "$(git rev-parse --git-dir)/logs"; }
tree() { git add -A && ghost write-tree; }
`;

async function judge(
  script: string,
  theirs = 'commit foreign; git push -q origin HEAD:main',
): Promise<JudgedCommits> {
  const project = scratchProject();
  const elsewhere = person(project);
  const start = hookedSessions(project);
  const [neighbour, session] = [start('neighbour'), start('one')];
  elsewhere(theirs);
  neighbour.run('commit theirs');
  session.run(GHOST + script);
  return session.judge();
}

describe('a commit on the session’s own branch that no log shows being made', () => {
  test.each([
    ['past the hook, without a reflog', 'echo 1 >f; git add f; ghost commit -qm f; forget', 1],
    [
      'made of plumbing, without the session’s variables',
      'echo 1 >f; new=$(ghost commit-tree "$(tree)" -p HEAD -m f); ghost update-ref HEAD "$new"',
      1,
    ],
    [
      'below one that the hook saw as a move alone',
      `echo 1 >f; first=$(ghost commit-tree "$(tree)" -p HEAD -m first)
       echo 2 >f; second=$(ghost commit-tree "$(tree)" -p "$first" -m second); git reset -q --hard "$second"`,
      2,
    ],
    [
      'on the branch, from which HEAD has gone',
      'echo 1 >f; git add f; ghost commit -qm f; forget; git checkout -q --detach HEAD~1',
      1,
    ],
    [
      'pushed under the name of its branch',
      'echo 1 >f; git add f; ghost commit -qm f; ghost push -q origin HEAD; forget',
      1,
    ],
    [
      'brought back from a branch that it made in secret',
      `echo 1 >f; new=$(ghost commit-tree "$(tree)" -p HEAD -m f); ghost branch secret "$new"
       git reset -q --hard secret`,
      1,
    ],
  ])('is listed as such: %s', async (_, script, count) => {
    const { own, hidden } = await judge(script);
    expect({ own, count: hidden.length }).toEqual({ own: [], count });
  });

  test('beside one that the hook saw: that one counts', async () => {
    const { own, hidden } = await judge('commit mine; echo 1 >f; git add f; ghost commit -qm f; forget');
    expect({ own, count: hidden.length }).toEqual({ own: ['mine'], count: 1 });
  });
});

describe('commits of others on the session’s branch are not hidden', () => {
  test.each([
    ['a pull', 'git pull -q origin main'],
    ['a pull past the hook', 'ghost -c core.logAllRefUpdates=true pull -q origin main'],
    ['a pull from an address', 'git remote remove origin; git pull -q ../origin.git main'],
    ['a merge of a neighbour’s branch', 'git merge -q branch-neighbour'],
    ['a pick from a neighbour', 'git cherry-pick branch-neighbour >/dev/null'],
    [
      'a commit that was thrown away',
      'echo 1 >f; git add f; ghost commit -qm f; forget; git reset -q --hard HEAD~1',
    ],
  ])('%s', async (_, script) => {
    const { own, hidden } = await judge(script);
    expect({ own, hidden }).toEqual({ own: [], hidden: [] });
  });
});
