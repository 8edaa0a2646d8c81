import { mkdirSync, statSync } from 'node:fs';
import type { CategoryName } from '../domain/ids.ts';
import { sessionFiles, type SessionFiles } from '../domain/layout.ts';
import type { SessionRecord } from '../domain/record.ts';
import { createHarness } from '../harness/create-harness.ts';
import { commandHarness } from '../harness/command.ts';
import type { Harness } from '../harness/harness.ts';
import { tryLock } from '../lib/file-lock.ts';
import { endTree } from '../run/end-tree.ts';
import { SessionTree } from '../run/session-tree.ts';
import { readExitCode, readIdentity } from '../run/start-agent.ts';
import { insertLockEvent } from '../store/lock-events.ts';
import { findRecord } from '../store/records.ts';
import { listUnsettled, type StoredSession } from '../store/sessions.ts';
import { concludeSession } from './conclude-session.ts';
import type { Project } from './project.ts';

/**
 * Records the sessions that nobody supervises any more and whose agent is gone: a supervisor was killed, or the machine
 * went down. Called by every verb that starts something, after it has the lock of `held`.
 *
 * A session whose agent still lives is left to live: it holds its category's lock until it ends.
 */
export async function settleOrphans(project: Project, held: CategoryName | null): Promise<SessionRecord[]> {
  const settled: SessionRecord[] = [];
  for (const session of await listUnsettled(project.store)) {
    const record = await settleOne(project, session, session.category === held);
    if (record) settled.push(record);
  }
  return settled;
}

async function settleOne(
  project: Project,
  session: StoredSession,
  isLockHeld: boolean,
): Promise<SessionRecord | null> {
  const files = sessionFiles(project.layout, session.id);
  // The folder may be gone; the promise in the store still has to be kept.
  mkdirSync(files.folder, { recursive: true, mode: 0o700 });
  using supervisorLock = tryLock(files.supervisorLock);
  if (!supervisorLock) return null;
  // It may have been recorded between our list and our lock.
  if (await findRecord(project.store, session.id)) return null;
  const shim = readIdentity(files);
  const tree = new SessionTree(session.id, shim, project.looks);
  // With its category's lock in our hands no shim can be alive; without it, one that lives is left alone.
  if (!isLockHeld && tree.isShimAlive()) return null;
  const ended = await endTree(tree, shim, session.plan.supervise.graceMs, project.clock);
  const endedAt = endOf(files) ?? project.clock.now().toISOString();
  const record = await concludeSession(project, {
    ...session,
    harness: harnessOf(project, session),
    endedAt: endedAt > session.startedAt ? endedAt : session.startedAt,
    files,
    exitCode: readExitCode(files),
    trouble: null,
    warnings: ['its supervisor was gone; it was recorded afterwards'],
    ended,
  });
  await insertLockEvent(project.store, {
    at: record.endedAt,
    lock: session.category,
    sessionId: session.id,
    kind: 'released',
    detail: 'settled',
  });
  return record;
}

/** When the shim wrote the exit code: its file's time says when a session ended that nobody watched. */
function endOf(files: SessionFiles): string | null {
  return statSync(files.exit, { throwIfNoEntry: false })?.mtime.toISOString() ?? null;
}

/** The harness as configured now; where it was removed meanwhile, its output is read as plain text. */
function harnessOf(project: Project, session: StoredSession): Harness {
  const configured = project.settings().harnesses.get(session.plan.harness);
  return configured ? createHarness(configured.settings) : commandHarness(['true'], 'text');
}
