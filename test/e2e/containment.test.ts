import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { findScopeHome } from '../../src/run/session-scope.ts';
import { scratchFolder, scratchProject, type ScratchProject } from '../support/scratch.ts';
import { configOf, isRunning, readPid, recordedIds, waitFor } from '../support/sessions.ts';
import {
  runSession,
  startStint,
  stint,
  STINT,
  stintJson,
  type StintResult,
  waitUntil,
} from '../support/stint.ts';

const HOME = findScopeHome();

/** Whatever it does to be forgotten: no tag, a session of its own, no parent, deaf to TERM, and born between two looks. */
function daemon(note: string): string {
  // Once only: the check brings up its own worktree with the same setup.
  const script = `trap "" TERM; sh -c "echo \\$\\$ > ${note}; exec sleep 300" & exit 0`;
  return `[ -s ${note} ] || env -i PATH="$PATH" setsid -f sh -c '${script}'; while [ ! -s ${note} ]; do sleep 0.05; done`;
}

/** Waits for the first look: it must not come while the daemon is being forked. */
const FIRST_LOOK = waitFor('$STINT_STATE_DIR/sessions/$STINT_SESSION_ID/live.json').replaceAll("'", '"');

/** Nobody looks between the first one and the end, so that no look can show the daemon below the agent. */
const RARELY = { sample: '10m', grace: '500ms', finishing: '500ms' };

function endLater(pid: number): void {
  onTestFinished(() => {
    if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  });
}

function scopeOf(id: string): string {
  return path.join(HOME ?? '', `stint-${id}`);
}

test.runIf(HOME !== null)(
  'a daemon with a clean environment, forked twice, of agent, setup and check: ended by the cgroup, and nobody else',
  async () => {
    const folder = scratchFolder();
    const notes = ['agent', 'setup', 'check'].map((name) => path.join(folder, name));
    const [agent = '', setup = '', check = ''] = notes;
    const commit = 'echo hi > f; git add f; git commit -qm f';
    const category = {
      prompt: `${FIRST_LOOK}; ${daemon(agent)}; ${commit}`,
      setup: daemon(setup),
      check: daemon(check),
    };
    const project = scratchProject(configOf({ code: { ...category, shell: true } }, { supervise: RARELY }));
    const record = await runSession(project, 'code');
    expect(record).toMatchObject({
      outcome: 'productive',
      check: { result: 'passed' },
      containment: 'cgroup',
      leftovers: ['sleep'],
      survivors: [],
    });
    for (const note of notes) expect(isRunning(await readPid(note)), note).toBe(false);
    expect(existsSync(scopeOf(record.id))).toBe(false);
    const { stdout } = await stint(project, 'show', record.id, '--why');
    expect(stdout).toContain('a cgroup of its own');
  },
);

test.runIf(HOME !== null)(
  'a killed supervisor: whoever settles its session finds the daemon by the same cgroup, and removes that',
  async () => {
    const folder = scratchFolder();
    const [note, go] = [path.join(folder, 'note'), path.join(folder, 'go')];
    const prompt = `[ -e ${go} ] && exit 0; ${FIRST_LOOK}; ${daemon(note)}; ${waitFor(go)}`;
    const project = scratchProject(configOf({ code: { prompt } }, { supervise: RARELY }));
    const run = startStint(project, 'run', 'code');
    const leaked = await readPid(note);
    endLater(leaked);
    run.child.kill('SIGKILL');
    await run.done;
    writeFileSync(go, '');
    await waitUntil('the next run starts', async () => (await stint(project, 'run', 'code')).code === 0);
    const [, first] = await stintJson<SessionRecord[]>(project, 'sessions');
    expect(first).toMatchObject({ containment: 'cgroup', leftovers: ['sleep'], stop: { exitCode: 0 } });
    expect(isRunning(leaked)).toBe(false);
    for (const id of recordedIds(project)) expect(existsSync(scopeOf(id))).toBe(false);
  },
);

test('contain: none leaves the machine’s cgroups alone, and the record says what could not be known', async () => {
  const note = path.join(scratchFolder(), 'note');
  const own = path.join(scratchFolder(), 'own');
  const prompt = `${FIRST_LOOK}; ${daemon(note)}; cat /proc/self/cgroup > ${own}`;
  const supervise = { ...RARELY, contain: 'none' };
  const project = scratchProject(configOf({ code: { prompt } }, { supervise }));
  const record = await runSession(project, 'code');
  const leaked = await readPid(note);
  endLater(leaked);
  expect(record).toMatchObject({ outcome: 'noop', containment: 'none', leftovers: [] });
  // The one escape that neither the tree nor the tag shows; with it the tests above could not pass by chance.
  expect(isRunning(leaked)).toBe(true);
  expect(readFileSync(own, 'utf8')).toBe(readFileSync('/proc/self/cgroup', 'utf8'));
  const { stdout } = await stint(project, 'show', record.id, '--why');
  expect(stdout).toMatch(/no cgroup of its own/);
});

/** `stint` on a machine whose cgroups cannot be written, as in most containers: a mount of its own shows them so. */
function stintReadOnly(project: ScratchProject, ...args: string[]): StintResult {
  const mount = HOME ?? '';
  const protect = `mount --bind ${mount} ${mount} && mount -o remount,bind,ro ${mount} && exec "$@"`;
  const child = spawnSync('unshare', ['-m', 'sh', '-c', protect, 'sh', STINT, ...args], {
    cwd: project.folder,
    env: project.env,
    encoding: 'utf8',
  });
  return { code: child.status, stdout: child.stdout, stderr: child.stderr };
}

/** Whether this machine lets its cgroups be shown as ones that cannot be written. */
const canProtect =
  HOME !== null &&
  spawnSync('unshare', ['-m', 'mount', '--bind', HOME, HOME], { stdio: 'ignore' }).status === 0;

test.runIf(canProtect)(
  'where cgroups cannot be written: auto goes on without, cgroup starts nothing',
  async () => {
    const project = scratchProject(configOf({ code: { prompt: 'true' } }));
    const ran = stintReadOnly(project, 'run', 'code', '--json');
    expect(JSON.parse(ran.stdout)).toMatchObject({ outcome: 'noop', containment: 'none' });
    const doctor = stintReadOnly(project, 'doctor');
    expect(doctor.stdout).toMatch(/· cgroups .*none of their own.*\n +→ .*systemd-run --user --scope/);

    const strict = scratchProject(
      configOf({ code: { prompt: 'true' } }, { supervise: { contain: 'cgroup' } }),
    );
    const refused = stintReadOnly(strict, 'run', 'code');
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toMatch(/contain: cgroup.*no cgroup of their own.*contain: auto/s);
    expect(recordedIds(strict)).toEqual([]);
    expect(stintReadOnly(strict, 'doctor').stdout).toMatch(/✗ cgroups .*`contain: cgroup` is set/);
    // Where they can be written, the same configuration runs.
    expect(await runSession(strict, 'code')).toMatchObject({ outcome: 'noop', containment: 'cgroup' });
  },
);
