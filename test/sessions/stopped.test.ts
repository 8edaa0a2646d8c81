import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openProject } from '../../src/control/project/project.ts';
import { endOverdue } from '../../src/control/session/stop-session.ts';
import { sessionFiles } from '../../src/domain/layout.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { readBootId, readProcess, readProcesses } from '../../src/lib/process-table.ts';
import { sendSignal, type ProcessIdentity } from '../../src/lib/send-signal.ts';
import { insertIntent } from '../../src/store/sessions.ts';
import { clockThatRuns, runInProcess, RUNNING } from '../support/in-process.ts';
import { planOf, sessionId } from '../support/records.ts';
import { scratchFolder, scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf, rowsOf, taggedProcesses } from '../support/sessions.ts';
import { stint } from '../support/stint-here.ts';
import { waitUntil } from '../support/wait-until.ts';

// Agents that stop themselves, or the shim above them: real ones, by a clock of the test's own.

/** @param script what the agent does, as a shell below the shim */
function projectWith(script: string, more: object = {}): ScratchProject {
  const harnesses = { own: { command: ['sh', '-c', script] } };
  return scratchProject(
    configOf({ code: { prompt: 'x', harness: 'own', timeout: '1m' } }, { harnesses, ...more }),
  );
}

test('an agent that stops itself holds its category for twice its time limit, and ends in order', async () => {
  const folder = scratchFolder();
  const [pid, said] = ['pid', 'said'].map((name) => path.join(folder, name)) as [string, string];
  const script = `trap 'echo >"${said}"; exit 3' TERM; echo $$ >"${pid}"; kill -STOP $$; exit 0`;
  const project = projectWith(script, {
    supervise: { ...RUNNING, grace: '60s', silence: '1m', suppression: '2m' },
  });
  const isStopped = (): boolean =>
    existsSync(pid) && readProcess(Number(readFileSync(pid, 'utf8')))?.state === 'T';
  const clock = clockThatRuns(isStopped);
  const startMs = clock.monotonicMs();
  const { record } = await runInProcess(project, 'code', clock, 'own');
  expect(record.stop).toMatchObject({ reason: 'timed-out', exitCode: 3 });
  expect(record.stop.because).toMatch(/^it ran for 1m.*; it was stopped \(SIGSTOP\) for another 1m$/);
  expect(record.warnings).toContain('its agent was stopped (SIGSTOP): 1m of its time did not count');
  expect(existsSync(said)).toBe(true);
  // Two minutes by the looks; the rest is the time that ending took.
  expect(clock.monotonicMs() - startMs).toBeGreaterThanOrEqual(120_000);
  expect(taggedProcesses(rowsOf(project).map(({ id }) => id))).toEqual([]);
});

test('a shim that its agent has stopped writes the exit code when the agent is gone', async () => {
  const project = projectWith('kill -STOP $PPID; exit 3');
  const { record } = await runInProcess(project, 'code', systemClock, 'own');
  expect(record.stop).toMatchObject({ reason: 'crashed', exitCode: 3 });
  expect(record.warnings).toContain('its shim was stopped (SIGSTOP) and its agent gone: stint continued it');
});

test('a tool that is stopped is ended with its session', async () => {
  const pid = path.join(scratchFolder(), 'pid');
  const tool = `setsid sh -c 'echo $$ >"${pid}"; kill -STOP $$; sleep 300' & while [ ! -s '${pid}' ]; do sleep 0.05; done`;
  const project = projectWith(`${tool}; exit 0`);
  const { record } = await runInProcess(project, 'code', systemClock, 'own');
  expect(record.stop.exitCode).toBe(0);
  expect(readProcess(Number(readFileSync(pid, 'utf8')))?.state ?? 'Z').toBe('Z');
});

test('an agent that is stopped is named by status, show and doctor, with what to do', async () => {
  const pid = path.join(scratchFolder(), 'pid');
  const project = projectWith(`echo $$ >"${pid}"; kill -STOP $$; exit 0`, { supervise: { sample: '100ms' } });
  const running = runInProcess(project, 'code', systemClock, 'own');
  const [agent, hint] = await waitForStop(project, pid);
  const named = new RegExp(
    `agent ${agent} stopped \\(SIGSTOP\\) since 2\\d.* UTC; its time limit counts again at 2\\d.* UTC, in 1m`,
  );
  expect((await stint(project, 'status')).stdout).toMatch(named);
  expect((await stint(project, 'show', hint.id)).stdout).toMatch(named);
  const doctor = await stint(project, 'doctor');
  expect(doctor.stdout).toContain(`session ${hint.id} of code: its agent (pid ${agent}) is stopped`);
  expect(doctor.stdout).toContain(`kill -CONT ${agent}`);
  process.kill(agent, 'SIGCONT');
  expect((await running).record.stop.exitCode).toBe(0);
});

/** The agent's number, and its session, once the supervisor has seen that it is stopped. */
async function waitForStop(project: ScratchProject, pid: string): Promise<[number, { id: string }]> {
  const isSaid = (): boolean => {
    const [row] = existsSync(pid) ? rowsOf(project) : [];
    const live = path.join(project.stateFolder, 'sessions', row?.id ?? '', 'live.json');
    return existsSync(live) && readFileSync(live, 'utf8').includes('countsFrom');
  };
  await waitUntil('the supervisor says that it is stopped', isSaid);
  return [Number(readFileSync(pid, 'utf8')), { id: rowsOf(project)[0]?.id ?? '' }];
}

test.each([
  ['its agent gone: is continued by the next start', true],
  ['its agent stopped too: stays as it is, for a person may look at both', false],
])('a stopped shim without a supervisor, %s', async (_, isAgentGone) => {
  const project = await openProject({
    ...scratchProject(configOf({ code: { prompt: 'x' } })),
    clock: systemClock,
    access: 'write',
  });
  onTestFinished(() => project.close());
  const id = sessionId(11);
  await insertIntent(project.store, id, planOf(), systemClock.now().toISOString());
  const env = { PATH: process.env['PATH'], STINT_SESSION_ID: id };
  const shell = spawn('sh', ['-c', 'sleep 300; exit 5'], { stdio: 'ignore', detached: true, env });
  const pid = shell.pid ?? 0;
  const ended = new Promise((resolve) => shell.once('exit', resolve));
  onTestFinished(() => void shell.kill('SIGKILL'));
  const findAgent = (): number => readProcesses().find(({ ppid }) => ppid === pid)?.pid ?? 0;
  await waitUntil('it has an agent', () => findAgent() !== 0);
  const agent = findAgent();
  onTestFinished(() => {
    sendSignal(identify(agent), 'SIGKILL');
  });
  const files = sessionFiles(project.layout, id);
  mkdirSync(files.folder, { recursive: true });
  writeFileSync(files.identity, JSON.stringify(identify(pid)));
  process.kill(pid, 'SIGSTOP');
  process.kill(agent, isAgentGone ? 'SIGKILL' : 'SIGSTOP');
  await waitUntil('both have heard it', () => isIn('T', pid) && isIn(isAgentGone ? 'Z' : 'T', agent));
  await endOverdue(project, new AbortController().signal);
  if (isAgentGone) expect(await ended).toBe(5);
  else expect([readProcess(pid)?.state, readProcess(agent)?.state]).toEqual(['T', 'T']);
});

const isIn = (state: string, pid: number): boolean => readProcess(pid)?.state === state;

function identify(pid: number): ProcessIdentity {
  return { pid, startTime: readProcess(pid)?.startTime ?? '', bootId: readBootId() };
}
