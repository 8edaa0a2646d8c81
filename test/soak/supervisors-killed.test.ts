import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { endLeftovers, expectSettled, killSupervisor } from '../support/killed.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf, rowsOf } from '../support/sessions.ts';
import { startStint, stint, waitUntil, type StartedStint } from '../support/stint.ts';
import { chaosOf, playRounds } from './chaos.ts';

/** Resolves when a category has a session more than now, or when the run that should make it is over. */
async function waitForPromise(project: ScratchProject, category: string, run: StartedStint): Promise<void> {
  const count = (): number => rowsOf(project).filter((row) => row.category === category).length;
  const before = count();
  const isOver = (): boolean => run.child.exitCode !== null || run.child.signalCode !== null;
  await waitUntil('a row', () => isOver() || count() > before);
}

const ROUNDS = 25;

test('incident 45: supervisors killed at any moment: one record a session, and nothing of them is left', async () => {
  const project = scratchProject();
  endLeftovers(project);
  const names = ['a', 'b', 'c', 'd'];
  const quiet = path.join(project.folder, '../quiet');
  const prompt = `[ ! -e '${quiet}' ] || exit 0
    sleep 0.1; echo $$ > "f$$"; git add .; git commit -qm work; echo left > left
    setsid nohup sleep 300 > /dev/null 2>&1 & sleep 0.2`;
  const category = { prompt, check: 'sleep 0.1', setup: 'sleep 0.05' };
  project.write('stint.yaml', configOf(Object.fromEntries(names.map((name) => [name, category]))));
  const chaos = chaosOf('supervisors-killed', ROUNDS);
  const rounds = await playRounds(chaos, async (round) => {
    // Drawn before anything runs: the order in which they come may differ.
    const moments = names.map(() => chaos.random() * 1000);
    await Promise.all(
      names.slice(0, 2 + (round % 3)).map(async (name, index) => {
        const run = startStint(project, 'run', name);
        const ended = run.done.then(() => true);
        // One round in three does not even wait for the promise.
        const begun = round % 3 === 2 ? false : waitForPromise(project, name, run).then(() => false);
        if (await Promise.race([ended, begun])) return;
        const later = new Promise<boolean>((resolve) => setTimeout(resolve, moments[index], false));
        if (!(await Promise.race([ended, later]))) await killSupervisor(run);
      }),
    );
  });
  writeFileSync(quiet, '');
  for (const name of names) {
    // An agent whose supervisor was killed just now may still be at work.
    await waitUntil(`${name} can run`, async () => (await stint(project, 'run', name)).code === 0);
  }
  expect(rowsOf(project).length).toBeGreaterThan(names.length);
  expectSettled(project);
  process.stderr.write(`${rounds} rounds, ${rowsOf(project).length} sessions\n`);
  expect(existsSync(path.join(project.stateFolder, 'stint.db'))).toBe(true);
});
