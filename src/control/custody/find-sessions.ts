import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { CategoryName, SessionId } from '../../domain/ids.ts';
import { categoryLockFile, sessionFiles, type SessionFiles } from '../../domain/layout.ts';
import type { SessionRow, Workspace } from '../../domain/session.ts';
import { tryLock } from '../../lib/file-lock.ts';
import { realPath } from '../../lib/file-system.ts';
import { isLocked } from '../../lib/lock-table.ts';
import { Problem } from '../../lib/problem.ts';
import { readRegular } from '../../lib/regular-file.ts';
import { isSameProcessAlive } from '../../lib/send-signal.ts';
import { readIdentity } from '../../run/start-agent.ts';
import { findIds, listOpen, listUnsettled } from '../../store/sessions.ts';
import type { Project } from '../project/project.ts';
import { findStopped, type StoppedProcess } from './find-stopped.ts';

const hintSchema = z.object({
  at: z.string(),
  state: z.string(),
  waitingOn: z.string(),
  sinceMs: z.number(),
  /** All that were reported so far. */
  tokens: z.number(),
  /** Since when its agent or its shim is stopped, and from when that time counts; null: it counts now. */
  stopped: z.object({ since: z.string(), countsFrom: z.string().nullable() }).optional(),
});

/** What a supervisor last said about its session. */
export type LiveHint = Readonly<z.infer<typeof hintSchema>>;

const LARGEST_HINT = 64 << 10;

export interface OpenSession extends SessionRow {
  readonly live: LiveHint | null;
  /** `supervised` by a living process; `unsupervised` while only its agent lives; `orphaned`: the next start records it. */
  readonly care: 'supervised' | 'unsupervised' | 'orphaned';
  /** Its processes that are stopped now; empty where the session may go on. */
  readonly stopped: readonly StoppedProcess[];
}

/** Sessions without a record, newest first, and who looks after them. */
export async function listOpenSessions(project: Project): Promise<OpenSession[]> {
  const rows = await listOpen(project.store);
  return rows.map((row) => {
    const files = sessionFiles(project.layout, row.id);
    const isSupervised = isLocked(files.supervisorLock);
    const isAgentAlive = isLocked(categoryLockFile(project.layout, row.category));
    return {
      ...row,
      live: readHint(files.live),
      stopped: isSupervised || isAgentAlive ? findStopped(project, row) : [],
      care: isSupervised ? 'supervised' : isAgentAlive ? 'unsupervised' : 'orphaned',
    };
  });
}

export async function describeOpenSession(project: Project, id: SessionId): Promise<OpenSession> {
  const open = (await listOpenSessions(project)).find((session) => session.id === id);
  if (!open)
    throw new Problem(
      'unknown_session',
      `Session ${id} is neither recorded nor open.`,
      'Try again: it may just have ended.',
      1,
    );
  return open;
}

export function readHint(file: string): LiveHint | null {
  try {
    return hintSchema.parse(JSON.parse(readRegular(file, LARGEST_HINT) ?? ''));
  } catch {
    return null; // Not written yet, or being written now.
  }
}

/** Whether a living supervisor or a living agent still holds a session. */
export function isHeld(
  { layout }: Pick<Project, 'layout'>,
  { id, category }: Pick<SessionRow, 'id' | 'category'>,
): boolean {
  return isLocked(sessionFiles(layout, id).supervisorLock) || isLocked(categoryLockFile(layout, category));
}

/** Sessions that are held, by category. */
export async function findRunning(project: Project): Promise<Map<CategoryName, string>> {
  const running = new Map<CategoryName, string>();
  for (const session of await listOpen(project.store)) {
    if (isHeld(project, session)) running.set(session.category, session.id);
  }
  return running;
}

/** Every stream names its conversation in one of its first lines. */
const HEAD = 1 << 16;

/** Whether a conversation is one of the sessions that stint runs here and has not recorded yet. Their streams are read once. */
export function openThreads({ store, layout }: Project): (thread: string) => Promise<boolean> {
  let heads: readonly string[] | null = null;
  return async (thread) => {
    heads ??= (await listOpen(store)).map(({ id }) => readHead(sessionFiles(layout, id).stdout));
    return heads.some((head) => head.includes(thread));
  };
}

function readHead(file: string): string {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(file, 'r');
    const bytes = Buffer.alloc(HEAD);
    return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, HEAD, 0));
  } catch {
    return ''; // It has said nothing yet.
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

/**
 * The session whose id starts with `prefix`.
 *
 * @throws Problem `unknown_session` or `ambiguous_session`
 */
export async function requireSession({ store }: Pick<Project, 'store'>, prefix: string): Promise<SessionId> {
  const wanted = prefix.toLowerCase();
  const ids = /^[a-z][0-9a-z]{0,9}$/.test(wanted) ? await findIds(store, wanted, 6) : [];
  const [id, ...others] = ids;
  if (id === undefined) {
    throw new Problem(
      'unknown_session',
      `No session's id starts with "${prefix.slice(0, 40)}".`,
      'See `stint sessions`.',
    );
  }
  if (others.length > 0 && id !== wanted) {
    throw new Problem(
      'ambiguous_session',
      `"${prefix}" could be ${[id, ...others].join(', ')}.`,
      'Give more of the id.',
    );
  }
  return id;
}

/**
 * A session that works in a checkout now, or null.
 *
 * One that has no workspace yet does not count: it takes the lock of pulls before it gets one.
 */
export async function findSessionIn(project: Project, checkout: string): Promise<SessionId | null> {
  for (const { id, workspace } of await listUnsettled(project.store))
    if (workspace && standsIn(workspace, checkout) && (await isAlive(sessionFiles(project.layout, id))))
      return id;
  return null;
}

function standsIn({ isolation, folder }: Workspace, checkout: string): boolean {
  const way = path.relative(realPath(checkout), realPath(folder));
  if (way === '') return true;
  // A worktree has files of its own, even where it lies inside of another checkout.
  return isolation === 'shared' && way !== '..' && !way.startsWith('../');
}

/**
 * Whether a session is supervised, or its agent lives. Edits are at stake: where the kernel's table of locks shows
 * nothing (some file systems number their files otherwise there), the lock itself is asked.
 */
async function isAlive(files: SessionFiles): Promise<boolean> {
  const shim = readIdentity(files);
  if (shim && isSameProcessAlive(shim)) return true;
  if (isLocked(files.supervisorLock)) return true;
  if (!existsSync(files.supervisorLock)) return false;
  using lock = await tryLock(files.supervisorLock);
  return lock === null;
}
