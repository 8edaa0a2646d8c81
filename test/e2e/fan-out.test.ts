import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { readProcesses } from '../../src/lib/process-table.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf, readPid, recordedIds, rowsOf, waitFor } from '../support/sessions.ts';
import { startStint, STINT, stint, stintJson, waitUntil } from '../support/stint.ts';

interface Released {
  readonly choice: number;
  readonly spawned: readonly { id: string; category: string; pid: number; unit: null; log: string }[];
  readonly skipped: readonly { category: string; reason: string }[];
  readonly ineligible: readonly { category: string; reason: string }[];
}

/** Two categories whose agents wait for the test, and one that cannot begin. */
function waitingProject(): { project: ScratchProject; started: string; letGo: () => void } {
  const project = scratchProject();
  const [started, go] = [path.join(project.folder, '../started'), path.join(project.folder, '../go')];
  const work = (name: string): string =>
    `echo $$ > '${started}.${name}'; ${waitFor(go)}; echo ${name} > ${name}; git add ${name}; git commit -qm ${name}`;
  const config = {
    code: { prompt: work('code') },
    docs: { prompt: work('docs') },
    lost: { prompt: 'true', base: 'no-such-branch' },
  };
  project.write('stint.yaml', configOf(config, { schedule: { top: 4, cooldown: '0s' } }));
  const letGo = (): void => writeFileSync(go, '');
  onTestFinished(letGo);
  return { project, started, letGo };
}

/** The kernel's number of the session (of processes) that a process belongs to. */
function processSession(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
}

/** Whether a process prints into a file of that folder. */
function isPrintedTo(folder: string): boolean {
  return readProcesses().some(({ pid }) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/1`).startsWith(`${folder}/`);
    } catch {
      return false; // It is gone, or somebody else's.
    }
  });
}

test('--detach returns when each has begun; they go on without terminal and parent; what cannot begin is skipped', async () => {
  const { project, started, letGo } = waitingProject();
  const result = await stint(project, 'fanout', '--detach', '--json', '--seed', '5');
  expect([result.code, result.stderr]).toEqual([0, '']);
  const { spawned, skipped, choice } = JSON.parse(result.stdout) as Released;
  expect(spawned.map(({ category }) => category).toSorted()).toEqual(['code', 'docs']);
  expect(skipped).toEqual([
    { category: 'lost', reason: expect.stringMatching(/^The base "no-such-branch" of lost is no commit/) },
  ]);
  // They exist, and nothing of the way there is left.
  expect(rowsOf(project).map(({ id }) => id)).toEqual(expect.arrayContaining(spawned.map(({ id }) => id)));
  expect(readdirSync(path.join(project.stateFolder, 'starts'))).toEqual([]);
  for (const { pid, id, log } of spawned) {
    expect(processSession(pid)).toBe(pid);
    expect(readlinkSync(`/proc/${pid}/fd/0`)).toBe('/dev/null');
    expect(log).toBe(path.join(project.stateFolder, 'sessions', id, 'supervisor.log'));
    expect(readlinkSync(`/proc/${pid}/fd/1`)).toBe(log);
  }
  for (const name of ['code', 'docs']) await readPid(`${started}.${name}`);
  // Whoever runs is named to the next one.
  const again = await stint(project, 'fanout', '--detach');
  expect(again.code).toBe(75);
  const code = spawned.find(({ category }) => category === 'code');
  expect(again.stdout).toMatch(/^spawned=0, skipped=1\n/);
  expect(again.stdout).toContain(`code may not start: session ${code?.id} is running in it`);
  letGo();
  await waitUntil('two records', () => recordedIds(project).length === 2);
  for (const { id, log } of spawned) {
    expect(await stintJson(project, 'plan', '--replay', id)).toMatchObject({ choice, seed: 5 });
    const record = await stintJson<SessionRecord>(project, 'show', id);
    expect(record).toMatchObject({ outcome: 'productive', runType: 'timer', stop: { reason: 'completed' } });
    await waitUntil('the last line', () => readFileSync(log, 'utf8').includes(`git log -p`));
  }
});

test('a fan-out that is killed while it waits: what it let go begins all the same', async () => {
  const project = scratchProject();
  project.write('stint.yaml', configOf({ code: { prompt: 'echo a > a; git add a; git commit -qm a' } }));
  const fanout = startStint(project, 'fanout', '--detach');
  const starts = path.join(project.stateFolder, 'starts');
  await waitUntil('a start', () => isPrintedTo(starts));
  fanout.child.kill('SIGKILL');
  await fanout.done;
  await waitUntil('the record', () => recordedIds(project).length === 1);
  expect(readdirSync(starts)).toEqual([]);
});

test('Ctrl-C ends a fan-out in the foreground in order: every session has its record, and 130 says why', async () => {
  const { project, started } = waitingProject();
  const terminal = spawn(STINT, ['fanout', '--seed', '5'], {
    cwd: project.folder,
    env: project.env,
    detached: true,
    stdio: 'ignore',
  });
  const code = new Promise((resolve) => terminal.once('exit', resolve));
  for (const name of ['code', 'docs']) await readPid(`${started}.${name}`);
  // As a terminal does: to everybody in the foreground.
  process.kill(-(terminal.pid ?? 0), 'SIGINT');
  expect(await code).toBe(130);
  const records = await stintJson<SessionRecord[]>(project, 'sessions');
  expect(records.map(({ category, stop }) => `${category} ${stop.reason}`).toSorted()).toEqual([
    'code cancelled',
    'docs cancelled',
  ]);
});
