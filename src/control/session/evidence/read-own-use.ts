import { homedir } from 'node:os';
import type { TranscriptSession } from '../../../domain/transcript-session.ts';
import type { SessionId } from '../../../domain/ids.ts';
import { ownUse, type EarlierUse, type OwnUse } from '../../../domain/own-use.ts';
import type { Plan } from '../../../domain/plan.ts';
import { findTranscript } from '../../../harness/transcript-places.ts';
import { readSessions } from '../../../harness/read-sessions.ts';
import { readTranscript } from '../../../harness/read-transcript.ts';
import { findRecord } from '../../../store/records.ts';
import { findSession } from '../../../store/sessions.ts';
import type { EndedSession } from '../../custody/session-life.ts';
import type { Project } from '../../project/project.ts';

/** All that a session said, with what it used itself: a conversation that was gone on with tells of all of it. */
export async function readOwnUse(project: Project, session: EndedSession): Promise<OwnUse> {
  const transcript = readTranscript(session.files.stdout, session.harness, new Date(session.endedAt));
  const wholeThread = session.harness.wholeThread ?? [];
  if (wholeThread.length === 0)
    return { transcript, costUsd: transcript.ended?.costUsd ?? null, warnings: [] };
  return ownUse(transcript, {
    wholeThread,
    earlier: await listEarlier(project, session.plan),
    file: transcript.thread === null ? null : readOwnFile(project, session, transcript.thread),
  });
}

/** The CLI's own file, from when the session began; null where there is none or it says nothing of it. */
function readOwnFile(project: Project, session: EndedSession, thread: string): TranscriptSession | null {
  const { type } = session.plan.harnessSettings;
  if (type === 'wrap' || type === 'command') return null;
  const file = findTranscript(type, thread, project.env, project.env['HOME'] ?? homedir());
  if (file === null) return null;
  const { sessions } = readSessions(file, session.startedAt);
  return sessions.find((found) => found.thread === thread && found.kind !== 'subagent') ?? null;
}

/** The sessions that this one goes on from, newest first. */
async function listEarlier(project: Project, plan: Plan): Promise<EarlierUse[]> {
  const earlier: EarlierUse[] = [];
  const seen = new Set<SessionId>();
  for (let id = plan.resume?.sessionId; id !== undefined && !seen.has(id);) {
    seen.add(id);
    const record = (await findRecord(project.store, id))?.record;
    if (record) earlier.push({ id, usage: record.usage, costUsd: record.costUsd });
    id = (await findSession(project.store, id))?.plan.resume?.sessionId;
  }
  return earlier;
}
