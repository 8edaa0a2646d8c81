import { expect, test } from 'vitest';
import { startProgram } from '../support/programs.ts';
import { remoteProject } from '../support/remote.ts';
import { configOf, worktreesOf } from '../support/sessions.ts';
import { chaosOf } from './chaos.ts';

// Six workers at once on one repository: each round pulls the checkout, makes a worktree, commits and pushes there, and
// removes it. Incidents: `Cannot rebase onto multiple branches`, and `index.lock` in the way of a neighbour.

const WORKERS = 6;
const ROUNDS = 20;

const WORKER = `
  const { playRounds } = await import(${JSON.stringify(`${import.meta.dirname}/chaos.ts`)});
  const { seededRandom } = await src('lib/random.ts');
  const { openProject } = await src('control/project/project.ts');
  const { pullCheckoutNow } = await src('control/session/pull.ts');
  const { addWorktree, removeWorktree } = await src('git/worktree.ts');
  const { git, gitOutput } = await src('git/git.ts');
  const { systemClock: clock } = await src('lib/clock.ts');
  const [folder, name, chaos] = [arg(1), arg(2), JSON.parse(arg(3))];
  const random = seededRandom(chaos.seed);
  const project = await openProject({ folder, env: process.env, clock, access: 'write' });
  const { repositoryLock, worktrees } = project.layout;
  let [shared, pushed] = [0, 0];
  const rounds = await playRounds(chaos, async (round) => {
    await clock.sleep(random() * 200);
    const { to, isShared } = await pullCheckoutNow(project, new AbortController().signal);
    shared += isShared ? 1 : 0;
    const tree = worktrees + '/' + name + round;
    const branch = 'work/' + name + round;
    await addWorktree({ repository: project.repository, repositoryLock, folder: tree, branch, base: to, sessionId: 'stress' + name });
    await gitOutput(tree, ['commit', '--allow-empty', '--quiet', '--message', branch]);
    // Somebody else may have been faster; whoever was has moved the remote, which is what the next pull is for.
    pushed += (await git(tree, ['push', '--quiet', 'origin', 'HEAD:main'])).exitCode === 0 ? 1 : 0;
    await removeWorktree(folder, repositoryLock, tree);
  });
  await project.close();
  console.log(JSON.stringify({ rounds, shared, pushed }));
`;

test(`${WORKERS} workers, round after round: no pull, worktree or commit fails`, async () => {
  const chaos = chaosOf('pull-stress', ROUNDS);
  const project = remoteProject(configOf({ code: { prompt: 'true' } }));
  project.write('README.md', '# edited\n');
  const names = Array.from({ length: WORKERS }, (_, index) => String.fromCharCode(97 + index));
  const workers = names.map((name, index) => {
    const own = JSON.stringify({ ...chaos, seed: chaos.seed + index });
    return startProgram(WORKER, [project.folder, name, own], [], project.env);
  });
  const ends = await Promise.all(workers.map(({ done }) => done));
  expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual(names.map(() => [0, '']));
  const counts = ends.map(
    ({ stdout }) => JSON.parse(stdout) as { rounds: number; shared: number; pushed: number },
  );
  if (chaos.until === null) expect(counts.map(({ rounds }) => rounds)).toEqual(names.map(() => ROUNDS));
  expect(counts.some(({ pushed }) => pushed > 0)).toBe(true);
  expect(worktreesOf(project)).toEqual([]);
  expect(project.git('status', '--porcelain')).toBe('M README.md');
  expect(project.git('stash', 'list')).toBe('');
  expect(project.git('symbolic-ref', '--short', 'HEAD')).toBe('main');
  process.stderr.write(`${JSON.stringify(counts)}\n`);
});
