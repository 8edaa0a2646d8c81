import { vi } from 'vitest';
import { runCommandLine } from '../../src/cli/command-line.ts';
import { VERBS } from '../../src/cli/verbs.ts';
import type { SessionRecord } from '../../src/domain/record.ts';
import { systemClock, type Clock } from '../../src/lib/clock.ts';
import { readJson } from './read-json.ts';
import type { ScratchProject } from './scratch.ts';
import type { StintResult } from './stint.ts';

// The calls of `stint.ts` by the same names, played in the test's own process: the same verbs, agents and git, without the
// start of a Node for each call. What a test has to see of a process (signals, kills, two at once) needs `stint.ts`.

type Place = Pick<ScratchProject, 'folder' | 'env'>;

let isBusy = false;

/**
 * Runs one call of `stint` in this process, as `bin/stint` would in its own: with the environment and the folder of the
 * project, its output gathered, its exit code returned.
 */
export function stint(project: Place, ...args: string[]): Promise<StintResult> {
  return stintBy(systemClock, project, ...args);
}

/** The same by a clock of the test's own (`in-process.ts`). */
export async function stintBy(clock: Clock, project: Place, ...args: string[]): Promise<StintResult> {
  // Output, environment and exit code belong to the whole process.
  if (isBusy) throw new Error(`stint ${args.join(' ')}: this process plays one call at a time`);
  isBusy = true;
  const [stdout, stderr] = [gather(process.stdout), gather(process.stderr)];
  const before = { env: process.env, exitCode: process.exitCode };
  process.env = { ...project.env };
  process.exitCode = undefined;
  try {
    const code = await runCommandLine(args, {
      cwd: project.folder,
      env: project.env,
      clock,
      verbs: VERBS,
      interrupted: new AbortController().signal,
      interruptCode: () => null,
    });
    return { code: code ?? exitCodeLeft(), stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    for (const stream of [stdout, stderr]) stream.release();
    Object.assign(process, before);
    isBusy = false;
  }
}

/** Takes what is written to a stream of this process, until it is released. */
function gather(stream: NodeJS.WriteStream): { text: () => string; release: () => void } {
  let text = '';
  const write = vi.spyOn(stream, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  return { text: () => text, release: () => write.mockRestore() };
}

/** What a verb has left for the end of its process. */
function exitCodeLeft(): number {
  return Number(process.exitCode ?? 0);
}

/** Runs `stint … --json` and reads what it printed. */
export async function stintJson<T = unknown>(project: Place, ...args: string[]): Promise<T> {
  return readJson(args, await stint(project, ...args, '--json')) as T;
}

export function runSession(project: Place, category: string): Promise<SessionRecord> {
  return stintJson<SessionRecord>(project, 'run', category);
}
