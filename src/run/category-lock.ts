import { ftruncateSync, mkdirSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { tryLock, type FileLock } from '../lib/file-lock.ts';
import { isSessionId, type SessionId } from '../domain/ids.ts';

/** Who holds a category, as it wrote into the lock file itself. */
export interface LockHolder {
  readonly sessionId: SessionId;
  readonly pid: number;
  /** ISO 8601 UTC. */
  readonly since: string;
}

/** Takes a category's lock now, or says who has it (null when the holder has not said). Never waits. */
export function takeCategoryLock(
  file: string,
  holder: LockHolder,
): { lock: FileLock } | { busy: LockHolder | null } {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const lock = tryLock(file);
  if (!lock) return { busy: readHolder(file) };
  ftruncateSync(lock.descriptor, 0);
  writeSync(lock.descriptor, `${JSON.stringify(holder)}\n`, 0);
  return { lock };
}

/** What the lock file says; it stays there when the lock is free again. */
function readHolder(file: string): LockHolder | null {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as Partial<LockHolder>;
    if (typeof value.sessionId !== 'string' || !isSessionId(value.sessionId)) return null;
    return { sessionId: value.sessionId, pid: Number(value.pid), since: String(value.since) };
  } catch {
    return null;
  }
}
