import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SessionRecord } from '../../src/domain/record.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { readProcess, readTransferredBytes, TICK_MS } from '../../src/lib/process-table.ts';
import { clockThatRuns, runInProcess, RUNNING } from '../support/in-process.ts';
import { scratchFolder, scratchProject, type ScratchProject } from '../support/scratch.ts';
import {
  configOf,
  foldersOfWorktrees,
  rowsOf,
  sessionFolders,
  taggedProcesses,
} from '../support/sessions.ts';

// Who lives through a silence, and who is ended for it: real agents and real looks. The session's time is the test's own, and
// passes only after what a look has to see has happened; so no limit is reached because the machine is slow.

/** Limits of ten seconds a look: a silence is six looks. */
const LIMITS = { ...RUNNING, silence: '1m', suppression: '2m' };

const TOLD = /^no word and no movement: silent for .*no process moved for/;

function projectWith(category: object, supervise: object = LIMITS): ScratchProject {
  return scratchProject(configOf({ code: category }, { supervise }));
}

function steps(...list: readonly object[]): { prompt: string; harness: string } {
  return { prompt: JSON.stringify(list), harness: 'stream' };
}

async function runBy(clock: Clock, project: ScratchProject): Promise<SessionRecord> {
  const { record } = await runInProcess(project, 'code', clock, 'stream');
  expect(taggedProcesses(rowsOf(project).map(({ id }) => id))).toEqual([]);
  return record;
}

/** Whether the agent of the project's session has printed these words. */
function hasPrinted(project: ScratchProject, words: string): boolean {
  const [folder = ''] = sessionFolders(project);
  const file = path.join(project.stateFolder, 'sessions', folder, 'stdout');
  return existsSync(file) && readFileSync(file, 'utf8').includes(words);
}

/** The number in a file that a process writes; null while there is none. */
function numberIn(file: string): number | null {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return /^\d+\n$/.test(text) ? Number(text) : null;
}

test('silent in a tool call for several times the silence limit: it lives', async () => {
  const [up, pipe] = ['up', 'pipe'].map((name) => path.join(scratchFolder(), name)) as [string, string];
  const project = projectWith(
    steps({ bash: `mkfifo '${pipe}'; : > '${up}'; exec cat '${pipe}'` }, { result: {} }),
  );
  let looks = 0;
  const clock = clockThatRuns(() => {
    if (!existsSync(up)) return false;
    if (++looks === 20) void writeFile(pipe, '');
    return looks < 20;
  });
  expect(await runBy(clock, project)).toMatchObject({
    outcome: 'noop',
    stop: { reason: 'completed', exitCode: 0 },
  });
});

test('incident 15: a supervisor that was stopped for longer than every limit ends nothing for that', async () => {
  const go = path.join(scratchFolder(), 'go');
  const project = projectWith(steps({ say: 'let me think' }, { await: go }, { result: {} }));
  let looks = 0;
  let stoppedMs = 0;
  const running = clockThatRuns(() => {
    if (!hasPrinted(project, 'let me think')) return false;
    if (++looks === 2) stoppedMs = 3_600_000;
    if (looks === 4) writeFileSync(go, '');
    return looks < 4;
  });
  const clock: Clock = {
    ...running,
    now: () => new Date(running.now().getTime() + stoppedMs),
    monotonicMs: () => running.monotonicMs() + stoppedMs,
  };
  expect(await runBy(clock, project)).toMatchObject({ outcome: 'noop', stop: { reason: 'completed' } });
});

test('a model call that hangs, with no child: stuck, and both groups are named', async () => {
  // What moves a little after its last word is excused, so that both fall silent in the end.
  const supervise = { ...LIMITS, suppression: '30m' };
  const project = projectWith(steps({ say: 'let me think' }, { hang: true }), supervise);
  const record = await runBy(
    clockThatRuns(() => hasPrinted(project, 'let me think')),
    project,
  );
  expect(record).toMatchObject({ outcome: 'failed', stop: { reason: 'stuck' } });
  expect(record.stop.because).toMatch(TOLD);
});

test('what the agent writes into its own file of the conversation are words; one that stays as it is says nothing', async () => {
  const play = async (isWriting: boolean): Promise<SessionRecord> => {
    const go = path.join(scratchFolder(), 'go');
    const project = projectWith(steps({ await: go }, { result: {} }), { ...LIMITS, suppression: '1m' });
    const file = path.join(project.env['HOME'] ?? '', '.claude/projects/-x/thread-1.jsonl');
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, '{}\n');
    let looks = 0;
    const clock = clockThatRuns(() => {
      if (!hasPrinted(project, 'thread-1')) return false;
      if (!isWriting) return true;
      appendFileSync(file, '{}\n');
      if (++looks === 20) writeFileSync(go, '');
      return looks < 20;
    });
    return runBy(clock, project);
  };
  expect(await play(true)).toMatchObject({ outcome: 'noop', stop: { reason: 'completed' } });
  expect(await play(false)).toMatchObject({ stop: { reason: 'stuck' } });
});

describe('a result while an agent works in the background', () => {
  const line = (subtype: string, more: object = {}): object => ({
    raw: `${JSON.stringify({ type: 'system', subtype, task_id: 'a1', ...more })}\n`,
  });
  const launched = [
    line('task_started', { task_type: 'local_agent', is_backgrounded: true, description: 'implement it' }),
    { say: 'I wait for the agent.' },
    { result: { total_cost_usd: 0.1, usage: { input_tokens: 7, output_tokens: 1 } } },
  ];

  test('is not the end: it may be silent for longer than finishing, and its work counts', async () => {
    const go = path.join(scratchFolder(), 'go');
    const project = projectWith(
      steps(
        ...launched,
        { await: go },
        { bash: 'seq 30 > work.txt && git add work.txt && git commit -qm work' },
        line('task_notification', { status: 'completed' }),
        line('init', { session_id: 'thread-1' }),
        { say: 'The agent has finished.' },
        { result: { total_cost_usd: 0.3, usage: { input_tokens: 9, output_tokens: 2 } } },
      ),
    );
    let looks = 0;
    const clock = clockThatRuns(() => {
      if (!hasPrinted(project, '"result"')) return false;
      if (++looks === 10) writeFileSync(go, '');
      return looks < 10;
    });
    const record = await runBy(clock, project);
    expect(record).toMatchObject({ outcome: 'productive', failureModes: [], stop: { reason: 'completed' } });
    expect(record.commits).toHaveLength(1);
    expect(record).toMatchObject({ usage: { input: 16, output: 3 }, costUsd: 0.3 });
  });

  test('stands when the agent gives no sign for the whole bound: neither stuck nor a noop', async () => {
    const project = projectWith(steps(...launched, { hang: true }));
    const record = await runBy(
      clockThatRuns(() => hasPrinted(project, '"result"')),
      project,
    );
    expect(record).toMatchObject({
      outcome: 'unknown',
      grade: null,
      failureModes: ['abandoned_loop'],
      stop: { reason: 'completed' },
    });
    expect(record.stop.because).toMatch(/1 background agent showed no sign for 3m/);
  });
});

/** A look every two seconds: a process has to do little between two of them to have moved. */
const OFTEN = { ...RUNNING, sample: '2s', silence: '8s', suppression: '16s' };
const ENOUGH_CPU_MS = 300;
const ENOUGH_BYTES = 50_000;

/** Runs a silent agent with a child of this kind; between two looks the child does what `amountOf` counts, so much of it. */
async function runWithChild(
  childOf: (note: string) => readonly string[],
  amountOf: (pid: number) => number,
  enough: number,
  supervise: object,
): Promise<SessionRecord> {
  const note = path.join(scratchFolder(), 'pid');
  const project = projectWith(
    steps({ say: 'let me see' }, { spawn: childOf(note) }, { hang: true }),
    supervise,
  );
  let before = 0;
  const clock = clockThatRuns(() => {
    const pid = numberIn(note);
    if (pid === null) return false;
    const amount = amountOf(pid);
    if (amount - before < enough) return false;
    before = amount;
    return true;
  });
  return runBy(clock, project);
}

const SPENT = /^its processes moved, but it said nothing/;

test('no open call, but a child: what moves lives to the bound, an idle one does not', async () => {
  const shell = (then: string) => (note: string) => ['sh', '-c', `echo $$ > '${note}'; ${then}`];
  const writer = (note: string): string[] => [
    process.execPath,
    '-e',
    `const { openSync, writeFileSync, writeSync } = require('node:fs');
    writeFileSync(${JSON.stringify(note)}, process.pid + '\\n');
    const file = openSync('/dev/null', 'w');
    setInterval(() => writeSync(file, Buffer.alloc(${ENOUGH_BYTES})), 50);`,
  ];
  const cpuMs = (pid: number): number => (readProcess(pid)?.cpuTicks ?? 0) * TICK_MS;
  const bytes = (pid: number): number => readTransferredBytes(pid) ?? 0;
  const burns = await runWithChild(shell('while :; do :; done'), cpuMs, ENOUGH_CPU_MS, OFTEN);
  const moves = await runWithChild(writer, bytes, ENOUGH_BYTES, OFTEN);
  const idle = await runWithChild(shell('exec sleep 300'), () => 0, 0, { ...LIMITS, suppression: '30m' });
  expect(burns.stop.because).toMatch(SPENT);
  expect(moves.stop.because).toMatch(SPENT);
  expect(idle.stop.because).toMatch(/^no word and no movement/);
});

/** Leaves a loop behind that starts a process as often as the one before is killed, and notes which one it is. */
function leaveLoop(note: string): { bash: string } {
  const loop = `while :; do sh -c 'echo $$ > "$NOTE"; exec sleep 300'; done`;
  return {
    bash: `NOTE='${note}'; export NOTE; (${loop}) >/dev/null 2>&1 & while [ ! -s '${note}' ]; do sleep 0.05; done`,
  };
}

test('no open call, but what a call left behind: it starts others for ever, and is still no tool', async () => {
  const note = path.join(scratchFolder(), 'pid');
  const project = projectWith(steps(leaveLoop(note), { hang: true }));
  let seen: number | null = null;
  let killed: number | null = null;
  const clock = clockThatRuns(() => {
    const pid = numberIn(note);
    if (!hasPrinted(project, 'tool_result') || pid === null) return false;
    if (pid !== seen) {
      seen = pid;
      return true;
    }
    if (pid !== killed) process.kill(pid, 'SIGKILL');
    killed = pid;
    return false;
  });
  expect((await runBy(clock, project)).stop.because).toMatch(SPENT);
});

test('no open call, but a new process since the last word: it is a tool, and lives', async () => {
  const [note, tool, start, end] = ['pid', 'tool', 'start', 'end'].map((name) =>
    path.join(scratchFolder(), name),
  ) as [string, string, string, string];
  const silentTool = ['sh', '-c', `echo $$ > '${tool}'; exec sleep 300`];
  const project = projectWith(
    steps(leaveLoop(note), { await: start }, { spawn: silentTool }, { await: end }, { result: {} }),
  );
  let looks = 0;
  const clock = clockThatRuns(() => {
    if (!hasPrinted(project, 'tool_result')) return false;
    // Between the answer and the tool there has to be a look.
    if (looks === 2) writeFileSync(start, '');
    if (looks >= 2 && numberIn(tool) === null) return false;
    if (looks === 40) writeFileSync(end, '');
    return looks++ < 40;
  });
  expect((await runBy(clock, project)).stop.because).toBe('it emitted its result (success)');
});

/** Whether a read of a file system is under way in this process, such as one that looks through a worktree. */
function isReading(): boolean {
  return process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'));
}

test.each([
  ['worktree', '2m', /^its worktree changed, but it said nothing/],
  ['shared', '30m', /^no word and no movement/],
] as const)(
  'what others change in the checkout of a silent session: in its own worktree a sign of life up to the bound (%s)',
  async (isolation, suppression, because) => {
    const category = { ...steps({ say: 'let me think' }, { hang: true }), isolation };
    const project = projectWith(category, { ...LIMITS, suppression });
    let count = 0;
    let isChanged = false;
    const clock = clockThatRuns(() => {
      if (!hasPrinted(project, 'let me think')) return false;
      const folders = isolation === 'worktree' ? foldersOfWorktrees(project) : [project.folder];
      // From outside of every session: a container that works for it, or a neighbour in the same checkout.
      if (!isChanged) for (const folder of folders) writeFileSync(path.join(folder, `made-${++count}`), '');
      const mayPass = isChanged && !isReading();
      isChanged = !mayPass;
      return mayPass;
    });
    expect((await runBy(clock, project)).stop.because).toMatch(because);
  },
);
