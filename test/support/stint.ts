import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { SessionRecord } from '../../src/domain/record.ts';
import { readJson } from './read-json.ts';
import type { ScratchProject } from './scratch.ts';

export { waitUntil } from './wait-until.ts';

/** The program as it is published (test/support/build.ts), or the sources where a test is run by itself. */
export const STINT = path.join(
  process.env['STINT_BUILT'] ?? path.resolve(import.meta.dirname, '../..'),
  'bin/stint',
);

export interface StintResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartedStint {
  readonly child: ChildProcess;
  readonly done: Promise<StintResult>;
}

/** Starts `stint` as a user would, in a project's folder. */
export function startStint(project: Pick<ScratchProject, 'folder' | 'env'>, ...args: string[]): StartedStint {
  const child = spawn(STINT, args, {
    cwd: project.folder,
    env: project.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const done = new Promise<StintResult>((resolve) =>
    child.once('close', (code) => resolve({ code, stdout, stderr })),
  );
  return { child, done };
}

export function stint(
  project: Pick<ScratchProject, 'folder' | 'env'>,
  ...args: string[]
): Promise<StintResult> {
  return startStint(project, ...args).done;
}

/** Runs `stint … --json` and reads what it printed. */
export async function stintJson<T = unknown>(
  project: Pick<ScratchProject, 'folder' | 'env'>,
  ...args: string[]
): Promise<T> {
  return readJson(args, await stint(project, ...args, '--json')) as T;
}

export function runSession(project: ScratchProject, category: string): Promise<SessionRecord> {
  return stintJson<SessionRecord>(project, 'run', category);
}
