import type { Plan } from '../domain/plan.ts';
import type { SessionRecord } from '../domain/record.ts';
import { readExitCode } from '../run/start-agent.ts';
import { insertLockEvent } from '../store/lock-events.ts';
import { beginSession, type StartOptions } from './begin-session.ts';
import { concludeSession } from './conclude-session.ts';
import type { Project } from './project.ts';
import { superviseSession, type SuperviseOptions } from './supervise-session.ts';

/**
 * One session's whole path: run → supervise → judge → record.
 *
 * @throws Problem when it cannot start; what goes wrong later is in the record
 */
export async function runSession(
  project: Project,
  plan: Plan,
  options: SuperviseOptions & StartOptions,
): Promise<SessionRecord> {
  const session = await beginSession(project, plan, options);
  try {
    const ended = await superviseSession(project, session, options);
    const endedAt = project.clock.now().toISOString();
    const exitCode = readExitCode(session.files) ?? (await session.agent?.exited) ?? null;
    return await concludeSession(project, {
      ...session,
      ended,
      endedAt,
      exitCode,
      cancelled: options.cancelled,
    });
  } finally {
    // Noted while it is still held, so that the notes of two holders never overlap; given up whatever happens.
    try {
      const at = project.clock.now().toISOString();
      await insertLockEvent(project.store, {
        at,
        lock: plan.category,
        sessionId: session.id,
        kind: 'released',
      });
    } finally {
      // In this order: whoever gets the category's lock must not find a supervisor that is about to go.
      session.supervisorLock.release();
      session.categoryLock?.release();
    }
  }
}
