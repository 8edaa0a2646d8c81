import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import type { HeldSession } from '../../src/control/begin-session.ts';
import { openProject } from '../../src/control/project.ts';
import { superviseSession } from '../../src/control/supervise-session.ts';
import { sessionFiles } from '../../src/domain/layout.ts';
import { createHarness } from '../../src/harness/create-harness.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { tryLock } from '../../src/lib/file-lock.ts';
import { planOf, sessionId } from '../support/records.ts';
import { scratchProject } from '../support/scratch.ts';

const CONFIG = 'version: 1\nharnesses: { mine: { command: [sh] } }\ncategories: { code: { prompt: work } }\n';

test('a start that failed after the agent was there leaves nothing running', async () => {
  const scratch = scratchProject(CONFIG);
  const project = await openProject({ ...scratch, clock: systemClock, access: 'write' });
  onTestFinished(() => project.close());
  const id = sessionId(7);
  const files = sessionFiles(project.layout, id);
  mkdirSync(files.folder);
  const supervisorLock = tryLock(files.supervisorLock);
  if (!supervisorLock) throw new Error('the lock of a new folder is free');
  const env = { ...scratch.env, STINT_SESSION_ID: id };
  const agent = spawn('sleep', ['300'], { env, stdio: 'ignore', detached: true });
  onTestFinished(() => void agent.kill('SIGKILL'));
  const gone = new Promise((resolve) => agent.once('exit', (_, signal) => resolve(signal)));
  const plan = planOf();
  const failed: HeldSession = {
    id,
    plan,
    files,
    harness: createHarness(plan.harnessSettings),
    startedAt: systemClock.now().toISOString(),
    workspace: null,
    agent: null,
    trouble: 'the store said no',
    warnings: [],
    supervisorLock,
    categoryLock: null,
  };
  const ended = await superviseSession(project, failed, {
    cancelled: new AbortController().signal,
    onProgress: () => undefined,
  });
  supervisorLock.release();
  expect(ended).toEqual({ leftovers: ['sleep'], survivors: [], isContained: false });
  expect(await gone).toBe('SIGTERM');
});
