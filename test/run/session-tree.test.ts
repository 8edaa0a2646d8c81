import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { SessionId } from '../../src/domain/ids.ts';
import {
  readBootId,
  readProcess,
  readProcesses,
  readProcessTable,
  readUptimeTicks,
  tableOf,
  type ProcessInfo,
} from '../../src/lib/process-table.ts';
import type { ProcessIdentity } from '../../src/lib/send-signal.ts';
import { SessionScope } from '../../src/run/session-scope.ts';
import { SessionTree } from '../../src/run/session-tree.ts';
import { scratchFolder } from '../support/scratch.ts';
import { waitUntil } from '../support/wait-until.ts';

const ID = 'a123456789' as SessionId;

/** A shell that leads a group with a child in it; both carry `tag` where one is given. */
async function startFamily(tag?: string): Promise<{ leader: ProcessIdentity; child: number }> {
  const env = { PATH: process.env['PATH'], ...(tag === undefined ? {} : { STINT_SESSION_ID: tag }) };
  const shell = spawn('sh', ['-c', 'sleep 300 & wait'], { stdio: 'ignore', detached: true, env });
  const pid = shell.pid ?? 0;
  onTestFinished(() => void process.kill(-pid, 'SIGKILL'));
  await once(shell, 'spawn');
  const findChild = (): number | undefined => readProcesses().find(({ ppid }) => ppid === pid)?.pid;
  await waitUntil('a child', () => findChild() !== undefined);
  const leader = { pid, startTime: readProcess(pid)?.startTime ?? '', bootId: readBootId() };
  return { leader, child: findChild() ?? 0 };
}

function pidsOf(tree: SessionTree): number[] {
  return tree.findAll().map(({ pid }) => pid);
}

test('without a tag the tree is what lives below the shim', async () => {
  const { leader, child } = await startFamily();
  expect(new Set(pidsOf(new SessionTree(ID, leader)))).toEqual(new Set([leader.pid, child]));
});

test('an identity of another boot or of a recycled pid names nobody', async () => {
  const { leader } = await startFamily();
  const stale = [
    { ...leader, bootId: '00000000-0000-4000-8000-000000000000' },
    { ...leader, startTime: '1' },
  ];
  for (const identity of stale) {
    const tree = new SessionTree(ID, identity);
    expect(tree.isShimAlive()).toBe(false);
    expect(tree.sample(readProcessTable())).toEqual([]);
    expect(tree.findAll()).toEqual([]);
  }
});

test('the tag finds a session without any identity, and only that session', async () => {
  const mine = await startFamily(ID);
  const longer = await startFamily(`${ID}x`);
  const other = await startFamily('b123456789');
  const found = pidsOf(new SessionTree(ID, null));
  expect(new Set(found)).toEqual(new Set([mine.leader.pid, mine.child]));
  expect(found).not.toContain(longer.child);
  expect(found).not.toContain(other.child);
});

test('below the shim, whoever carries the tag of another session is left alone', async () => {
  const { leader } = await startFamily('b123456789');
  expect(pidsOf(new SessionTree(ID, leader))).toEqual([]);
});

test('a member of the group without a tag is found when its parent and the shim are gone', async () => {
  const { leader, child } = await startFamily();
  const tree = new SessionTree(ID, leader);
  // Seen once while it lived, without its child: the look is empty, `findAll` is not asked.
  const seen = new SessionTree(ID, leader);
  const alone = readProcesses().filter(({ pid }) => pid === leader.pid);
  seen.sample(tableOf(alone, readUptimeTicks()));
  process.kill(leader.pid, 'SIGKILL');
  await waitUntil('the leader is gone', () => readProcess(leader.pid) === null);
  expect(pidsOf(seen)).toEqual([child]);
  // Who never saw it cannot know whose number that is; who started it saw it then.
  expect(pidsOf(tree)).toEqual([]);
  expect(pidsOf(new SessionTree(ID, leader, { isOurChild: true }))).toEqual([child]);
});

test('a table in which a pid of the scope named another process makes that process no member', async () => {
  const { leader, child } = await startFamily();
  const folder = scratchFolder();
  writeFileSync(path.join(folder, 'cgroup.procs'), `${leader.pid}\n`);
  const sampled = (processes: readonly ProcessInfo[]): number[] =>
    new SessionTree(ID, null, { scope: new SessionScope(folder) })
      .sample(tableOf(processes, readUptimeTicks()))
      .map(({ pid }) => pid);
  const now = readProcesses();
  expect(sampled(now)).toEqual([leader.pid, child]);
  const before = now.map((info) => (info.pid === leader.pid ? { ...info, startTime: '1' } : info));
  expect(sampled(before)).toEqual([]);
});
