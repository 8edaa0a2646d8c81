import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findStopped } from '../../../src/control/custody/find-stopped.ts';
import type { CategoryName } from '../../../src/domain/ids.ts';
import { categoryLockFile, sessionFiles, stateLayout } from '../../../src/domain/layout.ts';
import { readBootId, readProcess, readProcesses } from '../../../src/lib/process-table.ts';
import type { ProcessIdentity } from '../../../src/lib/send-signal.ts';
import { sessionId } from '../../support/records.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { waitUntil } from '../../support/wait-until.ts';

const CODE = 'code' as CategoryName;
const ID = sessionId(3);

/** A group of processes below a shell, which is ended with the test. */
async function start(script: string): Promise<ProcessIdentity> {
  const shell = spawn('sh', ['-c', script], { stdio: 'ignore', detached: true });
  const pid = shell.pid ?? 0;
  onTestFinished(() => void process.kill(-pid, 'SIGKILL'));
  await once(shell, 'spawn');
  return { pid, startTime: readProcess(pid)?.startTime ?? '', bootId: readBootId() };
}

async function childOf(pid: number): Promise<number> {
  const find = (): number => readProcesses().find(({ ppid }) => ppid === pid)?.pid ?? 0;
  await waitUntil('a child', () => find() !== 0);
  return find();
}

async function stop(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await waitUntil('it is stopped', () => readProcess(pid)?.state === 'T');
}

/** A state whose session has this shim, and whose category this process took. */
function stateWith(shim: ProcessIdentity, taker: object = {}) {
  const folder = scratchFolder();
  const layout = stateLayout(folder, path.join(folder, 'worktrees'));
  const [files, lock] = [sessionFiles(layout, ID), categoryLockFile(layout, CODE)];
  for (const folder of [files.folder, path.dirname(lock)]) mkdirSync(folder, { recursive: true });
  writeFileSync(files.identity, JSON.stringify(shim));
  const holder = { sessionId: ID, taker, since: '2026-01-01T00:00:00.000Z', isSettling: false };
  writeFileSync(lock, JSON.stringify(holder));
  return () => findStopped({ layout }, { id: ID, category: CODE });
}

test('tells shim, agent and tool apart, and leaves out processes that run', async () => {
  const shim = await start('sh -c "sleep 300; :"; :');
  const agent = await childOf(shim.pid);
  const tool = await childOf(agent);
  const stopped = stateWith(shim);
  expect(stopped()).toEqual([]);
  await stop(tool);
  expect(stopped()).toEqual([{ who: 'tool', pid: tool }]);
  await stop(agent);
  await stop(shim.pid);
  expect(stopped().map(({ who, pid }) => [who, pid])).toEqual([
    ['shim', shim.pid],
    ['agent', agent],
    ['tool', tool],
  ]);
});

test('names a supervisor by the lock that it took, and no other process that has its number', async () => {
  const shim = await start('sleep 300; :');
  const supervisor = await start('sleep 300; :');
  await stop(supervisor.pid);
  expect(stateWith(shim, supervisor)()).toEqual([{ who: 'supervisor', pid: supervisor.pid }]);
  expect(stateWith(shim, { ...supervisor, startTime: '1' })()).toEqual([]);
});

test('a shim of another boot is left out', async () => {
  const shim = await start('sleep 300; :');
  await stop(shim.pid);
  expect(stateWith({ ...shim, bootId: 'another' })()).toEqual([]);
});

function sparse(file: string): void {
  writeFileSync(file, '');
  truncateSync(file, 2 ** 30);
}

test.each([
  ['a pipe that nobody writes to', (lock: string) => execFileSync('mkfifo', [lock])],
  ['a folder', (lock: string) => mkdirSync(lock)],
  ['a file of a gigabyte', (lock: string) => sparse(lock)],
])('the lock file of its category may be %s', async (_, put) => {
  const shim = await start('sleep 300; :');
  const folder = scratchFolder();
  const layout = stateLayout(folder, path.join(folder, 'worktrees'));
  const lock = categoryLockFile(layout, CODE);
  for (const each of [path.dirname(lock), sessionFiles(layout, ID).folder])
    mkdirSync(each, { recursive: true });
  writeFileSync(sessionFiles(layout, ID).identity, JSON.stringify(shim));
  put(lock);
  await stop(shim.pid);
  expect(findStopped({ layout }, { id: ID, category: CODE })).toEqual([{ who: 'shim', pid: shim.pid }]);
});
