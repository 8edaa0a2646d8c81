import { ftruncateSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { isSessionId, type SessionId } from '../domain/ids.ts';
import { tryLock, waitForLock, type FileLock } from '../lib/file-lock.ts';
import { makeFolder } from '../lib/make-folder.ts';
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

/** Who is about to take a category, and for what. */
export type LockTaker = Omit<LockHolder, 'taker'>;

/**
 * Takes a category's lock for a session now, or says who took it last. Never waits.
 *
 * What a lock file says stays there when the lock is free again, and other programs may hold it without a word: whether
 * `busy` still holds it is for the caller to find out.
 */
export async function takeCategoryLock(
  file: string,
  taker: LockTaker,
): Promise<{ lock: FileLock } | { busy: LockHolder | null }> {
  makeFolder(path.dirname(file));
  const lock = await tryLock(file);
  if (!lock) return { busy: readHolder(file) };
  noteHolder(lock, taker);
  return { lock };
}

/** The same, waiting for it. @returns null where it is not free within `limitMs`, or until `cancelled` aborts */
export async function waitForCategoryLock(
  file: string,
  taker: LockTaker,
  limitMs: number,
  cancelled: AbortSignal,
): Promise<FileLock | null> {
  const lock = await waitForLock(file, limitMs, cancelled);
  if (lock) noteHolder(lock, taker);
  return lock;
}

function noteHolder({ descriptor }: FileLock, taker: LockTaker): void {
  const holder: LockHolder = { ...taker, taker: identifySelf() };
  ftruncateSync(descriptor, 0);
  writeSync(descriptor, `${JSON.stringify(holder)}\n`, 0);
}

/** What the lock file says of who took it last. */
export function readHolder(file: string): LockHolder | null {
  try {
    const { sessionId, taker, since, isSettling } = JSON.parse(
      readFileSync(file, 'utf8'),
    ) as Partial<LockHolder>;
    if (typeof sessionId !== 'string' || !isSessionId(sessionId) || typeof since !== 'string') return null;
    return typeof taker?.pid === 'number'
      ? { sessionId, taker, since, isSettling: isSettling === true }
      : null;
  } catch {
    return null; // Empty, or written by somebody else.
  }
}
