import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, chmodSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  isAlive,
  readEnvironmentEntry,
  readProcess,
  readProcesses,
  readTransferredBytes,
  readWorkingFolder,
  withDescendants,
  type ProcessInfo,
} from '../../src/lib/process-table.ts';
import { startCommand } from '../support/programs.ts';
import { scratchFolder } from '../support/scratch.ts';
import { waitUntil } from '../support/wait-until.ts';

async function sleeper(): Promise<number> {
  const program = startCommand('sh', ['-c', 'echo up; exec cat']);
  await program.said('up');
  return program.child.pid ?? 0;
}

describe('one process', () => {
  test('is read with its parent, group and start', () => {
    const self = readProcess(process.pid);
    expect(self).toMatchObject({ pid: process.pid, ppid: process.ppid });
    const fields = readFileSync(`/proc/${process.pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    expect(self?.startTime).toBe(fields[19]);
    expect(self?.startTime).toMatch(/^\d+$/);
    expect(String(self?.pgrp)).toBe(
      execFileSync('ps', ['-o', 'pgid=', '-p', String(process.pid)], { encoding: 'utf8' }).trim(),
    );
    expect(self?.cpuTicks).toBeGreaterThan(0);
  });

  test('may be called anything', async () => {
    const program = path.join(scratchFolder(), 'a) R 1 1 (b');
    copyFileSync(realpathSync('/bin/sleep'), program);
    chmodSync(program, 0o700);
    const child = spawn(program, ['60'], { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    const pid = child.pid ?? 0;
    await waitUntil('it runs', () => readProcess(pid)?.command === 'a) R 1 1 (b');
    expect(readProcess(pid)?.ppid).toBe(process.pid);
  });

  test('that is not there is null', () => {
    expect(readProcess(2 ** 22 + 1)).toBeNull();
    expect(readTransferredBytes(2 ** 22 + 1)).toBeNull();
    expect(readEnvironmentEntry(2 ** 22 + 1, 'HOME')).toBeNull();
    expect(readWorkingFolder(2 ** 22 + 1)).toBeNull();
  });

  test('one that has ended and was not asked for is not alive', () => {
    const info = readProcess(process.pid);
    expect(info && isAlive(info)).toBe(true);
    expect(info && isAlive({ ...info, state: 'Z' })).toBe(false);
    expect(info && isAlive({ ...info, state: 'X' })).toBe(false);
    expect(info && isAlive({ ...info, state: 'T' })).toBe(true);
  });

  test('its bytes grow with what it reads', () => {
    const before = readTransferredBytes(process.pid) ?? Infinity;
    const size = readFileSync(process.execPath).length;
    expect((readTransferredBytes(process.pid) ?? 0) - before).toBeGreaterThanOrEqual(size);
  });

  test('an entry of its environment is matched as a whole', async () => {
    const env = {
      PATH: process.env['PATH'] ?? '',
      QUOTE: 'x\nTAG=wrong',
      XTAG: 'wrong',
      TAG: 'right=1',
      EMPTY: '',
    };
    const child = spawn('sleep', ['60'], { env, stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    const pid = child.pid ?? 0;
    await waitUntil('it runs', () => readProcess(pid)?.command === 'sleep');
    expect(readEnvironmentEntry(pid, 'TAG')).toBe('right=1');
    expect(readEnvironmentEntry(pid, 'EMPTY')).toBe('');
    expect(readEnvironmentEntry(pid, 'TA')).toBeNull();
  });
});

describe('a tree', () => {
  const info = (pid: number, ppid: number): ProcessInfo => ({
    pid,
    ppid,
    pgrp: 1,
    command: 'x',
    state: 'S',
    startTime: '1',
    cpuTicks: 0,
  });

  test('holds the roots and all below, each once, and no stranger', () => {
    const all = [info(5, 4), info(1, 0), info(2, 1), info(3, 2), info(4, 3), info(9, 1), info(7, 8)];
    const pids = (...roots: number[]) => withDescendants(all, new Set(roots)).map(({ pid }) => pid);
    expect(pids(2)).toEqual([2, 3, 4, 5]);
    expect(new Set(pids(2, 4))).toEqual(new Set([2, 3, 4, 5]));
    expect(pids(2, 4)).toHaveLength(4);
    expect(pids(99)).toEqual([]);
    expect(pids(8)).toEqual([]);
  });

  test('that turns in a circle ends', () => {
    expect(withDescendants([info(1, 2), info(2, 1)], new Set([1]))).toHaveLength(2);
  });

  test('this process and its child are in the table', async () => {
    const pid = await sleeper();
    const pids = withDescendants(readProcesses(), new Set([process.pid])).map((each) => each.pid);
    expect(pids[0]).toBe(process.pid);
    expect(pids).toContain(pid);
  });
});
