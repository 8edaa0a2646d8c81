import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SessionId } from '../../src/domain/ids.ts';
import { markerName } from '../../src/domain/marker.ts';
import { identifySelf } from '../../src/lib/send-signal.ts';
import type { Marker } from '../../src/run/marker-files.ts';
import { clockThatRuns, runInProcess, RUNNING } from '../support/in-process.ts';
import { scratchFolder, scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf, rowsOf } from '../support/sessions.ts';
import { runSession, startStint, stint, STINT, waitUntil } from '../support/stint.ts';

// 2-liveness, "Markers", with real processes. The model is silent for longer than the limit, no call is open, and what
// it waits for shows no movement: only the marker says that the session lives.

const LIMITS = { sample: '100ms', silence: '4s', suppression: '4s', finishing: '2s' };

/** Without an end it is silent for ever. */
function projectWith(
  helper: readonly string[],
  end: readonly object[],
  supervise: object = LIMITS,
): ScratchProject {
  const steps = [{ say: 'it will take a while' }, { spawn: helper }, ...end];
  return scratchProject(
    configOf({ code: { harness: 'stream', prompt: JSON.stringify(steps) } }, { supervise }),
  );
}

const markersOf = (project: ScratchProject): string[] => {
  try {
    return readdirSync(path.join(project.stateFolder, 'markers'));
  } catch {
    return [];
  }
};

const FOR_EVER = [{ hang: true }];

describe('a silent session', () => {
  test('lives while a marker of its own side is held', async () => {
    const [go, spoken] = ['go', 'spoken'].map((name) => path.join(scratchFolder(), name)) as [string, string];
    const end = [{ await: go }, { say: 'done' }, { result: {} }, { spawn: ['touch', spoken] }];
    const supervise = { ...RUNNING, silence: '20s', suppression: '20s' };
    const holds = [STINT, 'marker', 'hold', '--for', '1h', '--', 'sleep', '300'];
    const project = projectWith(holds, end, supervise);
    let looks = 0;
    // As soon as the marker is there it is silent for four times the limit, and then speaks.
    const clock = clockThatRuns(() => {
      if (looks === 0 && markersOf(project).length === 0) return false;
      if (++looks <= 8) return true;
      writeFileSync(go, '');
      return existsSync(spoken);
    });
    const { record } = await runInProcess(project, 'code', clock, 'stream');
    expect(record.stop).toMatchObject({ reason: 'completed' });
  });

  test('is ended without one', async () => {
    const record = await runSession(projectWith(['sleep', '300'], FOR_EVER), 'code');
    expect(record.stop.reason).toBe('stuck');
  });

  test('incident 3: is ended although a stranger holds one for it: only its own side vouches', async () => {
    const project = projectWith(['sleep', '300'], FOR_EVER);
    const started = startStint(project, 'run', 'code', '--json');
    await waitUntil('the session is known', () => rowsOf(project).length > 0);
    const id = rowsOf(project)[0]?.id ?? '';
    const now = Date.now();
    const marker: Marker = {
      version: 1,
      label: 'build',
      operation: '00000000',
      sessionId: id,
      owner: identifySelf(),
      startedAt: new Date(now).toISOString(),
      notAfter: new Date(now + 3_600_000).toISOString(),
    };
    const folder = path.join(project.stateFolder, 'markers');
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      path.join(folder, markerName('build', id as SessionId, '00000000')),
      JSON.stringify(marker),
    );
    const record = JSON.parse((await started.done).stdout) as { stop: { reason: string } };
    expect(record.stop.reason).toBe('stuck');
  });
});

describe('stint marker hold', () => {
  const inside = (project: ScratchProject): ScratchProject => ({
    ...project,
    env: { ...project.env, STINT_SESSION_ID: 'aaaaaaaaaa', STINT_STATE_DIR: project.stateFolder },
  });

  test('incident 10: has a marker while the command runs, gives its exit code, and takes away its own only', async () => {
    const project = inside(scratchProject());
    const folder = path.join(project.stateFolder, 'markers');
    mkdirSync(folder, { recursive: true });
    const sibling = path.join(folder, 'sh-in-progress-aaaaaaaaaa-12345678.marker');
    writeFileSync(sibling, '{}');
    const result = await stint(project, 'marker', 'hold', '--', 'sh', '-c', `ls ${folder}; exit 7`);
    expect(result.code).toBe(7);
    expect(result.stdout.trim().split('\n')).toHaveLength(2);
    expect(markersOf(project)).toEqual([path.basename(sibling)]);
  });

  test('runs the command although no marker can be written, and says so once', async () => {
    const project = inside(scratchProject());
    rmSync(path.join(project.stateFolder, 'markers'), { recursive: true, force: true });
    mkdirSync(project.stateFolder, { recursive: true });
    writeFileSync(path.join(project.stateFolder, 'markers'), 'a file stands here');
    const result = await stint(project, 'marker', 'hold', '--', 'echo', 'ran');
    expect([result.code, result.stdout]).toEqual([0, 'ran\n']);
    expect(result.stderr.match(/there is no marker/g)).toHaveLength(1);
  });

  test('outside a session the command simply runs; one that is not there ends with 127', async () => {
    const project = scratchProject();
    expect(await stint(project, 'marker', 'hold', '--', 'echo', 'ran')).toMatchObject({
      code: 0,
      stdout: 'ran\n',
    });
    const missing = await stint(project, 'marker', 'hold', '--', 'no-such-program');
    expect([missing.code, missing.stderr]).toEqual([
      127,
      expect.stringContaining('no-such-program cannot be run'),
    ]);
  });
});
