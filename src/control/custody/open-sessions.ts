import { z } from 'zod';
import type { SessionId } from '../../domain/ids.ts';
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
