import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openProject, type Project } from '../../src/control/project/project.ts';
import { settleUnsupervised } from '../../src/control/session/settle.ts';
import { sessionFiles } from '../../src/domain/layout.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { systemClock, type Clock } from '../../src/lib/clock.ts';
import { readBootId } from '../../src/lib/process-table.ts';
import { findRecord } from '../../src/store/records.ts';
import { findSession, insertIntent } from '../../src/store/sessions.ts';
import { runInProcess } from '../support/in-process.ts';
import { planOf, sessionId } from '../support/records.ts';
import { scratchFolder, scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf } from '../support/sessions.ts';
import { stint } from '../support/stint-here.ts';

const DAY_MS = 86_400_000;
const WORK = 'echo x >f; git add f; git commit -qm f';

/** The wall clock is off by so much as soon as a file is there; no other clock is. */
function clockSetBy(ms: number, mark: string): Clock {
  return { ...systemClock, now: () => new Date(systemClock.now().getTime() + (existsSync(mark) ? ms : 0)) };
}

const lastedMs = ({ startedAt, endedAt }: SessionRecord): number =>
  Date.parse(endedAt) - Date.parse(startedAt);

test.each([
  ['ahead by a day, while the agent works', DAY_MS, (mark: string) => ({ prompt: `: >'${mark}'; ${WORK}` })],
  ['back by a day, while the agent works', -DAY_MS, (mark: string) => ({ prompt: `: >'${mark}'; ${WORK}` })],
  [
    'back by a day, while the workspace is set up',
    -DAY_MS,
    (mark: string) => ({ prompt: WORK, setup: ['touch', mark] }),
  ],
  [
    'ahead by a day, while the check runs',
    DAY_MS,
    (mark: string) => ({ prompt: WORK, check: ['touch', mark] }),
  ],
])('the clock is set %s: the session takes as long as it takes', async (_, ms, category) => {
  const mark = path.join(scratchFolder(), 'mark');
  const project = scratchProject(configOf({ code: { timeout: '10m', ...category(mark) } }));
  const startMs = systemClock.monotonicMs();
  const { record } = await runInProcess(project, 'code', clockSetBy(ms, mark));
  const tookMs = systemClock.monotonicMs() - startMs;
  expect(existsSync(mark)).toBe(true);
  expect(record).toMatchObject({ outcome: 'productive', durationClock: 'boot' });
  expect(record.stop.reason).toBe('completed');
  expect(lastedMs(record)).toBe(record.durationMs);
  // The kernel tells the time since boot in steps of 10 ms.
  expect(record.durationMs).toBeLessThanOrEqual(tookMs + 20);
  expect((await stint(project, 'audit')).stdout).toMatch(/^audit: clean/);
  expect((await stint(project, 'show', record.id, '--why')).stdout).not.toContain('wall clock');
});

test('without the time since boot the wall clock decides, never below nothing, and the record says so', async () => {
  const mark = path.join(scratchFolder(), 'mark');
  const project = scratchProject(configOf({ code: { prompt: `: >'${mark}'; ${WORK}` } }));
  const clock = { ...clockSetBy(-DAY_MS, mark), sinceBoot: () => null };
  const { record } = await runInProcess(project, 'code', clock);
  expect(record).toMatchObject({ durationMs: 0, durationClock: 'wall' });
  expect((await stint(project, 'show', record.id, '--why')).stdout).toContain(
    'its duration is that of the wall clock',
  );
});

const ID = sessionId(9);
const STARTED_AT = '2026-01-01T12:00:00.000Z';

/** A session whose supervisor and shim are gone: what the shim left is there, written a day later by the wall clock. */
async function settle(scratch: ScratchProject, exit: string, bootId = readBootId()): Promise<SessionRecord> {
  const project = await openProject({ ...scratch, clock: systemClock, access: 'write' });
  onTestFinished(() => project.close());
  const boot = { bootId: readBootId(), ms: 1000 };
  await insertIntent(project.store, ID, planOf({ isolation: 'shared' }), STARTED_AT, { boot });
  const files = sessionFiles(project.layout, ID);
  mkdirSync(files.folder, { recursive: true });
  writeFileSync(files.identity, JSON.stringify({ pid: 999_999_999, startTime: '1', bootId }));
  writeFileSync(files.exit, exit);
  const written = new Date(Date.parse(STARTED_AT) + DAY_MS);
  utimesSync(files.exit, written, written);
  return settleNow(project);
}

async function settleNow(project: Project): Promise<SessionRecord> {
  const stored = await findSession(project.store, ID);
  if (!stored) throw new Error('it was promised');
  await settleUnsupervised(project, stored, new AbortController().signal);
  const found = await findRecord(project.store, ID);
  if (!found) throw new Error('it was settled');
  return found.record;
}

test.each([
  ['the time since boot that its shim wrote', '0 6.25\n', undefined, 5250, 'boot'],
  ['the file of an older shim, without that time', '0\n', undefined, DAY_MS, 'wall'],
  ['a shim of another boot', '0 6.25\n', 'another-boot', DAY_MS, 'wall'],
  ['a time before the start, which an agent wrote', '0 0.25\n', undefined, DAY_MS, 'wall'],
])('a session that is settled later ended by %s', async (_, exit, bootId, durationMs, durationClock) => {
  const record = await settle(scratchProject(configOf({ code: { prompt: 'x' } })), exit, bootId);
  expect(record.stop.exitCode).toBe(0);
  expect(record).toMatchObject({ startedAt: STARTED_AT, durationMs, durationClock });
  expect(lastedMs(record)).toBe(durationMs);
});
