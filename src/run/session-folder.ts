import { accessSync, constants, existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { SessionFiles } from '../domain/layout.ts';
import { type FileLock, tryLock } from '../lib/file-lock.ts';
import { networkFileSystem } from '../lib/file-system.ts';
import { makeFolder, removeEmpty } from '../lib/make-folder.ts';
import { messageOf, Problem, systemErrorCode } from '../lib/problem.ts';
import { formatSize } from '../lib/quantities.ts';

/** Less than this and the first transcript would fill the disk. */
export const LEAST_FREE = 16e6;

/** Makes the state's own folders. @throws Problem when the place cannot be written or is full; then none is left */
export function prepareStateFolder(folders: readonly string[]): void {
  const made: string[] = [];
  try {
    for (const folder of folders) made.push(...tryFolder(folder));
    requireRoom(folders[0] ?? '.');
  } catch (error) {
    removeEmpty(made);
    throw error;
  }
}

function tryFolder(folder: string): readonly string[] {
  try {
    return makeFolder(folder);
  } catch (error) {
    throw cannotWrite(folder, rootCause(folder, error));
  }
}

/** @throws Problem where a state cannot lie */
function requireRoom(state: string): void {
  const network = networkFileSystem(state);
  if (network) {
    throw new Problem(
      'network_file_system',
      `${state} lies on ${network}, where locks are not safe.`,
      'Set stateDir or STINT_STATE_DIR to a local folder.',
    );
  }
  const { bavail, bsize } = statfsSync(state);
  if (bavail * bsize >= LEAST_FREE) return;
  const free = formatSize(bavail * bsize);
  throw diskFull(`${state} has ${free} left, and a session needs ${formatSize(LEAST_FREE)}.`);
}

/**
 * Makes the folder of one session with its prompt, and takes the supervisor's lock: from here on, whoever finds the
 * session without a record and the lock free knows that its supervisor is gone.
 */
export async function createSessionFolder(
  files: SessionFiles,
  prompt: string,
  token: string,
): Promise<FileLock> {
  try {
    mkdirSync(files.folder, { mode: 0o700 });
    writeFileSync(files.prompt, prompt, { mode: 0o600 });
    writeFileSync(files.token, token, { mode: 0o600 });
    const lock = await tryLock(files.supervisorLock);
    if (!lock)
      throw new Problem('session_taken', `${files.folder} is held by another process.`, 'This is a bug.', 1);
    return lock;
  } catch (error) {
    rmSync(files.folder, { recursive: true, force: true });
    throw error instanceof Problem ? error : cannotWrite(files.folder, error);
  }
}

/** Why a folder could not be made: Node says ENOENT of a read-only place, and the place itself says EROFS. */
function rootCause(folder: string, error: unknown): unknown {
  if (systemErrorCode(error) !== 'ENOENT') return error;
  let parent = path.dirname(folder);
  while (!existsSync(parent) && parent !== path.dirname(parent)) parent = path.dirname(parent);
  try {
    accessSync(parent, constants.W_OK);
    return error;
  } catch (cause) {
    return cause;
  }
}

function cannotWrite(folder: string, error: unknown): Problem {
  const code = systemErrorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return diskFull(`${folder} cannot be written: no space is left.`);
  return new Problem(
    'state_unwritable',
    `${folder} cannot be written: ${REASONS[code ?? ''] ?? messageOf(error)}.`,
    'See the permissions of its parent, or set STINT_STATE_DIR.',
    1,
  );
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'it is read-only',
  EEXIST: 'a file stands where a folder should be',
  ENOTDIR: 'a file stands where a folder should be',
  ENOENT: 'no folder can be made there',
};

function diskFull(sentence: string): Problem {
  return new Problem('disk_full', sentence, 'Free space there, or set STINT_STATE_DIR.', 1);
}
