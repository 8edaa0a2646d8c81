import { ftruncateSync, writeSync } from 'node:fs';
import path from 'node:path';
import { isSessionId, type SessionId } from '../domain/ids.ts';
import { tryLock, waitForLock, type FileLock } from '../lib/file-lock.ts';
import { makeFolder } from '../lib/make-folder.ts';
import { readRegular } from '../lib/regular-file.ts';
import { identifySelf, type ProcessIdentity } from '../lib/send-signal.ts';

/** Who took a category, as it wrote into the lock file itself. */
export interface LockHolder {
  readonly sessionId: SessionId;
  /** The process that took it; a shim may hold the lock on when it is gone. */
  readonly taker: ProcessIdentity;
  /** ISO 8601 UTC. */
  readonly since: string;
  /** Whether it only brings a session on record that nobody looked after any more: then it soon lets go. */
  readonly isSettling: boolean;
}

/**
 * Takes a category's lock for a session, or says who took it last.
 *
 * What a lock file says stays there when the lock is free again, and other programs may hold it without a word: whether
 * `busy` still holds it is for the caller to find out.
 *
 * @param wait how long it may wait, at most until `cancelled` aborts; without it, it never waits
 */
export async function takeCategoryLock(
  file: string,
  taker: Omit<LockHolder, 'taker'>,
  wait?: { readonly limitMs: number; readonly cancelled: AbortSignal },
): Promise<{ lock: FileLock } | { busy: LockHolder | null }> {
  makeFolder(path.dirname(file));
  const lock = wait ? await waitForLock(file, wait.limitMs, wait.cancelled) : await tryLock(file);
  if (!lock) return { busy: readHolder(file) };
  const holder: LockHolder = { ...taker, taker: identifySelf() };
  ftruncateSync(lock.descriptor, 0);
  writeSync(lock.descriptor, `${JSON.stringify(holder)}\n`, 0);
  return { lock };
}

/** What a taker writes is far smaller. */
const LARGEST_NOTE = 4096;

/** What the lock file says of who took it last. An agent may have put anything in its place. */
export function readHolder(file: string): LockHolder | null {
  try {
    const { sessionId, taker, since, isSettling } = JSON.parse(
      readRegular(file, LARGEST_NOTE) ?? '',
    ) as Partial<LockHolder>;
    if (typeof sessionId !== 'string' || !isSessionId(sessionId) || typeof since !== 'string') return null;
    return typeof taker?.pid === 'number'
      ? { sessionId, taker, since, isSettling: isSettling === true }
      : null;
  } catch {
    return null; // Empty, or written by somebody else.
  }
}
