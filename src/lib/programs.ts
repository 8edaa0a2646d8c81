import { execFile, type ChildProcess } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { systemClock, type Clock } from './clock.ts';
import { readBootId, readProcesses, withDescendants } from './process-table.ts';
import { sendSignal } from './send-signal.ts';

/** The program's absolute path, by the rules of a shell; null when there is none. */
export function findProgram(
  program: string,
  folder: string,
  env: Readonly<NodeJS.ProcessEnv>,
): string | null {
  const candidates = program.includes('/')
    ? [path.resolve(folder, program)]
    : (env['PATH'] ?? '').split(':').map((dir) => path.resolve(dir || '.', program));
  return candidates.find(isExecutableFile) ?? null;
}

function isExecutableFile(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

const LIMIT_MS = 10_000;

/** The first number with dots that `program --version` prints; null when it says none in ten seconds. */
export async function programVersion(
  program: string,
  clock: Pick<Clock, 'sleep'> = systemClock,
): Promise<string | null> {
  const done = new AbortController();
  let child: ChildProcess | undefined;
  const said = new Promise<string>((resolve) => {
    child = execFile(program, ['--version'], (_error, stdout, stderr) => resolve(`${stdout}\n${stderr}`));
    child.stdin?.on('error', () => undefined).end();
  });
  const text = await Promise.race([said, clock.sleep(LIMIT_MS, done.signal)]);
  done.abort();
  if (typeof text !== 'string' && child) giveUp(child);
  return /\d+(?:\.\d+)+\S*/.exec(text ?? '')?.[0] ?? null;
}

/** Ends it with what it started, and stops reading: whoever got away may hold its pipes for as long as it likes. */
function giveUp(child: ChildProcess): void {
  if (process.platform === 'linux') {
    const bootId = readBootId();
    for (const info of withDescendants(readProcesses(), new Set(child.pid === undefined ? [] : [child.pid])))
      sendSignal({ ...info, bootId }, 'SIGKILL');
  }
  child.kill('SIGKILL');
  child.stdout?.destroy();
  child.stderr?.destroy();
}
