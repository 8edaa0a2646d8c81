import { spawn } from 'node:child_process';
import { systemErrorCode } from './problem.ts';
import type { Ended, ProgramCall } from './run-program.ts';

/** Of a longer line only its beginning is given: memory stays flat, whatever a program prints. */
export const LONGEST_PROGRAM_LINE = 1 << 16;
const LONGEST_WORDS = 1 << 16;
const NEWLINE = 10;

/**
 * Runs a program without a shell, and gives its output line by line: no more than one line is held.
 *
 * @param take must not throw
 */
export function readProgramLines(
  [program = '', ...args]: readonly string[],
  { folder, env, input, timeoutMs }: ProgramCall,
  take: (line: string) => void,
): Promise<Omit<Ended, 'stdout'>> {
  return new Promise((resolve) => {
    const lines = new LineSplitter(take);
    let stderr = '';
    let isLate = false;
    let timer: NodeJS.Timeout | undefined;
    const end = (exitCode: number | null, because: string): void => {
      clearTimeout(timer);
      resolve({ exitCode, because, isLate, stderr });
    };
    try {
      const child = spawn(program, args, { cwd: folder, env, detached: true });
      child.once('error', (error) => end(null, systemErrorCode(error) ?? 'unknown'));
      // Where no descriptor is free, it has no streams, and the error follows.
      if (child.pid === undefined) return;
      timer = setTimeout(() => {
        isLate = true;
        child.kill();
        // A process that it left running may hold them for ever.
        for (const name of ['stdout', 'stderr'] as const) child[name].destroy();
      }, timeoutMs);
      child.stdout.on('data', (part: Buffer) => lines.add(part));
      child.stderr.on('data', (part: Buffer) => {
        stderr = (stderr + part.toString()).slice(-LONGEST_WORDS);
      });
      child.once('close', (code, signal) => {
        lines.end();
        end(child.killed ? null : code, signal ?? 'unknown');
      });
      // A program may leave its input unread; its exit code says how it went.
      child.stdin.on('error', () => undefined).end(input);
    } catch (error) {
      // Words that no program can be given: a NUL, or more of them than the kernel takes.
      end(null, systemErrorCode(error) ?? 'unknown');
    }
  });
}

/** Cuts a stream of bytes into lines. */
class LineSplitter {
  readonly #take: (line: string) => void;
  #held: Buffer[] = [];
  #size = 0;

  constructor(take: (line: string) => void) {
    this.#take = take;
  }

  add(part: Buffer): void {
    let from = 0;
    for (let at = part.indexOf(NEWLINE); at !== -1; at = part.indexOf(NEWLINE, from)) {
      this.#hold(part.subarray(from, at));
      this.#give();
      from = at + 1;
    }
    this.#hold(part.subarray(from));
  }

  /** What stands after the last line end is a line, too. */
  end(): void {
    if (this.#size > 0) this.#give();
  }

  #give(): void {
    const [only] = this.#held;
    const line = this.#held.length === 1 && only ? only : Buffer.concat(this.#held);
    this.#held = [];
    this.#size = 0;
    this.#take(line.toString());
  }

  #hold(part: Buffer): void {
    const room = LONGEST_PROGRAM_LINE - this.#size;
    if (part.length === 0 || room <= 0) return;
    const kept = part.length <= room ? part : part.subarray(0, room);
    this.#held.push(kept);
    this.#size += kept.length;
  }
}
