import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { clockThatRuns, runInProcess, RUNNING } from '../support/in-process.ts';
import { scratchProject, type ScratchProject } from '../support/scratch.ts';
import {
  configOf,
  isRunning,
  LOOKED_AT,
  readPid,
  recordedIds,
  rowsOf,
  taggedProcesses,
  waitFor,
  worktreesOf,
} from '../support/sessions.ts';
import { runSession, startStint, stint, stintJson, waitUntil } from '../support/stint.ts';
import { stintBy } from '../support/stint-here.ts';

function projectWith(category: object, more: Record<string, unknown> = {}): ScratchProject {
  const project = scratchProject();
  project.write('stint.yaml', configOf({ code: category }, more));
  return project;
}

function steps(...list: readonly object[]): { prompt: string; harness: string } {
  return { prompt: JSON.stringify(list), harness: 'stream' };
}

function expectGone(project: ScratchProject): void {
  expect(taggedProcesses(rowsOf(project).map(({ id }) => id))).toEqual([]);
}

/** A process of the test's own that looks like an agent's child but is none. */
function startBystander(tag?: string): number {
  const env = { PATH: process.env['PATH'], ...(tag === undefined ? {} : { STINT_SESSION_ID: tag }) };
  const child = spawn('sleep', ['3600'], { stdio: 'ignore', detached: true, env });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child.pid ?? 0;
}

describe('incident 21: whatever an agent starts is gone after its session, and nobody else', () => {
  const LEAVERS: Record<string, string> = {
    'a child in the background': 'sleep 300 & ',
    'a child in a session of its own': 'setsid sleep 300 &',
    'a child in a process group of its own': "bash -mc 'sleep 300 & :'",
    'a child without hang-ups': 'nohup sleep 300 > /dev/null 2>&1 &',
    'a daemon, forked twice': "(setsid sh -c 'sleep 300 & exit 0' &) ; sleep 0.3",
    'a child that is deaf to TERM': 'setsid sh -c "trap \'\' TERM; while :; do sleep 1; done" & sleep 0.3',
    'a grandchild without the tag, seen below the agent': `
      env -u STINT_SESSION_ID setsid sh -c 'echo $$ > "$NOTE"; exec sleep 300' &
      while [ ! -s "$NOTE" ]; do sleep 0.05; done; ${LOOKED_AT}`,
    'a child without the tag, forked just before the end': 'env -i sleep 300 &',
    'a child that has ended and that nobody asks for': "sh -c 'true & exec sleep 300' & sleep 0.2",
  };

  test(Object.keys(LEAVERS).join('; '), async () => {
    const folder = scratchProject().folder;
    const names = new Map(Object.keys(LEAVERS).map((name, index) => [`leaver-${index}`, name]));
    const categories = Object.fromEntries(
      [...names].map(([category, name]) => [
        category,
        { prompt: `NOTE='${folder}/note'; export NOTE; ${LEAVERS[name]}` },
      ]),
    );
    const project = scratchProject(configOf(categories, { schedule: { maxConcurrent: 20, top: 20 } }));
    const bystanders = [startBystander(), startBystander('z123456789')];
    const { spawned } = await stintJson<{ spawned: SessionRecord[] }>(project, 'fanout');
    expect(spawned).toHaveLength(names.size);
    for (const record of spawned) {
      const name = names.get(record.category);
      expect(record, name).toMatchObject({ outcome: 'noop', stop: { reason: 'completed' } });
      expect(record.leftovers.length, name).toBeGreaterThan(0);
      expect(taggedProcesses([record.id]), name).toEqual([]);
    }
    expect(isRunning(await readPid(`${folder}/note`))).toBe(false);
    for (const bystander of bystanders) expect(isRunning(bystander)).toBe(true);
    expect(worktreesOf(project)).toEqual([]);
  });

  test('an agent that ignores TERM is killed after the grace', async () => {
    const deaf = path.join(scratchProject().folder, 'deaf');
    const project = projectWith({
      ...steps({ ignoreTerm: true }, { spawn: ['touch', deaf] }, { hang: true }),
      timeout: '5m',
      supervise: RUNNING,
    });
    const clock = clockThatRuns(() => existsSync(deaf));
    const { record } = await runInProcess(project, 'code', clock, 'stream');
    expect(record.stop).toMatchObject({ reason: 'timed-out' });
    expectGone(project);
  });

  test('an agent whose leader goes first: what stays is ended, and its commits count', async () => {
    const project = projectWith({
      prompt:
        '(echo hi > f; git add f; git commit -qm child; touch done; sleep 300) & while [ ! -e done ]; do sleep 0.05; done',
    });
    const record = await runSession(project, 'code');
    expect(record).toMatchObject({ outcome: 'productive', stop: { reason: 'completed', exitCode: 0 } });
    expect(record.commitDetails.map(({ subject }) => subject)).toEqual(['child']);
    expect(record.leftovers.length).toBeGreaterThan(0);
    expectGone(project);
  });

  test('an agent that kills the process between itself and stint: it is ended, and nothing is claimed', async () => {
    // The shim is the parent of the agent, which is the parent of the shell.
    const project = projectWith({
      prompt: 'agent=$PPID; kill -9 $(ps -o ppid= -p $agent); sleep 300',
    });
    const record = await runSession(project, 'code');
    expect(record).toMatchObject({ outcome: 'unknown', stop: { reason: 'lost', exitCode: null } });
    expectGone(project);
    expect(worktreesOf(project)).toEqual([]);
  });
});

test('what setup and check leave behind is gone as well, tagged or not', async () => {
  const folder = scratchProject().folder;
  // Each check has a worktree of its own, so setup runs in several.
  const leave = (name: string): string =>
    `note=$(mktemp -u '${folder}/${name}-XXXXXX')
     setsid sleep 300 & env -i sh -c 'echo $$ > "$1"; exec sleep 300' sh "$note" &
     while [ ! -s "$note" ]; do sleep 0.05; done`;
  const project = projectWith({
    prompt: 'echo hi > f; git add f; git commit -qm f',
    setup: leave('setup'),
    check: leave('check'),
    shell: true,
  });
  const record = await runSession(project, 'code');
  expect(record).toMatchObject({ outcome: 'productive', check: { result: 'passed' } });
  expectGone(project);
  const notes = readdirSync(folder).filter((name) => /^(setup|check)-/.test(name));
  expect(new Set(notes.map((name) => name.slice(0, 5)))).toEqual(new Set(['setup', 'check']));
  for (const note of notes) expect(isRunning(await readPid(`${folder}/${note}`))).toBe(false);
});

test('a result was emitted and the process stays: the result counts, and the tree is ended', async () => {
  const supervise = { finishing: '500ms' };
  const idle = projectWith({
    ...steps({ say: 'done' }, { result: {} }, { spawn: ['sleep', '300'] }, { hang: true }),
    supervise,
  });
  // It commits without a call: one whose answer is late would be lost within that time.
  const commit = 'echo hi > f && git add f && git commit -qm f';
  const busy = projectWith({
    ...steps(
      { git: ['-c', `alias.work=!${commit}`, 'work'] },
      { result: {} },
      { ignoreTerm: true },
      { hang: true },
    ),
    supervise,
  });
  const [noop, productive] = await Promise.all([runSession(idle, 'code'), runSession(busy, 'code')]);
  expect(noop).toMatchObject({ outcome: 'noop', stop: { reason: 'completed' } });
  expect(productive).toMatchObject({ outcome: 'productive', stop: { reason: 'completed' } });
  expectGone(idle);
  expectGone(busy);
});

test('exit 0 without a result, where the format has one, is no noop', async () => {
  const record = await runSession(projectWith(steps({ say: 'hm' }, { exit: 0 })), 'code');
  expect(record).toMatchObject({ outcome: 'failed', stop: { reason: 'crashed', exitCode: 0 } });
  expect(record.failureModes).toContain('crash');
});

test('half a line and two lines glued together are read as what they are', async () => {
  const line = (text: string): string =>
    JSON.stringify({
      type: 'assistant',
      message: { id: text, content: [{ type: 'text', text }], usage: { input_tokens: 1 } },
    });
  const whole = line('half');
  const result = JSON.stringify({ type: 'result', subtype: 'success', is_error: false, result: 'done' });
  const record = await runSession(
    projectWith(
      steps(
        { raw: whole.slice(0, 20) },
        { sleepMs: 400 },
        { raw: `${whole.slice(20)}\n${line('a')}${line('b')}\n` },
        { raw: result },
      ),
    ),
    'code',
  );
  // Each half of the glued line counts, and so does the last one, which has no newline.
  expect(record).toMatchObject({ outcome: 'noop', unreadableLines: 0, stop: { reason: 'completed' } });
  expect(record.usage.turns).toBe(3);
});

test('the process of an open call is killed and no answer comes: ended after the grace', async () => {
  const project = projectWith({
    ...steps({ open: 'Bash' }, { spawn: ['sleep', '300'] }, { hang: true }),
    supervise: { finishing: '500ms' },
  });
  const run = startStint(project, 'run', 'code', '--json');
  let tool: string | undefined;
  await waitUntil('the tool runs', () => {
    tool = taggedProcesses(rowsOf(project).map(({ id }) => id)).find((each) => each.endsWith(' sleep'));
    return tool !== undefined;
  });
  const live = path.join(project.stateFolder, 'sessions', rowsOf(project)[0]?.id ?? '', 'live.json');
  await waitUntil('it was seen', () => existsSync(live) && readFileSync(live, 'utf8').includes('in-tool'));
  process.kill(Number.parseInt(tool ?? ''), 'SIGKILL');
  const record = JSON.parse((await run.done).stdout) as SessionRecord;
  expect(record).toMatchObject({ outcome: 'failed', stop: { reason: 'lost-completion' } });
  expect(record.failureModes).toContain('stuck');
  expectGone(project);
});

test.each([2, -2])(
  'a wall clock that is set %i hours on ends nothing, and no session ends before it started',
  async (hours) => {
    const at = path.join(scratchProject().folder, 'at-work');
    const project = projectWith({ prompt: `touch '${at}'; sleep 1`, timeout: '1h' });
    const now = (): Date => new Date(Date.now() + (existsSync(at) ? hours * 3_600_000 : 0));
    const { record } = await runInProcess(project, 'code', { ...systemClock, now });
    expect(record).toMatchObject({ outcome: 'noop', stop: { reason: 'completed' } });
    expect(record.endedAt >= record.startedAt).toBe(true);
    // The agent slept for a second, by the time since boot.
    expect(record.durationMs).toBeGreaterThanOrEqual(1000);
    expect(record.durationMs).toBeLessThan(3_600_000);
  },
);

test('the time limit: exit 124, abandoned_loop; 0 when it had delivered', async () => {
  const empty = projectWith({ prompt: 'sleep 300', timeout: '1s', supervise: { finishing: '500ms' } });
  const late = await stint(empty, 'run', 'code', '--json');
  const done = path.join(scratchProject().folder, 'done');
  const full = projectWith({
    prompt: `echo hi > f; git add f; git commit -qm f; : > '${done}'; sleep 300`,
    timeout: '5m',
    supervise: RUNNING,
  });
  const delivered = await stintBy(
    clockThatRuns(() => existsSync(done)),
    full,
    'run',
    'code',
    '--json',
  );
  expect(late.code).toBe(124);
  expect(JSON.parse(late.stdout)).toMatchObject({
    outcome: 'failed',
    stop: { reason: 'timed-out' },
    failureModes: ['abandoned_loop'],
  });
  expect(delivered.code).toBe(0);
  expect(JSON.parse(delivered.stdout)).toMatchObject({
    outcome: 'productive',
    stop: { reason: 'timed-out' },
  });
  expectGone(empty);
  expectGone(full);
});

describe('incident 24: interrupted', () => {
  test.for([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s: the agent is ended, the record says cancelled, exit %i', async ([signal, code]) => {
    const pid = `${scratchProject().folder}/pid`;
    const project = projectWith({ prompt: `echo $$ > '${pid}'; sleep 300` });
    const run = startStint(project, 'run', 'code', '--json');
    const agent = await readPid(pid);
    run.child.kill(signal);
    const result = await run.done;
    expect(result.code).toBe(code);
    const record = JSON.parse(result.stdout) as SessionRecord;
    expect(record).toMatchObject({ outcome: 'unknown', stop: { reason: 'cancelled' } });
    expect(record.failureModes).toContain('cancelled');
    expect(recordedIds(project)).toEqual([record.id]);
    expect(isRunning(agent)).toBe(false);
    expectGone(project);
    expect(worktreesOf(project)).toEqual([]);
  });

  test('during setup: no agent is started, and the session is recorded at once', async () => {
    const folder = scratchProject().folder;
    const [pid, ran] = [`${folder}/pid`, `${folder}/ran`];
    const setup = `echo $$ > '${pid}'; sleep 300`;
    const project = projectWith({ prompt: `: > '${ran}'`, setup, shell: true });
    const run = startStint(project, 'run', 'code', '--json');
    await readPid(pid);
    run.child.kill('SIGINT');
    const result = await run.done;
    expect(result.code).toBe(130);
    expect(JSON.parse(result.stdout)).toMatchObject({ outcome: 'unknown', stop: { reason: 'cancelled' } });
    expect(existsSync(ran)).toBe(false);
    expectGone(project);
    expect(worktreesOf(project)).toEqual([]);
  });

  test('during the check: the work counts, and the check is said not to have run', async () => {
    const pid = `${scratchProject().folder}/pid`;
    const project = projectWith({
      prompt: 'echo hi > f; git add f; git commit -qm f',
      check: `echo $$ > '${pid}'; sleep 300`,
      shell: true,
    });
    const run = startStint(project, 'run', 'code', '--json');
    await readPid(pid);
    run.child.kill('SIGTERM');
    const result = await run.done;
    expect(result.code).toBe(143);
    expect(JSON.parse(result.stdout)).toMatchObject({
      outcome: 'productive',
      check: { result: 'not-run' },
    });
    expectGone(project);
    expect(worktreesOf(project)).toEqual([]);
  });

  test('twice: it leaves at once, and the next run settles what is open', async () => {
    const folder = scratchProject().folder;
    const [pid, go] = [`${folder}/pid`, `${folder}/go`];
    const project = projectWith(
      { prompt: `[ ! -e '${go}' ] || exit 0; trap '' TERM; echo $$ > '${pid}'; ${waitFor(go)}` },
      { supervise: { sample: '100ms', grace: '60s' } },
    );
    const run = startStint(project, 'run', 'code');
    await readPid(pid);
    run.child.kill('SIGTERM');
    const [row] = rowsOf(project);
    await waitUntil('the agent was told to end', () => {
      const tagged = taggedProcesses([row?.id ?? '']);
      return !tagged.some((each) => each.endsWith(' node'));
    });
    run.child.kill('SIGTERM');
    expect((await run.done).code).toBe(143);
    writeFileSync(go, '');
    await waitUntil('the next run starts', async () => {
      const next = startStint(project, 'run', 'code');
      return (await next.done).code === 0;
    });
    expect(recordedIds(project)).toHaveLength(2);
    expect(recordedIds(project)[0]).toBe(row?.id);
    expectGone(project);
  });
});

test('notes that nobody reads any more do not end a supervisor', async () => {
  const folder = scratchProject().folder;
  const [pid, go] = [`${folder}/pid`, `${folder}/go`];
  const project = projectWith(
    steps(
      { bash: `echo $$ > '${pid}'; ${waitFor(go)}` },
      { sleepMs: 400 },
      { bash: 'sleep 0.4' },
      { sleepMs: 400 },
      { result: {} },
    ),
  );
  const run = startStint(project, 'run', 'code');
  await readPid(pid);
  run.child.stderr?.destroy();
  writeFileSync(go, '');
  const [code] = (await once(run.child, 'exit')) as [number | null];
  expect(code).toBe(0);
  expect(recordedIds(project)).toHaveLength(1);
});
