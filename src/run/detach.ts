import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { Problem } from '../lib/problem.ts';
import { STINT_PROGRAM, type ReleasedCall, type ReleasedProcess } from './released-process.ts';

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
      `No process could be started: ${error instanceof Error ? error.message : String(error)}.`,
      'See what the machine is short of.',
      1,
    );
  } finally {
    closeSync(log);
  }
}
