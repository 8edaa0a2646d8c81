import { homedir } from 'node:os';
import type { TranscriptSession } from '../domain/transcript-session.ts';
import { ownUse, type EarlierUse, type OwnUse } from '../domain/own-use.ts';
import { findTranscript } from '../harness/transcript-places.ts';
import { readSessions } from '../harness/read-sessions.ts';
import { readLastWords, readTranscript } from '../harness/read-transcript.ts';
import type { GatheredSession } from './gathered-session.ts';

/**
 * All that a session said, with its own use alone: a continued conversation reports the use of all its sessions.
 *
 * @param listEarlier the sessions that this one goes on from, newest first; asked only where they matter
 */
export async function readOwnUse(
  session: GatheredSession,
  env: Readonly<NodeJS.ProcessEnv>,
  listEarlier: () => Promise<readonly EarlierUse[]>,
): Promise<OwnUse> {
  const { harness, files, exitCode } = session;
  const endedAt = new Date(session.seenEndAt);
  const said = readTranscript(files.stdout, harness, endedAt);
  const transcript = readLastWords(said, harness, { files, exitCode, endedAt });
  const wholeThread = harness.wholeThread ?? [];
  if (wholeThread.length === 0)
    return { transcript, costUsd: transcript.ended?.costUsd ?? null, warnings: [] };
  return ownUse(transcript, {
    wholeThread,
    agentsInFile: harness.agentsInFile ?? false,
    earlier: await listEarlier(),
    file: transcript.thread === null ? null : readOwnFile(session, env, transcript.thread),
  });
}

/** The CLI's own file, from when the session began; null where there is none or it says nothing of it. */
function readOwnFile(
  session: GatheredSession,
  env: Readonly<NodeJS.ProcessEnv>,
  thread: string,
): TranscriptSession | null {
  const { type } = session.plan.harnessSettings;
  if (type === 'wrap' || type === 'command') return null;
  const file = findTranscript(type, thread, env, env['HOME'] ?? homedir());
  if (file === null) return null;
  const { sessions } = readSessions(file, session.startedAt);
  return sessions.find((found) => found.thread === thread && found.kind !== 'subagent') ?? null;
}
