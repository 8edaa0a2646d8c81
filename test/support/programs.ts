import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { onTestFinished } from 'vitest';

const SRC = path.resolve(import.meta.dirname, '../../src');

/** What stands before the body of such a program. */
export const PROGRAM_HEAD = `const src = (file) => import(${JSON.stringify(`file://${SRC}/`)} + file); const arg = (n) => process.argv[n];\n`;

/** A small program of its own: the body of a module, with `arg(n)` for its arguments and `src` for imports. */
export interface Program {
  readonly child: ChildProcess;
  /** Resolves with the exit code (null after a signal) and all that it printed. */
  readonly done: Promise<{ code: number | null; stdout: string; stderr: string }>;
  /** Resolves when it has printed these words. */
  said(words: string): Promise<void>;
}

/**
 * Starts a program; it is ended with the test at the latest.
 *
 * @param isAlone whether it leads a process group of its own, as a program that a shell starts at a terminal does
 */
export function startProgram(
  body: string,
  args: readonly string[] = [],
  descriptors: readonly number[] = [],
  env: NodeJS.ProcessEnv = process.env,
  isAlone = false,
): Program {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', `${PROGRAM_HEAD}${body}`, '--', ...args],
    {
      env,
      detached: isAlone,
      stdio: ['pipe', 'pipe', 'pipe', ...descriptors],
    },
  );
  return follow(child);
}

/** The same for any command. */
export function startCommand(
  command: string,
  args: readonly string[],
  descriptors: readonly number[] = [],
): Program {
  return follow(spawn(command, [...args], { stdio: ['pipe', 'pipe', 'pipe', ...descriptors] }));
}

function follow(child: ChildProcess): Program {
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const listener of listeners) listener();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const done = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await done;
  });
  const said = async (words: string): Promise<void> => {
    const heard = new Promise<void>((resolve) => {
      const listener = (): void => (stdout.includes(words) ? resolve() : undefined);
      listeners.add(listener);
      listener();
    });
    const ended = done.then((end) => {
      if (end.stdout.includes(words)) return;
      throw new Error(`it ended and never said ${words}: ${end.stderr}`);
    });
    await Promise.race([heard, ended]);
  };
  return { child, done, said };
}

/** Ends a program at once and waits until it is gone. */
export async function killProgram(program: Program): Promise<void> {
  program.child.kill('SIGKILL');
  await program.done;
}
