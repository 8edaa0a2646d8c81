import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { PROGRAM_HEAD } from '../support/programs.ts';
import { scratchProject } from '../support/scratch.ts';
import { configOf, waitFor } from '../support/sessions.ts';

/** Runs a session; while its agent works it takes every descriptor that the process may have, for ten looks. */
const PROGRAM = `
  const { closeSync, existsSync, openSync, writeFileSync } = await import('node:fs');
  const { makePlan, requireCategory } = await src('control/planning/make-plan.ts');
  const { openProject } = await src('control/project/project.ts');
  const { runSession } = await src('control/session/session.ts');
  const { systemClock } = await src('lib/clock.ts');
  let looks = 0;
  const clock = { ...systemClock, sleep: (ms, signal) => (looks++, systemClock.sleep(ms, signal)) };
  const project = await openProject({ folder: arg(1), env: process.env, clock, access: 'write' });
  const settings = project.settings();
  const arm = { seed: 0, harness: 'script', model: null, candidates: [] };
  const plan = makePlan(settings, requireCategory(settings, 'code'), { runType: 'manual', seed: null, arm });
  const running = runSession(project, plan, { cancelled: new AbortController().signal });
  while (!existsSync(arg(2))) await systemClock.sleep(20);
  const taken = [];
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'));
  } catch (error) {
    process.stdout.write(error.code + ' ');
  }
  for (const end = looks + 10; looks < end; ) await systemClock.sleep(20);
  for (const descriptor of taken) closeSync(descriptor);
  writeFileSync(arg(3), '');
  const { outcome, stop, commits, warnings } = await running;
  await project.close();
  process.stdout.write(JSON.stringify({ outcome, reason: stop.reason, commits: commits.length, warnings }));`;

test('a process without a free descriptor ends no agent, and goes on to watch it', async () => {
  const project = scratchProject();
  const place = (name: string): string => path.join(project.folder, '..', name);
  const prompt = `touch '${place('started')}'; ${waitFor(place('go'))}; echo hi > f; git add f; git commit -qm f`;
  project.write('stint.yaml', configOf({ code: { prompt } }));
  project.git('add', '.');
  project.git('commit', '-qm', 'config');
  const words = ['--input-type=module', '-e', `${PROGRAM_HEAD}${PROGRAM}`, '--', project.folder];
  const child = spawn(
    'sh',
    ['-c', 'ulimit -n 80; exec "$@"', 'sh', process.execPath, ...words, place('started'), place('go')],
    { env: project.env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  await once(child, 'close');
  expect(stdout, stderr).toBe(
    'EMFILE {"outcome":"productive","reason":"completed","commits":1,"warnings":[]}',
  );
});
