import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import type { StartedSession } from '../../../src/control/custody/session-life.ts';
import { openProject } from '../../../src/control/project/project.ts';
import { rebuildSession } from '../../../src/control/session/rebuild-session.ts';
import { superviseSession } from '../../../src/control/session/supervise-session.ts';
import { sessionFiles } from '../../../src/domain/layout.ts';
import type { Liveness } from '../../../src/domain/liveness.ts';
import { createHarness } from '../../../src/harness/create-harness.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { tryLock } from '../../../src/lib/file-lock.ts';
import { readBootId, readProcess } from '../../../src/lib/process-table.ts';
import { claimStop, insertIntent } from '../../../src/store/sessions.ts';
import { planOf, sessionId } from '../../support/records.ts';
import { scratchProject } from '../../support/scratch.ts';

const CONFIG = 'version: 1\nharnesses: { mine: { command: [sh] } }\ncategories: { code: { prompt: work } }\n';

/** A session that is held by this process, with a `sleep` that carries its tag. */
async function held() {
  const scratch = scratchProject(CONFIG);
  const project = await openProject({ ...scratch, clock: systemClock, access: 'write' });
  onTestFinished(() => project.close());
  const id = sessionId(7);
  const files = sessionFiles(project.layout, id);
  mkdirSync(files.folder);
  const supervisorLock = await tryLock(files.supervisorLock);
  if (!supervisorLock) throw new Error('the lock of a new folder is free');
  onTestFinished(() => supervisorLock.release());
  const env = { ...scratch.env, STINT_SESSION_ID: id };
  const agent = spawn('sleep', ['300'], { env, stdio: 'ignore', detached: true });
  onTestFinished(() => void agent.kill('SIGKILL'));
  const gone = new Promise<string | null>((resolve) => agent.once('exit', (_, signal) => resolve(signal)));
  const plan = planOf({ timeoutMs: 3_600_000 });
  const session: StartedSession = {
    id,
    plan,
    files,
    harness: createHarness(plan.harnessSettings),
    startedAt: systemClock.now().toISOString(),
    boot: systemClock.sinceBoot(),
    workspace: null,
    agent: null,
    trouble: null,
    warnings: [],
    supervisorLock,
    categoryLock: null,
  };
  const supervise = (given: Partial<StartedSession>) =>
    superviseSession(project, { ...session, ...given }, new AbortController().signal);
  return { project, session, pid: agent.pid ?? 0, gone, supervise };
}

test('a start that failed after the agent was there leaves nothing running', async () => {
  const { gone, supervise } = await held();
  const ended = await supervise({ trouble: 'the store said no' });
  expect(ended).toEqual({ leftovers: ['sleep'], survivors: [], isContained: false });
  expect(await gone).toBe('SIGTERM');
});

test('a session that was stopped while its agent was being started ends it, and is not watched', async () => {
  const { project, session, pid, gone, supervise } = await held();
  await insertIntent(project.store, session.id, session.plan, session.startedAt);
  await claimStop(project.store, session.id, 'cancelled', 'it was stopped');
  const identity = { pid, startTime: readProcess(pid)?.startTime ?? '', bootId: readBootId() };
  await supervise({ agent: { identity, scope: null, exited: gone.then(() => null) } });
  expect(await gone).toBe('SIGTERM');
  expect(existsSync(session.files.pulses)).toBe(false);
});

type Seen = Pick<Liveness, 'state' | 'waitingOn' | 'sinceMs'>;

test('the state of a live session can be rebuilt, look by look, to the last digit', async () => {
  const { project, session, pid, gone, supervise } = await held();
  const { id, plan, files, startedAt } = session;
  const watched = {
    ...plan,
    supervise: { ...plan.supervise, sampleMs: 50, firstEventMs: 50, silenceMs: 50 },
  };
  await insertIntent(project.store, id, watched, startedAt);
  writeFileSync(files.stdout, '');
  const identity = { pid, startTime: readProcess(pid)?.startTime ?? '', bootId: readBootId() };
  const agent = { identity, scope: null, exited: gone.then(() => null) };
  const seen: Seen[] = [];
  const unsubscribe = project.events.subscribe((event) => {
    if (event.name !== 'supervise.waiting') return;
    const { state, waitingOn, sinceMs } = event.session;
    seen.push({ state, waitingOn, sinceMs });
    appendFileSync(files.stdout, 'half a line, ' + (seen.length % 2 ? 'its end\n' : ''));
    if (seen.length === 8) process.kill(pid, 'SIGKILL');
  });
  await supervise({ plan: watched, agent });
  unsubscribe();
  expect(seen.length).toBeGreaterThan(8);
  const rebuilt = [...rebuildSession(files, session.harness)].flatMap((step): (Seen | object)[] => {
    if (step.kind !== 'state') return [step];
    const { liveness } = step.rebuilt.supervision;
    return liveness
      ? [{ state: liveness.state, waitingOn: liveness.waitingOn, sinceMs: liveness.sinceMs }]
      : [];
  });
  expect(rebuilt).toEqual(seen);
});
