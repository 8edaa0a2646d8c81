import type { Plan } from '../../domain/plan.ts';
import type { Concluded, SessionRecord } from '../../domain/record.ts';
import { readExitCode } from '../../run/start-agent.ts';
import { insertLockEvent } from '../../store/lock-events.ts';
import { giveUpProbes } from '../custody/admit-session.ts';
import { beginSession, type StartOptions } from './begin-session.ts';
import { refOf } from '../custody/held-session.ts';
import { concludeSession } from './ending/conclude-session.ts';
import type { Project } from '../project/project.ts';
import { Outbox } from '../sinks/outbox.ts';
import { endOverdue } from './end-overdue.ts';
import { superviseSession, type SuperviseOptions } from './supervise-session.ts';

export interface SessionOptions extends SuperviseOptions, Omit<StartOptions, 'onSettled'> {}

/**
 * One session's whole path: run → supervise → judge → record.
 *
 * @throws Problem when it cannot start; what goes wrong later is in the record
 */
export async function runSession(
  project: Project,
  plan: Plan,
  options: SessionOptions,
): Promise<SessionRecord> {
  await endOverdue(project, options);
  const outbox = new Outbox(project);
  // What an earlier process left is delivered beside the session, and keeps it from nothing.
  outbox.drain(options.cancelled);
  try {
    const concluded = await runHeld(project, plan, options, outbox);
    outbox.deliver(concluded);
    return concluded.record;
  } finally {
    await outbox.finish();
  }
}

/** All of it that happens while the category's lock is held. */
async function runHeld(
  project: Project,
  plan: Plan,
  options: SessionOptions,
  outbox: Outbox,
): Promise<Concluded> {
  const session = await beginSession(project, plan, {
    ...options,
    onSettled: (concluded) => outbox.deliver(concluded),
  });
  try {
    const ended = await superviseSession(project, session, options);
    project.events.emit({ name: 'session.ended', session: refOf(session), check: plan.check });
    const now = project.clock.now().toISOString();
    // The wall clock may have been set back meanwhile: no session ends before it started.
    const endedAt = now > session.startedAt ? now : session.startedAt;
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
      await giveUpProbes(project, plan, session.id);
    } finally {
      // In this order: whoever gets the category's lock must not find a supervisor that is about to go.
      session.supervisorLock.release();
      session.categoryLock?.release();
    }
  }
}
