import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { makePlan, requireCategory, requireHarness } from '../../src/control/planning/make-plan.ts';
import { openProject, type Project } from '../../src/control/project/project.ts';
import { runSession, type SessionOptions } from '../../src/control/session/session.ts';
import { stateHome } from '../../src/control/project/place-state.ts';
import { categoryLockFile, sessionFiles } from '../../src/domain/layout.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { systemClock, type Clock } from '../../src/lib/clock.ts';
import { isLocked } from '../../src/lib/lock-table.ts';
import { holdDatabase } from '../support/database-holder.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf, isRunning, readPid, rowsOf, sessionFolders, waitFor } from '../support/sessions.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Longer than an ordinary wait lasts. */
const HELD_MS = 20_000;
const COMMIT = 'echo hi > f; git add f; git commit -qm f';

/** A repository whose categories work beside a folder in which they and the test meet. */
async function lockable(
  categories: (place: (name: string) => string) => Record<string, object>,
  clock: Clock = systemClock,
) {
  const scratch = scratchProject();
  const place = (name: string): string => path.join(scratch.folder, '..', name);
  scratch.write('stint.yaml', configOf(categories(place)));
  scratch.git('add', '.');
  scratch.git('commit', '-qm', 'config');
  const { folder, env } = scratch;
  const project = await openProject({ folder, env, clock, access: 'write' });
  onTestFinished(() => project.close());
  const troubles: string[] = [];
  project.events.subscribe((event) => event.name === 'trouble.met' && troubles.push(event.sentence));
  onTestFinished(() => expect(troubles).toEqual([]));
  return { scratch, project, place };
}

function run(
  project: Project,
  category: string,
  given: Partial<SessionOptions> = {},
): Promise<SessionRecord> {
  const settings = project.settings();
  const harness = requireHarness(settings, 'script');
  const arm = { seed: 0, harness: harness.name, model: null, candidates: [] };
  const how = { runType: 'manual', seed: null, arm } as const;
  return runSession(project, makePlan(settings, requireCategory(settings, category), how), {
    cancelled: new AbortController().signal,
    ...given,
  });
}

/** Holds the write lock for 20 seconds, and for as long as the work takes. */
async function whileLocked(project: Project, work: () => Promise<unknown>, look = () => {}): Promise<void> {
  const holder = await holdDatabase(project.layout.database);
  await Promise.all([systemClock.sleep(HELD_MS), work()]);
  look();
  await holder.release();
}

function pulsesOf(project: Project, scratch: ScratchProject, category: string): number {
  const id = rowsOf(scratch).find((row) => row.category === category)?.id;
  if (id === undefined) return 0;
  const { pulses } = sessionFiles(project.layout, id as SessionRecord['id']);
  return existsSync(pulses) ? readFileSync(pulses, 'utf8').split('\n').length : 0;
}

function expectDelivered(record: SessionRecord): void {
  expect(record).toMatchObject({ outcome: 'productive', stop: { reason: 'completed' } });
  expect(record.commits).toHaveLength(1);
  expect(record.warnings).toEqual([]);
}

/** Locked at the promise: 75 after 15 s, nothing is left, and the next start works. */
async function atThePromise(): Promise<void> {
  const { scratch, project } = await lockable(() => ({ code: { prompt: COMMIT } }));
  const holder = await holdDatabase(project.layout.database);
  const startMs = systemClock.monotonicMs();
  await expect(run(project, 'code')).rejects.toMatchObject({
    code: 'store_busy',
    exitCode: 75,
    message: expect.stringContaining(`process ${holder.pid} (node)`),
  });
  expect(systemClock.monotonicMs() - startMs).toBeGreaterThanOrEqual(15_000);
  expect(rowsOf(scratch)).toEqual([]);
  expect(sessionFolders(scratch)).toEqual([]);
  expect(isLocked(categoryLockFile(project.layout, 'code' as SessionRecord['category']))).toBe(false);
  await holder.release();
  expectDelivered(await run(project, 'code'));
}

/** Locked after the promise: the session starts when the lock is free. */
async function afterThePromise(): Promise<void> {
  const { project } = await lockable(() => ({ code: { prompt: COMMIT } }));
  const holder = new SqliteDatabase(project.layout.database);
  const record = await run(project, 'code', {
    // Called between the promise and the next write.
    release: () => {
      holder.exec('begin immediate');
      void systemClock.sleep(HELD_MS).finally(() => holder.close());
    },
  });
  expect(holder.open).toBe(false);
  expectDelivered(record);
}

/** Locked as the agent starts: it works and is watched, and so is another session of this process. */
async function asTheAgentStarts(): Promise<void> {
  const { scratch, project, place } = await lockable((at) => ({
    code: {
      prompt: `touch '${at('started')}'; ${waitFor(at('go'))}; ${COMMIT}`,
      setup: ['sh', '-c', `touch '${at('setup')}'; ${waitFor(at('held'))}`],
    },
    // A commit of its own: the same content in the same second would be the same commit.
    docs: { prompt: `touch '${at('docs')}'; ${waitFor(at('go'))}; ${COMMIT} --author 'Ada <a@b.c>'` },
  }));
  const other = run(project, 'docs');
  await waitUntil('the other agent works', () => existsSync(place('docs')));
  const record = run(project, 'code');
  await waitUntil('its workspace is being made', () => existsSync(place('setup')));
  await whileLocked(project, async () => {
    writeFileSync(place('held'), '');
    await waitUntil('the agent works', () => existsSync(place('started')));
    // Both go on to be looked at: counted, for a busy machine looks late.
    for (const category of ['code', 'docs']) {
      const before = pulsesOf(project, scratch, category);
      await waitUntil(`${category} is watched`, () => pulsesOf(project, scratch, category) >= before + 10);
    }
  });
  expect(rowsOf(scratch).map(({ stop_reason }) => stop_reason)).toEqual([null, null]);
  writeFileSync(place('go'), '');
  expectDelivered(await record);
  expectDelivered(await other);
}

/** Locked from the agent’s end on: its record follows. */
async function fromTheEndOn(): Promise<void> {
  const { scratch, project, place } = await lockable((at) => ({
    code: { prompt: `touch '${at('started')}'; ${waitFor(at('go'))}; ${COMMIT}` },
  }));
  const record = run(project, 'code');
  await waitUntil('the agent works', () => existsSync(place('started')));
  await whileLocked(project, async () => {
    writeFileSync(place('go'), '');
    const [id = ''] = rowsOf(scratch).map((row) => row.id);
    const { exit } = sessionFiles(project.layout, id as SessionRecord['id']);
    await waitUntil('the agent has ended', () => existsSync(exit));
  });
  expectDelivered(await record);
}

/** Locked when a person ends it: the agent works until the reason is stored, and gets no signal before. */
async function whenItIsCancelled(): Promise<void> {
  const { scratch, project, place } = await lockable((at) => ({
    code: { prompt: `${COMMIT}; echo $$ > '${at('pid')}'; exec sleep 300` },
  }));
  const cancel = new AbortController();
  const record = run(project, 'code', { cancelled: cancel.signal });
  const pid = await readPid(place('pid'));
  const end = async (): Promise<void> => cancel.abort('a person ended it');
  await whileLocked(project, end, () => expect(isRunning(pid)).toBe(true));
  expect((await record).stop).toMatchObject({ reason: 'cancelled', because: 'a person ended it' });
  expect(isRunning(pid)).toBe(false);
  expect(rowsOf(scratch)).toMatchObject([{ state: 'recorded', stop_reason: 'cancelled' }]);
}

/** Locked while its check runs: the record and all that follows it are stored. */
async function whileItsCheckRuns(): Promise<void> {
  const { scratch, project, place } = await lockable((at) => ({
    code: { prompt: COMMIT, check: ['sh', '-c', `touch '${at('checking')}'; ${waitFor(at('held'))}`] },
  }));
  const record = run(project, 'code');
  await waitUntil('its check runs', () => existsSync(place('checking')));
  await whileLocked(project, async () => writeFileSync(place('held'), ''));
  expectDelivered(await record);
  expect(rowsOf(scratch)).toMatchObject([{ state: 'recorded' }]);
  expect(readdirSync(project.layout.worktrees)).toEqual([]);
}

test('a database that is locked for 20 s at any step of a session costs neither its agent nor its record', async () => {
  // Side by side, each with a repository of its own: the 20 seconds pass once.
  const ends = await Promise.allSettled([
    atThePromise(),
    afterThePromise(),
    asTheAgentStarts(),
    fromTheEndOn(),
    whenItIsCancelled(),
    whileItsCheckRuns(),
  ]);
  // All of them to their end first: what goes on behind a failed test hides its reason.
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
});

test('a start waits once for the database of the machine, and not again to take back what it asked for', async () => {
  let sleptMs = 0;
  const clock: Clock = {
    ...systemClock,
    monotonicMs: () => systemClock.monotonicMs() + sleptMs,
    sleep: async (ms, signal) => {
      sleptMs += ms;
      await systemClock.sleep(1, signal);
    },
  };
  const { scratch, project } = await lockable(() => ({ code: { prompt: COMMIT } }), clock);
  const holder = await holdDatabase(path.join(stateHome(scratch.env), 'host.db'));
  sleptMs = 0;
  await expect(run(project, 'code')).rejects.toMatchObject({ code: 'store_busy', exitCode: 75 });
  expect(sleptMs).toBeLessThan(20_000);
  expect(rowsOf(scratch)).toEqual([]);
  await holder.release();
});
