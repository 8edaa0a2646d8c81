import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { SessionId } from '../../src/domain/ids.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { readBootId, readProcess, readProcesses, readProcessTable } from '../../src/lib/process-table.ts';
import type { ProcessIdentity } from '../../src/lib/send-signal.ts';
import { endTree } from '../../src/run/end-tree.ts';
import { SessionTree } from '../../src/run/session-tree.ts';
import { scratchFolder } from '../support/scratch.ts';
import { waitUntil } from '../support/wait-until.ts';

const ID = 'e123456789' as SessionId;

/** A shell that leads a group of its own, tagged as the session's. */
function start(script: string): ProcessIdentity {
  const env = { PATH: process.env['PATH'], STINT_SESSION_ID: ID };
  const { pid = 0 } = spawn('sh', ['-c', script], { stdio: 'ignore', detached: true, env });
  onTestFinished(() => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  });
  return { pid, startTime: readProcess(pid)?.startTime ?? '', bootId: readBootId() };
}

const isIn = (state: string, pid: number): boolean => readProcess(pid)?.state === state;
const childOf = (pid: number): number => readProcesses().find(({ ppid }) => ppid === pid)?.pid ?? 0;

/** Ends in order on TERM, and says so. Until then it is stopped, by its own hand. */
const TIDY = (said: string): string => `trap 'echo >"${said}"; exit 0' TERM; kill -STOP $$; exit 0`;

test('a stopped leader gets to end in order', async () => {
  const said = path.join(scratchFolder(), 'said');
  const leader = start(TIDY(said));
  await waitUntil('it is stopped', () => isIn('T', leader.pid));
  await endTree(new SessionTree(ID, leader, { isOurChild: true }), leader, 60_000, systemClock);
  expect(existsSync(said)).toBe(true);
});

test('a stopped tool in a group of its own gets to end in order', async () => {
  const said = path.join(scratchFolder(), 'said');
  const tool = start(TIDY(said));
  await waitUntil('it is stopped', () => isIn('T', tool.pid));
  const ended = await endTree(new SessionTree(ID, null), null, 60_000, systemClock);
  expect(ended).toMatchObject({ leftovers: ['sh'], survivors: [] });
  expect(existsSync(said)).toBe(true);
});

test('a stopped process that is deaf to TERM is ended all the same', async () => {
  const leader = start(`trap '' TERM; kill -STOP $$; while :; do sleep 1; done`);
  await waitUntil('it is stopped', () => isIn('T', leader.pid));
  const ended = await endTree(new SessionTree(ID, leader, { isOurChild: true }), leader, 100, systemClock);
  expect(ended.survivors).toEqual([]);
  expect(readProcess(leader.pid)?.state ?? 'Z').toBe('Z');
});

test('a stopped shim is continued once its agent is gone, and not before', async () => {
  const shim = start('sleep 300; exit 5');
  const tree = new SessionTree(ID, shim, { isOurChild: true });
  await waitUntil('it has an agent', () => childOf(shim.pid) !== 0);
  const agent = childOf(shim.pid);
  for (const pid of [shim.pid, agent]) process.kill(pid, 'SIGSTOP');
  await waitUntil('both are stopped', () => isIn('T', shim.pid) && isIn('T', agent));
  tree.sample(readProcessTable());
  // A person may look at the two with a debugger.
  expect(tree.continueShim()).toBe(false);
  process.kill(agent, 'SIGKILL');
  await waitUntil('the agent has ended', () => isIn('Z', agent));
  const stranger = new SessionTree(ID, { ...shim, startTime: '1' });
  stranger.sample(readProcessTable());
  expect(stranger.continueShim()).toBe(false);
  tree.sample(readProcessTable());
  expect(tree.continueShim()).toBe(true);
  await waitUntil('the shim has ended', () => !tree.isShimAlive());
});
