import { spawn } from 'node:child_process';
import { systemErrorCode } from './problem.ts';

/** How a program ended, and all that it said. */
export interface Ended {
  /** Null where it did not end by itself; `because` then says in a word why. */
  readonly exitCode: number | null;
  readonly because: string;
  /** Whether we ended it because it took too long. */
  readonly isLate: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** More of it is no answer. */
const LONGEST_OUTPUT = 256 << 20;

/** How a program is run. */
export interface ProgramCall {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly input: string;
  /** Longest run. */
  readonly timeoutMs: number;
}

/**
 * Runs a program without a shell, by Node itself: every verb runs one, and loading a library for it takes longer than git
 * does. In a group of its own: a Ctrl-C asks stint for an orderly end, which takes git, and must not end what git is at.
 */
export function runProgram(
  [program = '', ...args]: readonly string[],
  { folder, env, input, timeoutMs }: ProgramCall,
): Promise<Ended> {
  return new Promise((resolve) => {
    const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let size = 0;
    let timer: NodeJS.Timeout | undefined;
    const end = (exitCode: number | null, because: string, isLate = false): void => {
      clearTimeout(timer);
      const [stdout, stderr] = [output.stdout, output.stderr].map((parts) => Buffer.concat(parts).toString());
      resolve({ exitCode, because, isLate, stdout: stdout ?? '', stderr: stderr ?? '' });
    };
    try {
      const child = spawn(program, args, { cwd: folder, env, detached: true });
      child.once('error', (error) => end(null, systemErrorCode(error) ?? 'unknown'));
      // Where no descriptor is free, it has no streams, and the error follows.
      if (child.pid === undefined) return;
      // Node's own `timeout` goes on where the program does not exist, and keeps the process from ending.
      timer = setTimeout(() => {
        child.kill();
        // A process that it left running (a hook of git, say) may hold them for ever.
        for (const name of ['stdout', 'stderr'] as const) child[name].destroy();
      }, timeoutMs);
      for (const name of ['stdout', 'stderr'] as const)
        child[name].on('data', (part: Buffer) => {
          size += part.length;
          if (size <= LONGEST_OUTPUT) output[name].push(part);
          else child.kill();
        });
      child.once('close', (code, signal) => {
        if (size > LONGEST_OUTPUT) end(null, 'it says too much');
        else end(child.killed ? null : code, signal ?? 'unknown', child.killed);
      });
      // A program may leave its input unread; its exit code says how it went.
      child.stdin.on('error', () => undefined).end(input);
    } catch (error) {
      // Words that no program can be given: a NUL, or more of them than the kernel takes.
      end(null, systemErrorCode(error) ?? 'unknown');
    }
  });
}
