import { ftruncateSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { isSessionId, type SessionId } from '../domain/ids.ts';
import { tryLock, type FileLock } from '../lib/file-lock.ts';
import { makeFolder } from '../lib/make-folder.ts';
import { identifySelf, type ProcessIdentity } from '../lib/send-signal.ts';

/** Who took a category, as it wrote into the lock file itself. */
export interface LockHolder {
  readonly sessionId: SessionId;
  /** The process that took it; a shim may hold the lock on when it is gone. */
  readonly taker: ProcessIdentity;
  /** ISO 8601 UTC. */
  readonly since: string;
}

/**
 * Takes a category's lock for a session now, or says who took it last. Never waits.
 *
 * What a lock file says stays there when the lock is free again, and other programs may hold it without a word: whether
 * `busy` still holds it is for the caller to find out.
 */
export function takeCategoryLock(
  file: string,
  sessionId: SessionId,
  since: string,
): { lock: FileLock } | { busy: LockHolder | null } {
  makeFolder(path.dirname(file));
  const lock = tryLock(file);
  if (!lock) return { busy: readHolder(file) };
  const holder: LockHolder = { sessionId, taker: identifySelf(), since };
  ftruncateSync(lock.descriptor, 0);
  writeSync(lock.descriptor, `${JSON.stringify(holder)}\n`, 0);
  return { lock };
}

function readHolder(file: string): LockHolder | null {
  try {
    const { sessionId, taker, since } = JSON.parse(readFileSync(file, 'utf8')) as Partial<LockHolder>;
    if (typeof sessionId !== 'string' || !isSessionId(sessionId) || typeof since !== 'string') return null;
    return typeof taker?.pid === 'number' ? { sessionId, taker, since } : null;
  } catch {
    return null; // Empty, or written by somebody else.
  }
}
