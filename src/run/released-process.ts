import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { ownFile } from '../lib/own-files.ts';
import { messageOf, Problem } from '../lib/problem.ts';

/** The program that this process runs: sessions call it back, and a fan-out starts it anew. */
export const STINT_PROGRAM = ownFile('bin/stint');

/** A call of stint that goes on by itself, whatever becomes of whoever started it. */
export interface ReleasedCall {
  /** The words after `stint`. */
  readonly words: readonly string[];
  readonly folder: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Gets everything that it prints. */
  readonly logFile: string;
}

/** The process of such a call, as far as the one that let it go can know. */
export interface ReleasedProcess {
  readonly pid: number | null;
  /** The systemd unit that it is the main process of. */
  readonly unit: string | null;
  readonly isGone: () => Promise<boolean>;
}

/**
 * Starts stint in a session of its own, without standard input: it outlives this process and the terminal.
 *
 * @throws Problem `start_failed`
 */
export async function detach(call: ReleasedCall): Promise<ReleasedProcess> {
  const log = openSync(call.logFile, 'a', 0o600);
  try {
    const child = spawn(STINT_PROGRAM, call.words, {
      cwd: call.folder,
      env: call.env,
      detached: true,
      stdio: ['ignore', log, log],
    });
    let isGone = false;
    child.once('exit', () => (isGone = true));
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    return { pid: child.pid ?? null, unit: null, isGone: () => Promise.resolve(isGone) };
  } catch (error) {
    throw new Problem(
      'start_failed',
      `No process could be started: ${messageOf(error)}.`,
      'See what the machine is short of.',
      1,
    );
  } finally {
    closeSync(log);
  }
}
