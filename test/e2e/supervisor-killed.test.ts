import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { readBootId, readProcess } from '../../src/lib/process-table.ts';
import { killProgram, startCommand } from '../support/programs.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf, isRunning, readPid, recordedIds, rowsOf, waitFor } from '../support/sessions.ts';
import { endLeftovers, expectSettled, killSupervisor } from '../support/killed.ts';
import { runSession, startStint, stint, stintJson, waitUntil } from '../support/stint.ts';

/** A file beside the project, where agents and the test meet. */
function beside(project: ScratchProject, name: string): string {
  return path.join(project.folder, '..', name);
}

function isLockFree(project: ScratchProject): boolean {
  const file = path.join(project.stateFolder, 'locks/code.lock');
  return spawnSync('flock', ['-n', file, 'true']).status === 0;
}

/** Whether somebody stands in line for a lock. */
function isWaitedFor(file: string): boolean {
  return new RegExp(`-> FLOCK .*:${statSync(file).ino} `).test(readFileSync('/proc/locks', 'latin1'));
}

test('incident 25: a killed supervisor: the agent works on, holds the lock until it ends and no longer, and is recorded next', async () => {
  const project = scratchProject();
  endLeftovers(project);
  const [pid, go] = [beside(project, 'pid'), beside(project, 'go')];
  const daemon = beside(project, 'daemon');
  const prompt = `[ ! -e '${go}' ] || exit 0
    setsid sh -c 'echo $$ > "${daemon}"; exec nohup sleep 300' > /dev/null 2>&1 &
    echo $$ > '${pid}'; ${waitFor(go)}
    echo hi > f; git add f; git commit -qm 'after the kill'; exit 7`;
  project.write('stint.yaml', configOf({ code: { prompt } }));
  const run = startStint(project, 'run', 'code');
  const [agent, leaked] = [await readPid(pid), await readPid(daemon)];
  await killSupervisor(run);

  const refused = await stint(project, 'run', 'code');
  expect(refused.code).toBe(75);
  expect(refused.stderr).toMatch(/code is busy: session \w+ \(agent pid \d+, .*its supervisor is gone\)/);
  expect(isRunning(agent)).toBe(true);
  expect(recordedIds(project)).toEqual([]);
  expect((await stint(project, 'status')).stdout).toMatch(/its supervisor is gone; the agent works on/);

  writeFileSync(go, '');
  await waitUntil('the lock is free', () => isLockFree(project));
  expect(isRunning(agent)).toBe(false);
  expect(isRunning(leaked)).toBe(true);
  expect((await stint(project, 'status')).stdout).toMatch(/supervisor and agent are gone; the next start/);

  const second = await runSession(project, 'code');
  expect(second.outcome).toBe('noop');
  const records = await stintJson<SessionRecord[]>(project, 'sessions');
  expect(records).toHaveLength(2);
  const first = records.find(({ id }) => id !== second.id);
  expect(first).toMatchObject({ outcome: 'productive', stop: { reason: 'crashed', exitCode: 7 } });
  expect(first?.commitDetails.map(({ subject }) => subject)).toEqual(['after the kill']);
  expect(first?.leftovers).toEqual(['sleep']);
  expect(recordedIds(project)).toEqual([first?.id, second.id]);
  expect(isRunning(leaked)).toBe(false);
  expectSettled(project);
});

test('while another start judges what was left of its category, a start waits for that and is not turned away', async () => {
  const project = scratchProject();
  endLeftovers(project);
  const [pid, checking, go] = [beside(project, 'pid'), beside(project, 'checking'), beside(project, 'go')];
  const once = `[ ! -e '${pid}' ] || exit 0
    echo hi > f; git add f; git commit -qm left; echo $$ > '${pid}'; exec sleep 300`;
  const check = `: > '${checking}'; ${waitFor(go)}`;
  project.write(
    'stint.yaml',
    configOf({ code: { prompt: once, check, shell: true }, docs: { prompt: 'exit 0' } }),
  );
  const run = startStint(project, 'run', 'code');
  const agent = await readPid(pid);
  await killSupervisor(run);
  process.kill(agent, 'SIGKILL');
  await waitUntil('the lock is free', () => isLockFree(project));

  const other = startStint(project, 'run', 'docs');
  await waitUntil('the check of what was left', () => existsSync(checking));
  const same = startStint(project, 'run', 'code');
  await waitUntil(
    'its wait, or its end',
    () => isWaitedFor(path.join(project.stateFolder, 'locks/code.lock')) || same.child.exitCode !== null,
  );
  writeFileSync(go, '');
  const results = await Promise.all([same.done, other.done]);
  expect(results.map(({ code, stderr }) => [code, /busy/.test(stderr)])).toEqual([
    [0, false],
    [0, false],
  ]);
  const records = await stintJson<SessionRecord[]>(project, 'sessions');
  expect(records.map(({ category, outcome }) => `${category} ${outcome}`).toSorted()).toEqual([
    'code noop',
    'code productive',
    'docs noop',
  ]);
  expectSettled(project);
});

test('somebody who only looks whether a session is supervised keeps nobody from settling it', async () => {
  const project = scratchProject();
  endLeftovers(project);
  const pid = beside(project, 'pid');
  const prompt = `[ ! -e '${pid}' ] || exit 0; echo $$ > '${pid}'; exec sleep 300`;
  project.write('stint.yaml', configOf({ code: { prompt } }));
  const run = startStint(project, 'run', 'code');
  const agent = await readPid(pid);
  await killSupervisor(run);
  process.kill(agent, 'SIGKILL');
  await waitUntil('the lock is free', () => isLockFree(project));
  const file = path.join(project.stateFolder, 'sessions', rowsOf(project)[0]?.id ?? '', 'supervisor.lock');
  const look = startCommand('sh', ['-c', 'exec 9>>"$1" && flock 9 && echo looks && read _', 'sh', file]);
  await look.said('looks');
  const next = startStint(project, 'run', 'code');
  await waitUntil('its wait, or its end', () => isWaitedFor(file) || next.child.exitCode !== null);
  await killProgram(look);
  expect((await next.done).code).toBe(0);
  expectSettled(project);
});

test('incident 23: after a reboot or with a recycled pid: whoever has the number of its shim by now is not signalled', async () => {
  const strangers = [0, 1].map(() => {
    const child = spawn('sleep', ['300'], { stdio: 'ignore', detached: true });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  });
  const [recycled, rebooted] = strangers.map(({ pid = 0 }) => pid) as [number, number];
  const project = scratchProject();
  endLeftovers(project);
  const prompt = (name: string): string => `echo $$ > '${beside(project, name)}'; sleep 300`;
  const quiet = beside(project, 'quiet');
  const categories = ['code', 'docs'].map((name) => [
    name,
    { prompt: `[ -e '${quiet}' ] || { ${prompt(name)}; }` },
  ]);
  project.write('stint.yaml', configOf(Object.fromEntries(categories) as Record<string, object>));
  const identities = [
    { pid: recycled, startTime: '1', bootId: readBootId() },
    {
      pid: rebooted,
      startTime: readProcess(rebooted)?.startTime,
      bootId: '00000000-0000-4000-8000-000000000000',
    },
  ];
  for (const [index, name] of ['code', 'docs'].entries()) {
    const run = startStint(project, 'run', name);
    await readPid(beside(project, name));
    await killSupervisor(run);
    const { id } = rowsOf(project).find(({ category }) => category === name) ?? { id: '' };
    const file = path.join(project.stateFolder, 'sessions', id, 'identity');
    process.kill(-(JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid, 'SIGKILL');
    writeFileSync(file, JSON.stringify(identities[index]));
  }
  writeFileSync(quiet, '');
  await waitUntil('the lock is free', () => isLockFree(project));
  await runSession(project, 'code');
  await runSession(project, 'docs');
  const records = await stintJson<SessionRecord[]>(project, 'sessions');
  expect(records.filter(({ stop }) => stop.reason === 'lost')).toHaveLength(2);
  for (const stranger of strangers) expect([stranger.exitCode, stranger.signalCode]).toEqual([null, null]);
  expectSettled(project);
});

test('killed during setup: the setup is ended, the session is recorded as lost, and nothing of it is left', async () => {
  const project = scratchProject();
  endLeftovers(project);
  const [pid, go] = [beside(project, 'pid'), beside(project, 'go')];
  const setup = `[ -e '${go}' ] || { echo $$ > '${pid}'; ${waitFor(go)}; }`;
  project.write('stint.yaml', configOf({ code: { prompt: 'true', setup, shell: true } }));
  const run = startStint(project, 'run', 'code');
  const setupPid = await readPid(pid);
  await killSupervisor(run);
  const next = startStint(project, 'run', 'code', '--json');
  await waitUntil('the old setup is ended', () => !isRunning(setupPid));
  writeFileSync(go, '');
  expect((await next.done).code).toBe(0);
  const records = await stintJson<SessionRecord[]>(project, 'sessions');
  expect(records.map(({ outcome }) => outcome)).toEqual(['noop', 'unknown']);
  expect(records[1]).toMatchObject({ stop: { reason: 'lost' }, failureModes: ['lost'], branch: null });
  expectSettled(project);
  expect(project.git('branch', '--list', 'stint/*')).toBe('');
});

test('killed during the check: the check runs again, and the one record has its result', async () => {
  const project = scratchProject();
  endLeftovers(project);
  const [pid, go] = [beside(project, 'pid'), beside(project, 'go')];
  const prompt = `[ -e '${go}' ] || { echo hi > f; git add f; git commit -qm work; }`;
  const check = `echo $$ > '${pid}'; ${waitFor(go)}; test -e f`;
  project.write('stint.yaml', configOf({ code: { prompt, check, shell: true } }));
  const run = startStint(project, 'run', 'code');
  const checkPid = await readPid(pid);
  await killSupervisor(run);
  expect(isRunning(checkPid)).toBe(true);
  // With the file there, the second check ends at once; the first one is ended before.
  const next = startStint(project, 'run', 'code');
  await waitUntil('the old check is ended', () => !isRunning(checkPid));
  writeFileSync(go, '');
  expect((await next.done).code).toBe(0);
  const records = await stintJson<SessionRecord[]>(project, 'sessions');
  expect(records).toHaveLength(2);
  expect(records[1]).toMatchObject({ outcome: 'productive', check: { result: 'passed' } });
  expectSettled(project);
});

test('killed twice: the supervisor, and the one that was settling its session', async () => {
  const project = scratchProject();
  endLeftovers(project);
  const [pid, go] = [beside(project, 'pid'), beside(project, 'go')];
  const [alone, checked] = [beside(project, 'alone'), beside(project, 'checked')];
  const prompt = `[ ! -e '${go}' ] || exit 0
    echo hi > f; git add f; git commit -qm work; echo $$ > '${pid}'; ${waitFor(alone)}; exit 3`;
  const check = `echo $$ > '${checked}'; ${waitFor(go)}; test -e f`;
  project.write('stint.yaml', configOf({ code: { prompt, check, shell: true } }));
  const first = startStint(project, 'run', 'code');
  await readPid(pid);
  await killSupervisor(first);
  writeFileSync(alone, '');
  await waitUntil('the agent ended', () => isLockFree(project));
  const settler = startStint(project, 'run', 'code');
  await readPid(checked);
  await killSupervisor(settler);
  writeFileSync(go, '');
  const last = await runSession(project, 'code');
  expect(last.outcome).toBe('noop');
  const records = await stintJson<SessionRecord[]>(project, 'sessions');
  expect(records).toHaveLength(2);
  expect(records[1]).toMatchObject({ check: { result: 'passed' }, stop: { exitCode: 3 } });
  expectSettled(project);
});

test('a run of another category settles it too, but never while its agent lives', async () => {
  const project = scratchProject();
  endLeftovers(project);
  const [pid, go] = [beside(project, 'pid'), beside(project, 'go')];
  const prompt = `echo $$ > '${pid}'; ${waitFor(go)}`;
  project.write('stint.yaml', configOf({ code: { prompt }, docs: { prompt: 'true' } }));
  const run = startStint(project, 'run', 'code');
  const agent = await readPid(pid);
  await killSupervisor(run);
  const docs = await runSession(project, 'docs');
  expect(isRunning(agent)).toBe(true);
  expect(recordedIds(project)).toEqual([docs.id]);
  writeFileSync(go, '');
  await waitUntil('the agent ended', () => isLockFree(project));
  await runSession(project, 'docs');
  expect(recordedIds(project)).toHaveLength(3);
  expectSettled(project);
});

/** As if so much less time had been given to it when it was planned. */
function shortenLimit(project: ScratchProject, category: string): void {
  const database = new SqliteDatabase(path.join(project.stateFolder, 'stint.db'));
  const sql = "update sessions set plan = json_set(plan, '$.timeoutMs', 1) where category = ?";
  database.prepare(sql).run(category);
  database.close();
}

test('an agent without a supervisor is ended by the next start when it should be gone, and by no other', async () => {
  const stranger = spawn('sleep', ['3600'], { stdio: 'ignore', detached: true });
  onTestFinished(() => void stranger.kill('SIGKILL'));
  const project = scratchProject();
  endLeftovers(project);
  const [pid, deafPid, heard, go] = ['pid', 'deaf', 'heard', 'go'].map((name) => beside(project, name)) as [
    string,
    string,
    string,
    string,
  ];
  const endless = 'while :; do sleep 0.05 || :; done';
  // Without a word it would be unknown what became of it.
  const quick = `[ ! -e '${go}' ] || { echo done; exit 0; }`;
  const leak = 'setsid nohup sleep 3600 > /dev/null 2>&1 &';
  // It ends at the second TERM that it gets.
  const trap = `trap '[ ! -e "${heard}" ] || exit 0; : > "${heard}"' TERM`;
  const harnesses = { shell: { command: ['sh', '-euc', '{prompt}'] } };
  const supervise = { sample: '100ms', grace: '30m' };
  const categories = {
    code: { harness: 'shell', prompt: `${quick}; ${leak} echo $$ > '${pid}'; ${endless}` },
    deaf: {
      harness: 'shell',
      prompt: `${quick}; ${trap}; echo $$ > '${deafPid}'; ${endless}`,
    },
    docs: { harness: 'shell', prompt: 'true' },
  };
  project.write('stint.yaml', configOf(categories, { harnesses, supervise, schedule: { cooldown: '0s' } }));
  const [lost, left] = [startStint(project, 'run', 'code', '--key', 'k'), startStint(project, 'run', 'deaf')];
  const [agent, deaf] = [await readPid(pid), await readPid(deafPid)];
  const id = rowsOf(project).find(({ category }) => category === 'code')?.id ?? '';
  const folder = path.join(project.stateFolder, 'sessions', id);
  await waitUntil('its supervisor has said something', () => existsSync(path.join(folder, 'live.json')));
  left.child.kill('SIGINT');
  await waitUntil('the agent has heard it', () => existsSync(heard));
  left.child.kill('SIGINT');
  expect((await left.done).code).toBe(130);
  await killSupervisor(lost);
  writeFileSync(go, '');
  expect([isRunning(agent), isRunning(deaf)]).toEqual([true, true]);
  const unseen = /code \w+ {2}its supervisor is gone; the agent works on, unseen for \S+ \(before: [a-z-]+ /;
  expect((await stint(project, 'status')).stdout).toMatch(unseen);
  const doctor = /no supervisor, and the agent works on: (code|deaf) \w+, (code|deaf) \w+/;
  expect((await stint(project, 'doctor')).stdout.replaceAll(/\s+/g, ' ')).toMatch(doctor);

  // Its end had been asked for already, so it takes no place in a plan any more. With this seed both are drawn high enough.
  const { spawned } = await stintJson<{ spawned: SessionRecord[] }>(
    project,
    'fanout',
    '--top',
    '3',
    '--seed',
    '8',
  );
  expect(spawned.map(({ category }) => category).toSorted()).toEqual(['deaf', 'docs']);
  expect([isRunning(agent), isRunning(deaf)]).toEqual([true, false]);

  // Past its limit, but what is noted of it names a process that is not the session's.
  shortenLimit(project, 'code');
  const file = path.join(folder, 'identity');
  const identity = readFileSync(file);
  const { pid: number = 0 } = stranger;
  const startTime = readProcess(number)?.startTime;
  writeFileSync(file, JSON.stringify({ pid: number, startTime, bootId: readBootId() }));
  expect((await stint(project, 'run', 'code')).code).toBe(75);
  expect([stranger.exitCode, stranger.signalCode, isRunning(agent)]).toEqual([null, null, true]);
  writeFileSync(file, identity);

  const next = await stint(project, 'run', 'code', '--key', 'k');
  expect(next.stderr).toMatch(
    /session \w+ \(code\) has no supervisor; ending it: it ran for \S+; its limit is 1ms/,
  );
  expect(next.code).toBe(0);
  const records = await stintJson<SessionRecord[]>(project, 'sessions');
  const stops = records.map(({ category, stop }) => `${category} ${stop.reason}`).toSorted();
  const well = ['code completed', 'deaf completed', 'docs completed'];
  expect(stops).toEqual([...well, 'code timed-out', 'deaf cancelled'].toSorted());
  expect(records.find(({ stop }) => stop.reason === 'timed-out')).toMatchObject({ id, leftovers: ['sleep'] });
  expectSettled(project);
});
