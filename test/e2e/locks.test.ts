import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import {
  configOf,
  readPid,
  recordedIds,
  rowsOf,
  sessionFolders,
  waitFor,
  worktreesOf,
} from '../support/sessions.ts';
import { startStint, stint, stintJson, waitUntil, type StartedStint } from '../support/stint.ts';

/** A category whose agent says that it runs, and waits until the test lets it go. */
function heldProject(): { project: ScratchProject; started: string; go: string } {
  const project = scratchProject();
  const [started, go] = [path.join(project.folder, '../started'), path.join(project.folder, '../go')];
  const prompt = `echo $$ > '${started}'; ${waitFor(go)}; echo hi > f; git add f; git commit -qm f`;
  project.write('stint.yaml', configOf({ code: { prompt }, docs: { prompt: 'true' } }));
  return { project, started, go };
}

/** Starts it, and lets it go and end when the test is over. */
function startHeld({ project, go }: { project: ScratchProject; go: string }): StartedStint {
  const run = startStint(project, 'run', 'code');
  onTestFinished(async () => {
    writeFileSync(go, '');
    await run.done;
  });
  return run;
}

function shellCanLock(project: ScratchProject): boolean {
  const file = path.join(project.stateFolder, 'locks/code.lock');
  return spawnSync('flock', ['-n', file, 'true']).status === 0;
}

test('of two runs of one category one works and the other leaves at once, with 75 and the name of the holder', async () => {
  const { project, started, go } = heldProject();
  const first = startHeld({ project, go });
  await readPid(started);
  const before = { rows: rowsOf(project), folders: sessionFolders(project), trees: worktreesOf(project) };
  // The first one ends only below: whoever waited for it would never come back.
  const second = await stint(project, 'run', 'code');
  expect(second.code).toBe(75);
  expect(second.stdout).toBe('');
  const [row] = before.rows;
  expect(second.stderr).toMatch(/^stint: code is busy: session [^\n]* holds its lock\. [^\n]*\n$/);
  expect(second.stderr).toContain(`session ${row?.id} (pid ${first.child.pid},`);
  expect({
    rows: rowsOf(project),
    folders: sessionFolders(project),
    trees: worktreesOf(project),
  }).toEqual(before);
  writeFileSync(go, '');
  expect((await first.done).code).toBe(0);
  expect(recordedIds(project)).toEqual([row?.id]);
});

test('two runs that start at the same moment: one record, one refusal', async () => {
  const { project, started, go } = heldProject();
  const runs = [startHeld({ project, go }), startHeld({ project, go })];
  const refused = await Promise.race(runs.map(({ done }) => done));
  expect(refused.code).toBe(75);
  expect(refused.stderr).toMatch(/^stint: code is busy: [^\n]+\n$/);
  await readPid(started);
  writeFileSync(go, '');
  const codes = await Promise.all(runs.map(async ({ done }) => (await done).code));
  expect(new Set(codes)).toEqual(new Set([0, 75]));
  expect(rowsOf(project)).toHaveLength(1);
  expect(recordedIds(project)).toHaveLength(1);
  expect(sessionFolders(project)).toHaveLength(1);
});

test("the shell's flock sees the lock while a session runs, and can take it afterwards", async () => {
  const { project, started, go } = heldProject();
  const run = startHeld({ project, go });
  await readPid(started);
  expect(shellCanLock(project)).toBe(false);
  writeFileSync(go, '');
  await run.done;
  expect(shellCanLock(project)).toBe(true);
});

test("a shell's flock turns stint away, and nobody who is gone is named for it", async () => {
  const { project, go } = heldProject();
  writeFileSync(go, '');
  // Its name stays in the lock file.
  expect((await stint(project, 'run', 'code')).code).toBe(0);
  const file = path.join(project.stateFolder, 'locks/code.lock');
  const ready = path.join(project.folder, '../ready');
  const holder = spawn('flock', [file, 'sh', '-c', `: > '${ready}'; exec sleep 3600`], {
    stdio: 'ignore',
    detached: true,
  });
  // With its child, which holds the lock as well.
  onTestFinished(() => void process.kill(-(holder.pid ?? 0), 'SIGKILL'));
  await waitUntil('the lock is held', () => existsSync(ready));
  const result = await stint(project, 'run', 'code');
  expect(result.code).toBe(75);
  expect(result.stderr).toMatch(/^stint: code is busy: another process holds its lock\. [^\n]*\n$/);
  expect((await stint(project, 'plan')).stdout).toMatch(
    /code may not start: another process holds its lock;\s/,
  );
  expect(rowsOf(project)).toHaveLength(1);
  // A neighbour is not kept waiting.
  expect((await stint(project, 'run', 'docs')).code).toBe(0);
});

test('a refusal is JSON for programs', async () => {
  const { project, started, go } = heldProject();
  startHeld({ project, go });
  await readPid(started);
  const refused = await stintJson<{ error: { code: string; message: string; hint: string } }>(
    project,
    'run',
    'code',
  );
  expect(refused.error.code).toBe('busy');
  expect(refused.error.hint).not.toBe('');
});

test('somebody removes the lock file: the session that lives is neither killed nor doubled', async () => {
  const { project, started, go } = heldProject();
  const first = startHeld({ project, go });
  await readPid(started);
  rmSync(path.join(project.stateFolder, 'locks'), { recursive: true });
  mkdirSync(path.join(project.stateFolder, 'locks'));
  const second = await stint(project, 'run', 'code');
  expect(second.code).toBe(75);
  writeFileSync(go, '');
  expect((await first.done).code).toBe(0);
  expect(recordedIds(project)).toHaveLength(1);
});
