import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ConcurrencyReport } from '../../src/report/concurrency.ts';
import type { Random } from '../../src/lib/random.ts';
import { startProgram } from '../support/programs.ts';
import { remoteProject, type RemoteProject } from '../support/remote.ts';
import { configOf, worktreesOf } from '../support/sessions.ts';
import { stintJson } from '../support/stint.ts';
import { chaosOf } from './chaos.ts';

// Six workers at once on one repository, whole sessions: pull, worktree, commit, landing. Beside them a shell script that
// pulls as people write it, and a neighbour who pushes. Incidents: `Cannot rebase onto multiple branches`, and
// `index.lock` in the way of somebody else.

const WORKERS = 6;
const ROUNDS = 50;

/** Whether a worker lands at the remote, where the neighbour is in its way. */
const pushes = (worker: number): boolean => worker % 3 === 0;

/** Runs one session of its category after the other, in one process, and prints what became of each. */
const WORKER = `
  const { playRounds } = await import(${JSON.stringify(`${import.meta.dirname}/chaos.ts`)});
  const { seededRandom } = await src('lib/random.ts');
  const { openProject } = await src('control/project/project.ts');
  const { makePlan, requireCategory } = await src('control/planning/make-plan.ts');
  const { runSession } = await src('control/session/session.ts');
  const { systemClock: clock } = await src('lib/clock.ts');
  const [folder, name, chaos] = [arg(1), arg(2), JSON.parse(arg(3))];
  const random = seededRandom(chaos.seed);
  const project = await openProject({ folder, env: process.env, clock, access: 'write' });
  const settings = project.settings();
  const how = { runType: 'manual', seed: null, arm: { seed: 0, harness: 'script', model: null, candidates: [] } };
  project.events.subscribe((event) => event.name === 'trouble.met' && console.error(event.sentence));
  const options = { cancelled: new AbortController().signal };
  await playRounds(chaos, async () => {
    await clock.sleep(random() * 500);
    const plan = makePlan(settings, requireCategory(settings, name), how);
    const { id, outcome, landing, warnings, reasons } = await runSession(project, plan, options);
    console.log(JSON.stringify({ id, outcome, landing, warnings, reasons }));
  });
  await project.close();
`;

interface Played {
  readonly id: string;
  readonly outcome: string;
  readonly landing: { readonly kind: string; readonly reason?: string; readonly detail: string };
  readonly warnings: readonly string[];
  readonly reasons: readonly string[];
}

/** A run loop that knows nothing of stint but the lock: it pulls and pushes. @returns how often it pulled, and what git said of those that failed */
async function pullInShell(
  project: RemoteProject,
  stop: string,
): Promise<{ pulls: number; errors: string[] }> {
  const script = `
    while [ ! -e "$1" ]; do
      if said=$(flock .git/pull.lock git pull --quiet --rebase --autostash 2>&1); then echo pulled; else echo "$said" >&2; fi
      # What landed here goes on, or each pull would replay all of it again. The neighbour may be faster: next time then.
      flock .git/pull.lock git push --quiet origin main 2>/dev/null
      sleep 0.1
    done`;
  const child = spawn('sh', ['-c', script, 'sh', stop], {
    cwd: project.folder,
    env: project.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  await once(child, 'close');
  return {
    pulls: stdout.split('pulled').length - 1,
    errors: stderr.split('\n').filter((line) => line !== ''),
  };
}

/** Commits and pushes like anybody else; that somebody was faster is no failure of theirs. @returns how often it pushed */
async function pushBeside(project: RemoteProject, stop: string, random: Random): Promise<number> {
  let pushed = 0;
  for (let number = 0; !existsSync(stop); number++) {
    try {
      project.push(`neighbour-${number}`, `${number}\n`);
      pushed++;
    } catch {
      // Rejected: it pulls before the next one.
    }
    await new Promise((resolve) => setTimeout(resolve, 200 + random() * 400));
  }
  return pushed;
}

test(`${WORKERS} workers, session after session, beside a shell that pulls and a neighbour who pushes`, async () => {
  const chaos = chaosOf('git-under-load', ROUNDS);
  const commit =
    'echo $STINT_SESSION_ID > $STINT_SESSION_ID; git add $STINT_SESSION_ID; git commit -qm "feat: one"';
  const names = Array.from({ length: WORKERS }, (_, index) => `worker-${index}`);
  const categories = names.map((name, index) => {
    const [pull, land] = [index % 2 === 0 ? 'in-place' : 'fetch', pushes(index) ? 'push' : 'rebase'];
    return [name, { prompt: commit, pull, land }] as const;
  });
  const project = remoteProject(configOf(Object.fromEntries(categories)));
  // While git tidies up, it takes folders away under the hands of whoever commits just then, in a shell script too.
  for (const folder of [project.folder, project.beside('origin.git'), project.beside('neighbour')])
    project.git('-C', folder, 'config', 'gc.auto', '0');
  // Somebody's own edit lies in the checkout all the while.
  project.write('README.md', '# edited\n');
  const stop = project.beside('stop');
  onTestFinished(() => writeFileSync(stop, ''));
  const beside = Promise.all([pullInShell(project, stop), pushBeside(project, stop, chaos.random)]);
  const workers = names.map((name, index) => {
    const own = JSON.stringify({ ...chaos, seed: chaos.seed + index });
    return startProgram(WORKER, [project.folder, name, own], [], project.env);
  });
  const ends = await Promise.all(workers.map(({ done }) => done));
  writeFileSync(stop, '');
  const [shell, pushed] = await beside;

  expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual(names.map(() => [0, '']));
  const byWorker = ends.map(({ stdout }) =>
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Played),
  );
  if (chaos.until === null) expect(byWorker.map(({ length }) => length)).toEqual(names.map(() => ROUNDS));
  const played = byWorker.flat();
  expect(played.filter(({ outcome }) => outcome !== 'productive')).toEqual([]);
  expect(played.flatMap(({ warnings }) => warnings)).toEqual([]);
  expect(shell.errors).toEqual([]);
  expect(shell.pulls).toBeGreaterThan(0);
  expect(pushed).toBeGreaterThan(0);

  // Whatever landed is there; what was too slow for the neighbour says so.
  const refused = played.filter(({ landing }) => landing.kind !== 'landed');
  expect(refused.filter(({ landing }) => landing.reason !== 'base-moved')).toEqual([]);
  // A push may lose every race against the remote. Landings here take turns, so some of them succeed.
  const here = byWorker.filter((_, index) => !pushes(index)).flat();
  expect(here.some(({ landing }) => landing.kind === 'landed')).toBe(true);
  const landed = played.filter(({ landing }) => landing.kind === 'landed').map(({ id }) => id);
  const files = new Set(project.git('ls-tree', '--name-only', 'main').split('\n'));
  expect(landed.filter((id) => !files.has(id))).toEqual([]);

  expect(project.git('status', '--porcelain')).toBe('M README.md');
  expect(project.git('stash', 'list')).toBe('');
  expect(project.git('symbolic-ref', '--short', 'HEAD')).toBe('main');
  expect(worktreesOf(project)).toEqual([]);
  expect(existsSync(path.join(project.folder, '.git/index.lock'))).toBe(false);
  const report = await stintJson<ConcurrencyReport>(project, 'report', 'concurrency', '--since', '1d');
  expect(report).toMatchObject({
    total_acquisitions: played.length,
    same_lock_violations: 0,
    unknownReleases: 0,
  });
  process.stderr.write(
    `${played.length} sessions, at most ${report.peak_concurrency} at once; ${landed.length} landed, ${refused.length} too slow for the neighbour; ${shell.pulls} pulls of the shell, ${pushed} pushes of the neighbour\n`,
  );
});
