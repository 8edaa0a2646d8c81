import type { Plan } from '../../domain/plan.ts';
import type { Concluded, SessionRecord } from '../../domain/record.ts';
import { lastingOf } from '../../domain/session-time.ts';
import { messageOf } from '../../lib/problem.ts';
import { readExitCode } from '../../run/start-agent.ts';
import { insertLockEvent } from '../../store/lock-events.ts';
import { setRunning } from '../../store/sessions.ts';
import { giveUpProbes } from '../custody/admit-session.ts';
import { beginSession, type StartOptions } from './begin-session.ts';
import { momentOf, refOf, startOf, type StartedSession } from '../custody/session-life.ts';
import { concludeSession } from './conclude-session.ts';
import { tellTrouble } from '../project/event-stream.ts';
import { withPatience, type Project } from '../project/project.ts';
import { Outbox } from '../sinks/outbox.ts';
import { endOverdue } from './stop-session.ts';
import { superviseSession } from './supervise-session.ts';

export type SessionOptions = Omit<StartOptions, 'outbox'>;

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
  await endOverdue(project, options.cancelled);
  const outbox = new Outbox(project);
  // Records of earlier processes are delivered beside the session, which does not wait for them.
  outbox.drain(options.cancelled);
  try {
    const concluded = await runHeld(project, plan, { ...options, outbox });
    outbox.deliver(concluded);
    return concluded.record;
  } finally {
    await outbox.finish();
  }
}

/** All of it that happens while the category's lock is held. */
async function runHeld(project: Project, plan: Plan, options: StartOptions): Promise<Concluded> {
  const session = await beginSession(project, plan, options);
  const patient = withPatience(project);
  try {
    const isNoted = noteRunning(patient, session);
    const ended = await superviseSession(patient, session, options.cancelled);
    project.events.emit({ name: 'session.ended', session: refOf(session), check: plan.check });
    const end = momentOf(project.clock);
    const exitCode = readExitCode(session.files) ?? (await session.agent?.exited) ?? null;
    await isNoted;
    return await concludeSession(patient, {
      ...session,
      ended,
      ...lastingOf(startOf(session), end),
      seenEndAt: end.at,
      exitCode,
      cancelled: options.cancelled,
    });
  } finally {
    await release(patient, session);
  }
}

/** Stores that the agent runs. Supervision does not wait for it, and its failure decides nothing. */
async function noteRunning(project: Project, { id, agent, warnings }: StartedSession): Promise<void> {
  if (!agent) return;
  try {
    await setRunning(project.store, id);
  } catch (error) {
    warnings.push(`the start of its agent could not be stored: ${messageOf(error)}`);
  }
}

/** Gives up all that a session holds, whatever happens. A failure here does not lose the record that was written. */
async function release(project: Project, session: StartedSession): Promise<void> {
  const { id, plan } = session;
  // Stored while the lock is still held, so that the intervals of two holders never overlap.
  try {
    // By the session's own time: a clock that was set must not end what began later.
    const { endedAt: at } = lastingOf(startOf(session), momentOf(project.clock));
    await insertLockEvent(project.store, { at, lock: plan.category, sessionId: id, kind: 'released' });
    await giveUpProbes(project, plan, id);
  } catch (error) {
    tellTrouble(project, `the end of session ${id} could not be stored: ${messageOf(error)}`);
  } finally {
    // The supervisor's lock goes first: the next holder of the category's lock must find no supervisor here.
    session.supervisorLock.release();
    session.categoryLock?.release();
  }
}
