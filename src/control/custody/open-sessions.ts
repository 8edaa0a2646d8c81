import { closeSync, openSync, readSync } from 'node:fs';
import { z } from 'zod';
import type { CategoryName, SessionId } from '../../domain/ids.ts';
import { categoryLockFile, sessionFiles } from '../../domain/layout.ts';
import type { SessionRow } from '../../domain/session.ts';
import { isLocked } from '../../lib/lock-table.ts';
import { Problem } from '../../lib/problem.ts';
import { readRegular } from '../../lib/regular-file.ts';
import { listOpen } from '../../store/sessions.ts';
import type { Project } from '../project/project.ts';

/** What a supervisor last said about its session. */
export interface LiveHint {
  readonly at: string;
  readonly state: string;
  readonly waitingOn: string;
  readonly sinceMs: number;
  /** All that were reported so far. */
  readonly tokens: number;
}

const hintSchema = z.object({
  at: z.string(),
  state: z.string(),
  waitingOn: z.string(),
  sinceMs: z.number(),
  tokens: z.number(),
}) satisfies z.ZodType<LiveHint>;

const LARGEST_HINT = 64 << 10;

export interface OpenSession extends SessionRow {
  readonly live: LiveHint | null;
  /** `supervised` by a living process; `unsupervised` while only its agent lives; `orphaned`: the next start records it. */
  readonly care: 'supervised' | 'unsupervised' | 'orphaned';
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

/** The conversations of sessions that stint runs here and has not recorded yet. */
export class OpenThreads {
  readonly #project: Project;
  #heads: readonly string[] | null = null;

  constructor(project: Project) {
    this.#project = project;
  }

  async has(thread: string): Promise<boolean> {
    this.#heads ??= (await listOpen(this.#project.store)).map(({ id }) =>
      readHead(sessionFiles(this.#project.layout, id).stdout),
    );
    return this.#heads.some((head) => head.includes(thread));
  }
}

function readHead(file: string): string {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(HEAD);
      return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, HEAD, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return ''; // It has said nothing yet.
  }
}
