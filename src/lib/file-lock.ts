import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { isLocked } from './lock-table.ts';
import { isShortage, messageOf, Problem, tooMany } from './problem.ts';
import { findProgram } from './programs.ts';

const BUSY = 75;
/** How often it is begun anew where the lock file was replaced under our hands, or `flock` was ended by a signal. */
const TRIES = 5;

/**
 * A kernel lock (flock) on a file. It belongs to the open file, not to the process: whoever inherits the descriptor
 * holds it too, and the kernel frees it when the last holder is gone, however it died. Shell `flock FILE` sees it.
 */
export class FileLock {
  readonly #file: string;
  #descriptor: number | null;

  constructor(file: string, descriptor: number) {
    this.#file = file;
    this.#descriptor = descriptor;
  }

  /** The open descriptor, to hand to a child's stdio. Node's own descriptors are closed on exec otherwise. */
  get descriptor(): number {
    if (this.#descriptor === null)
      throw new Problem('lock_released', `The lock ${this.#file} was released.`, 'This is a bug.', 1);
    return this.#descriptor;
  }

  /** Gives up our hold. The lock stays held while a child still has the descriptor. */
  release(): void {
    if (this.#descriptor === null) return;
    closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

/** @throws Problem `lock_unsupported` where no lock can be taken at all */
export function requireFlock(folder: string, env: Readonly<NodeJS.ProcessEnv>): void {
  if (findProgram('flock', folder, env) === null)
    throw new Problem(
      'lock_unsupported',
      'There is no `flock` on PATH, and no session is safe without its lock.',
      'Install util-linux, or add its folder to PATH.',
      1,
    );
}

/**
 * Takes the lock now, or returns null while another process or another part of this one holds it. Never waits for it.
 *
 * @throws Problem `too_many_processes` (75), `lock_unsupported`
 */
export async function tryLock(file: string): Promise<FileLock | null> {
  // The kernel's table first: most attempts at a held lock then start no process.
  if (isLocked(file)) return null;
  return takeLock(file, ['-n']);
}

/**
 * Takes the lock, waiting for it at most `timeoutMs` and until `cancelled` aborts. The wait is a process of its own, so
 * that a holder in this very process can go on and release it.
 *
 * @throws Problem `too_many_processes` (75), `lock_unsupported`
 */
export async function waitForLock(
  file: string,
  timeoutMs: number,
  cancelled?: AbortSignal,
): Promise<FileLock | null> {
  return takeLock(file, ['-w', String(timeoutMs / 1000)], cancelled);
}

async function takeLock(
  file: string,
  how: readonly string[],
  cancelled?: AbortSignal,
): Promise<FileLock | null> {
  for (let i = 0; i < TRIES; i++) {
    const descriptor = openLockFile(file);
    const end = await runFlock(descriptor, how, cancelled);
    if (cancelled?.aborted) {
      closeSync(descriptor);
      return null;
    }
    const lock = settle(file, descriptor, end);
    if (lock !== 'again') return lock;
  }
  throw new Problem(
    'lock_replaced',
    `The lock file ${file} is removed as fast as it is made, or \`flock\` is ended.`,
    'See what does that.',
    1,
  );
}

async function runFlock(
  descriptor: number,
  how: readonly string[],
  cancelled?: AbortSignal,
): Promise<FlockEnd> {
  let stop: (() => void) | undefined;
  try {
    const words = [...how, '-E', String(BUSY), '3'];
    const child = spawn('flock', words, { stdio: ['ignore', 'ignore', 'ignore', descriptor] });
    stop = () => void child.kill();
    if (cancelled?.aborted) stop();
    cancelled?.addEventListener('abort', stop, { once: true });
    const [status, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return { status, signal };
  } catch (error) {
    // Node throws some errors (ENOMEM) at once, and reports the others as an event.
    return { status: null, signal: null, error };
  } finally {
    if (stop) cancelled?.removeEventListener('abort', stop);
  }
}

function openLockFile(file: string): number {
  try {
    return openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
  } catch (error) {
    throw isShortage(error) ? tooMany(`The lock ${file} cannot be taken`, error) : error;
  }
}

/** How a `flock` ended. */
interface FlockEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error?: unknown;
}

function settle(
  file: string,
  descriptor: number,
  { status, signal, error }: FlockEnd,
): FileLock | null | 'again' {
  if (status === 0 && isSameFile(file, descriptor)) return new FileLock(file, descriptor);
  closeSync(descriptor);
  // Who presses Ctrl-C ends it beside us, and we may need the lock for an orderly end.
  if (status === 0 || (signal !== null && !error)) return 'again';
  if (status === BUSY) return null;
  if (isShortage(error)) throw tooMany(`The lock ${file} cannot be taken`, error);
  throw new Problem(
    'lock_unsupported',
    `The lock ${file} cannot be taken: ${error ? messageOf(error) : `flock exited with ${status}`}.`,
    'stint needs the `flock` command (util-linux) and a local file system.',
    1,
  );
}

/** Somebody may have removed the file between our open and our lock; a lock on a removed file protects nothing. */
function isSameFile(file: string, descriptor: number): boolean {
  const atPath = statSync(file, { throwIfNoEntry: false });
  const held = fstatSync(descriptor);
  return atPath !== undefined && atPath.ino === held.ino && atPath.dev === held.dev;
}
