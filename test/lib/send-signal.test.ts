import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isAlive, readBootId, readProcess } from '../../src/lib/process-table.ts';
import {
  identifySelf,
  isSameProcessAlive,
  sendGroupSignal,
  sendSignal,
  type ProcessIdentity,
} from '../../src/lib/send-signal.ts';
import { waitUntil } from '../support/wait-until.ts';

/** A real process that leads a group of its own, and what names it. */
async function startSleeper(): Promise<{ child: ChildProcess; identity: ProcessIdentity }> {
  const child = spawn('sleep', ['300'], { stdio: 'ignore', detached: true });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  return { child, identity: { pid, startTime: readProcess(pid)?.startTime ?? '', bootId: readBootId() } };
}

/** What a record says of a process whose number somebody else has by now. */
const STALE: Record<string, Partial<ProcessIdentity>> = {
  'another start time': { startTime: '1' },
  'another boot': { bootId: '00000000-0000-4000-8000-000000000000' },
  'no start time': { startTime: '' },
};

describe('a recycled pid is never signalled', () => {
  test.for(Object.entries(STALE))('%s', async ([, change]) => {
    const { child, identity } = await startSleeper();
    const stale = { ...identity, ...change };
    expect(isSameProcessAlive(stale)).toBe(false);
    expect(sendSignal(stale, 'SIGKILL')).toBe(false);
    expect(sendGroupSignal(stale, 'SIGKILL')).toBe(false);
    const info = readProcess(identity.pid);
    expect(info !== null && isAlive(info)).toBe(true);
    expect(child.signalCode).toBeNull();
  });
});

test('the very process that was meant is signalled', async () => {
  const { child, identity } = await startSleeper();
  expect(isSameProcessAlive(identity)).toBe(true);
  expect(sendSignal(identity, 'SIGTERM')).toBe(true);
  await once(child, 'exit');
  expect(child.signalCode).toBe('SIGTERM');
  expect(isSameProcessAlive(identity)).toBe(false);
  expect(sendSignal(identity, 'SIGTERM')).toBe(false);
});

test('a group is signalled through its leader only', async () => {
  const { child, identity } = await startSleeper();
  const follower = spawn('sh', ['-c', 'sleep 300 & wait'], { stdio: 'ignore', detached: true });
  onTestFinished(() => void follower.kill('SIGKILL'));
  await waitUntil('the group has a member', () => readProcess(follower.pid ?? 0)?.pgrp === follower.pid);
  expect(sendGroupSignal(identity, 'SIGTERM')).toBe(true);
  await once(child, 'exit');
  expect(readProcess(follower.pid ?? 0)).not.toBeNull();
});

test('a process that leads no group gives no group to signal', async () => {
  const child = spawn('sleep', ['300'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  const identity = { pid, startTime: readProcess(pid)?.startTime ?? '', bootId: readBootId() };
  expect(sendGroupSignal(identity, 'SIGKILL')).toBe(false);
  expect(isSameProcessAlive(identity)).toBe(true);
});

test('a process that has ended and waits to be asked for counts as gone', async () => {
  // The shell starts a child, becomes another program, and never asks for it. The child ends only when told to: a shell
  // that is still one would ask.
  const parent = spawn('sh', ['-c', 'sleep 300 & echo $!; exec sleep 300'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  await waitUntil('its parent is no shell any more', () => readProcess(parent.pid ?? 0)?.command === 'sleep');
  process.kill(pid, 'SIGKILL');
  await waitUntil('it is a zombie', () => readProcess(pid)?.state === 'Z');
  const identity = { pid, startTime: readProcess(pid)?.startTime ?? '', bootId: readBootId() };
  expect(isSameProcessAlive(identity)).toBe(false);
  expect(sendSignal(identity, 'SIGKILL')).toBe(false);
});

test('this process can name itself', () => {
  expect(identifySelf().pid).toBe(process.pid);
  expect(isSameProcessAlive(identifySelf())).toBe(true);
});
