import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openProject, type Project } from '../../src/control/project/project.ts';
import { BACK_OFF_MS, itemSink } from '../../src/control/sinks/deliver-items.ts';
import { drainOutbox } from '../../src/control/sinks/outbox.ts';
import { keepWholePlan } from '../../src/control/custody/whole-plan.ts';
import { sessionFiles } from '../../src/domain/layout.ts';
import { systemClock, type Clock } from '../../src/lib/clock.ts';
import { makeFolder } from '../../src/lib/make-folder.ts';
import { insertRecord } from '../../src/store/records.ts';
import { listDue } from '../../src/store/outbox.ts';
import { insertIntent } from '../../src/store/sessions.ts';
import { recordLine } from '../../src/record/exchange-line.ts';
import { holdDatabase } from '../support/database-holder.ts';
import { clockThatSkips, runInProcess } from '../support/in-process.ts';
import { writeOwnRecord } from '../support/outbox.ts';
import { startProgram } from '../support/programs.ts';
import { planOf, recordOf, sessionId } from '../support/records.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf, readPid, waitFor } from '../support/sessions.ts';
import { runSession, stint, stintJson, waitUntil, type StintResult } from '../support/stint.ts';

// What follows a record: noted in the store, delivered at least once, and twice only after a kill or a failure.

const SAY = 'echo "$STINT_SESSION_ID $STINT_DELIVERY" >>../said';

function scratch(): ScratchProject {
  return scratchProject(configOf({ code: { prompt: 'true' }, docs: { prompt: 'true' } }));
}

/** A clock of the test's own for times of day; it waits as the machine does. */
function handClock(): { clock: typeof systemClock; pass: (ms: number) => void } {
  let now = Date.parse('2026-01-01T12:00:00.000Z');
  return {
    clock: { ...systemClock, now: () => new Date(now) },
    pass: (ms) => {
      now += ms;
    },
  };
}

async function open(project: ScratchProject, clock = systemClock): Promise<Project> {
  const opened = await openProject({ folder: project.folder, env: project.env, clock, access: 'write' });
  onTestFinished(() => opened.close());
  return opened;
}

/** Drains everything that is due. @returns what it told */
async function drain(project: Project): Promise<string[]> {
  const told: string[] = [];
  const end = project.events.subscribe((event) => event.name === 'trouble.met' && told.push(event.sentence));
  await drainOutbox(project);
  end();
  return told;
}

const beside = (project: ScratchProject, name: string): string => path.join(project.folder, '..', name);

function linesOf(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

/** Whom a line of `SAY` names. */
const saidOf = (project: ScratchProject): string[] =>
  linesOf(beside(project, 'said')).map((line) => line.split(' ')[0] ?? '');

test('a record whose process was killed before the command is delivered by the next start', async () => {
  const project = scratch();
  const opened = await open(project);
  await writeOwnRecord(opened.store, 1, { shell: SAY });
  await runSession(project, 'code');
  await runSession(project, 'code');
  expect(saidOf(project)).toEqual([sessionId(1)]);
  expect(readdirSync(opened.layout.outbox)).toEqual([]);
});

test('a session delivers what was left before it, also where no verb of the command line ends', async () => {
  const project = scratch();
  const opened = await open(project);
  await writeOwnRecord(opened.store, 1, { shell: SAY });
  const { troubles } = await runInProcess(project, 'code', systemClock);
  expect([saidOf(project), troubles]).toEqual([[sessionId(1)], []]);
});

test('a start that is refused delivers it too, and a verb that only reads does not', async () => {
  const project = scratch();
  const opened = await open(project);
  await writeOwnRecord(opened.store, 1, { shell: SAY });
  for (const verb of ['status', 'sessions', 'doctor']) await stint(project, verb);
  await stint(project, 'amend', sessionId(1), 'outcome=blocked', '--why', 'it waits');
  expect(saidOf(project)).toEqual([]);
  expect((await stint(project, 'run', '--set', 'admission.memory=1%')).code).toBe(75);
  expect(saidOf(project)).toEqual([sessionId(1)]);
});

test('the command of the stored plan runs, whatever stint.yaml says since', async () => {
  const project = scratch();
  const opened = await open(project);
  await writeOwnRecord(opened.store, 1, { shell: SAY });
  await writeOwnRecord(opened.store, 2);
  project.write('stint.yaml', configOf({ code: { prompt: 'true', after: 'false' } }));
  expect(await drain(opened)).toEqual([]);
  expect(saidOf(project)).toEqual([sessionId(1)]);
});

test('a secret of the command comes from the session’s folder; without it the command does not run', async () => {
  const project = scratch();
  const opened = await open(project);
  const token = `ghp_${'a1B2'.repeat(9)}`;
  const shell = `echo $STINT_SESSION_ID ${token} >>../said`;
  const plan = planOf({ after: { shell } });
  for (const number of [1, 2]) {
    const files = sessionFiles(opened.layout, sessionId(number));
    makeFolder(files.folder);
    keepWholePlan(files, plan, opened.redactor);
    await insertIntent(opened.store, sessionId(number), plan, '2026-01-01T00:00:00.000Z');
    await insertRecord(opened.store, recordOf(number), '/r');
  }
  rmSync(sessionFiles(opened.layout, sessionId(2)).folder, { recursive: true });
  expect(await drain(opened)).toEqual([
    expect.stringMatching(/^after \(.*\) of session s000000002 cannot run: its secret was in the folder/),
  ]);
  expect(linesOf(beside(project, 'said'))).toEqual([`${sessionId(1)} ${token}`]);
});

test('an item that fails does not hold up those behind it, and is tried again after its back-off', async () => {
  const project = scratch();
  const { clock, pass } = handClock();
  const opened = await open(project, clock);
  await writeOwnRecord(opened.store, 1, { shell: `${SAY}; [ -e ../repaired ]` });
  await writeOwnRecord(opened.store, 2, { shell: SAY });
  expect(await drain(opened)).toEqual([expect.stringMatching(/s000000001 exited with 1; its output is in/)]);
  expect(saidOf(project).toSorted()).toEqual([sessionId(1), sessionId(2)]);
  pass((BACK_OFF_MS[0] ?? 0) - 1);
  expect(await drain(opened)).toEqual([]);
  expect(saidOf(project)).toHaveLength(2);
  pass(1);
  writeFileSync(beside(project, 'repaired'), '');
  expect(await drain(opened)).toEqual([]);
  const own = linesOf(beside(project, 'said')).filter((line) => line.startsWith(sessionId(1)));
  // The same word on a repeat: the command can tell.
  expect(own).toEqual([`${sessionId(1)} after:${sessionId(1)}`, `${sessionId(1)} after:${sessionId(1)}`]);
  pass(BACK_OFF_MS.at(-1) ?? 0);
  expect(await drain(opened)).toEqual([]);
  expect(saidOf(project)).toHaveLength(3);
});

test('a command that hangs does not hold up those behind it', async () => {
  const project = scratch();
  const pid = beside(project, 'pid');
  const isAlone = async (): Promise<void> => {
    const due = { now: systemClock.now(), longestWaitMs: 1 };
    while ((await listDue(opened.store, 'after', due)).length > 1) await systemClock.sleep(20);
  };
  // The minute of the command that hangs is over as soon as it runs and the others are delivered.
  const clock = clockThatSkips(60_000, () => Promise.all([readPid(pid), isAlone()]));
  const opened = await open(project, clock);
  await writeOwnRecord(opened.store, 1, { shell: 'echo $$ >../pid; sleep 300' });
  for (const number of [2, 3, 4, 5, 6, 7]) await writeOwnRecord(opened.store, number, { shell: SAY });
  expect(await drain(opened)).toEqual([expect.stringMatching(/s000000001 ran longer than 1m and was ended/)]);
  expect(saidOf(project)).toHaveLength(6);
});

test('after its last try an item is set aside and named; a person can have it tried again', async () => {
  const project = scratch();
  const { clock, pass } = handClock();
  const opened = await open(project, clock);
  await writeOwnRecord(opened.store, 1, { shell: `${SAY}; [ -e ../repaired ] || exit 7` });
  for (const wait of BACK_OFF_MS) {
    expect(await drain(opened)).toHaveLength(1);
    pass(wait);
  }
  expect(await stintJson(project, 'status')).toMatchObject({ setAside: [] });
  expect(await drain(opened)).toEqual([
    expect.stringContaining('exited with 7'),
    'after of session s000000001 failed 5 times and is set aside; see `stint status`',
  ]);
  pass(1_000_000_000);
  expect(await drain(opened)).toEqual([]);
  expect(saidOf(project)).toHaveLength(5);

  const item = { sink: 'after', id: sessionId(1), attempts: 5, because: 'exited with 7' };
  expect(await stintJson(project, 'status')).toMatchObject({ setAside: [item] });
  expect((await stint(project, 'status')).stdout.replaceAll(/\s+/g, ' ')).toContain(
    'set aside: after of session s000000001 after 5 tries: exited with 7; see `stint resume`',
  );
  const { stdout: examined } = await stint(project, 'doctor', '--json');
  expect(JSON.parse(examined)).toMatchObject({
    findings: expect.arrayContaining([
      expect.objectContaining({ name: 'delivery after', level: 'warn' }),
    ]) as unknown,
  });
  expect((await stint(project, 'resume')).stdout).toContain('stint resume --deliveries');

  writeFileSync(beside(project, 'repaired'), '');
  const lifted = await stintJson(project, 'resume', '--deliveries');
  const was = { reason: 'exited with 7', until: null };
  const name = 'after of session s000000001';
  expect(lifted).toEqual({ lifted: [{ kind: 'delivery', name, model: null, was }] });
  expect(await drain(opened)).toEqual([]);
  expect(saidOf(project)).toHaveLength(6);
  expect(await stintJson(project, 'status')).toMatchObject({ setAside: [] });
});

test('an import of many records fires nothing, and the mirror has each', async () => {
  const project = scratch();
  mkdirSync(path.join(project.folder, 'log'));
  const config = configOf({ code: { prompt: 'true', after: SAY, shell: true } }, MIRROR);
  project.write('stint.yaml', config);
  const lines = Array.from({ length: 500 }, (_, number) =>
    recordLine({ original: recordOf(number), amendments: [] }),
  );
  writeFileSync(path.join(project.folder, 'in.jsonl'), lines.join('\n'));
  await stint(project, 'import', 'in.jsonl');
  const record = await runSession(project, 'code');
  expect(saidOf(project)).toEqual([record.id]);
  expect(linesOf(path.join(project.folder, 'log/records.jsonl'))).toHaveLength(501);
});

const MIRROR = { records: { mirror: 'log/records.jsonl' } };

test('two processes that drain at once deliver each item once', async () => {
  const project = scratch();
  const opened = await open(project);
  const numbers = Array.from({ length: 24 }, (_, index) => index + 1);
  for (const number of numbers) await writeOwnRecord(opened.store, number, { shell: SAY });
  const body = `
    const { openProject } = await src('control/project/project.ts');
    const { drainOutbox } = await src('control/sinks/outbox.ts');
    const { systemClock } = await src('lib/clock.ts');
    const project = await openProject({ folder: arg(1), env: process.env, clock: systemClock, access: 'write' });
    process.stdout.write('ready');
    await new Promise((go) => process.stdin.once('data', go));
    project.events.subscribe((event) => event.name === 'trouble.met' && process.stdout.write(event.sentence));
    await drainOutbox(project);
    await project.close();
    process.exit(0);`;
  const programs = [1, 2].map(() => startProgram(body, [project.folder], [], project.env));
  await Promise.all(programs.map((program) => program.said('ready')));
  for (const { child } of programs) child.stdin?.write('go');
  for (const { done } of programs) expect(await done).toMatchObject({ code: 0, stdout: 'ready' });
  // What one of them held when the other looked, it has delivered itself.
  expect(saidOf(project).toSorted()).toEqual(numbers.map(sessionId).toSorted());
  expect(readdirSync(opened.layout.outbox)).toEqual([]);
});

test('an item that was delivered since it was listed is not delivered again', async () => {
  const project = scratch();
  const [slow, fast] = [await open(project), await open(project)];
  const delivered: string[] = [];
  const sinkOf = (deliver: () => Promise<void>) =>
    itemSink({
      name: 'fixture',
      streams: ['records'],
      wants: () => true,
      deliver: async (_, { sessionId: id }) => {
        await deliver();
        delivered.push(id);
        return null;
      },
    });
  for (const { events } of [slow, fast])
    events.subscribe((event) => event.name === 'trouble.met' && delivered.push(event.sentence));
  const drainFast = (): Promise<void> => drainOutbox(fast, {}, [sinkOf(async () => undefined)]);
  await drainFast();
  const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
  for (const number of numbers) await writeOwnRecord(slow.store, number);
  // All that the slow one has not begun is delivered while it is at its first items.
  let meanwhile: Promise<void> | null = null;
  await drainOutbox(slow, {}, [sinkOf(() => (meanwhile ??= drainFast()))]);
  expect(delivered.toSorted()).toEqual(numbers.map(sessionId));
});

test('an item that was delivered is noted, however long another process locks the database', async () => {
  const project = scratch();
  let sleeps = 0;
  const clock: Clock = {
    ...systemClock,
    // A second passes with each sleep.
    monotonicMs: () => systemClock.monotonicMs() + sleeps * 1000,
    sleep: (ms, signal) => (sleeps++, systemClock.sleep(ms, signal)),
  };
  const opened = await open(project, clock);
  let delivered = 0;
  let isOver = false;
  const released: Promise<void>[] = [];
  const sink = itemSink({
    name: 'fixture',
    streams: ['records'],
    wants: () => true,
    deliver: async () => {
      delivered++;
      const holder = await holdDatabase(opened.layout.database);
      const end = sleeps + 20;
      released.push(
        waitUntil('an ordinary wait is over', () => isOver || sleeps > end).then(() => holder.release()),
      );
      return null;
    },
  });
  await drainOutbox(opened, {}, [sink]);
  await writeOwnRecord(opened.store, 1);
  await drainOutbox(opened, {}, [sink]);
  isOver = true;
  await Promise.all(released);
  await drainOutbox(opened, {}, [sink]);
  await Promise.all(released);
  expect(delivered).toBe(1);
});

test('a process that dies while it delivers frees its item', async () => {
  const project = scratch();
  const opened = await open(project);
  const go = beside(project, 'go');
  await writeOwnRecord(opened.store, 1, { shell: `${SAY}; echo $$ >../pid; ${waitFor(go)}` });
  const holder = startProgram(
    `const { openProject } = await src('control/project/project.ts');
     const { drainOutbox } = await src('control/sinks/outbox.ts');
     const { systemClock } = await src('lib/clock.ts');
     const project = await openProject({ folder: arg(1), env: process.env, clock: systemClock, access: 'write' });
     await drainOutbox(project);`,
    [project.folder],
    [],
    project.env,
  );
  await readPid(beside(project, 'pid'));
  // Another process delivers it, so this drain does not begin it.
  expect(await drain(opened)).toEqual([]);
  expect(saidOf(project)).toHaveLength(1);
  holder.child.kill('SIGKILL');
  await holder.done;
  writeFileSync(go, '');
  expect(await drain(opened)).toEqual([]);
  expect(saidOf(project)).toEqual([sessionId(1), sessionId(1)]);
});

test('a delivery that kills stint does not keep sessions from starting, and is tried again later', async () => {
  const project = scratch();
  const { clock, pass } = handClock();
  const opened = await open(project, clock);
  await writeOwnRecord(opened.store, 1, { shell: `${SAY}; kill -9 $PPID` });
  const start = (): Promise<StintResult> => stint(project, 'run', 'code');
  for (const _ of [1, 2, 3]) expect((await start()).code).toBe(null);
  const next = await start();
  expect(next.code).toBe(0);
  expect(next.stderr).toContain(
    'after of session s000000001 failed: stint was killed 3 times during its delivery',
  );
  expect(saidOf(project)).toHaveLength(3);
  pass(Date.now() + 3_600_000 - clock.now().getTime());
  expect(await listDue(opened.store, 'after', { now: clock.now(), longestWaitMs: 7_200_000 })).toHaveLength(
    1,
  );
});
