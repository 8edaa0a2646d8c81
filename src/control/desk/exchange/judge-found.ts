import type { TranscriptSession } from '../../../domain/transcript-session.ts';
import type { SessionId } from '../../../domain/ids.ts';
import { NO_CATEGORY } from '../../../harness/reading/session-records.ts';
import { explainTranscript } from '../../../judge/explain-transcript.ts';
import { judge } from '../../../judge/judge.ts';
import type { Repository } from '../../../git/repository.ts';
import { amendReread } from '../../../record/amend-reread.ts';
import { recordOfTranscript } from '../../../record/compose-record.ts';
import type { ImportedSession } from '../../../store/import-batches.ts';
import type { KnownRecord } from '../../../store/imports.ts';
import { gatherFound } from './gather-found.ts';
import type { Project } from '../../project/project.ts';

/** An agent that is at work writes more often than that; a call that takes longer is told as broken off until it ends. */
const LONGEST_PAUSE_MS = 10 * 60_000;

/** Whether its agent is in the middle of something, and was a moment ago. Then nothing about it is decided. */
export function isAtWork({ lastWord, transcript, endedAt }: TranscriptSession, now: Date): boolean {
  const isInTheMiddle = lastWord === 'call' || lastWord === 'tool' || lastWord === 'person';
  if (!isInTheMiddle || transcript.ended || transcript.limit || endedAt === null) return false;
  const pauseMs = now.getTime() - Date.parse(endedAt);
  return pauseMs >= 0 && pauseMs < LONGEST_PAUSE_MS;
}

/**
 * Judges a session that an agent CLI kept on disk, by the same judge as one that stint ran.
 *
 * @param isWhole false where files of it are gone that were read before: then it may tell less than its record does
 */
export async function judgeFound(
  project: Project,
  id: SessionId,
  session: TranscriptSession,
  repositories: readonly Repository[],
  isWhole: boolean,
): Promise<ImportedSession> {
  const stop = explainTranscript(session);
  const { evidence, repository } = await gatherFound(project.store, id, session, repositories);
  const verdict = judge(NO_CATEGORY, stop, evidence);
  const record = project.redactor.value(
    recordOfTranscript({ id, category: NO_CATEGORY, session, stop, evidence, verdict }),
  );
  const at = project.clock.now().toISOString();
  const missing = (known: KnownRecord) => {
    // What only rows told, or another machine, is somebody else's word.
    if (!known.hasEvidence) return null;
    if (!isWhole && record.endedAt < known.original.endedAt) return [];
    return amendReread(known.original, known.amendments, record, {
      at,
      why: 'its files say more than before',
    });
  };
  const incoming = { id, record, amendments: [], missing, ...(repository === null ? {} : { repository }) };
  // The record has the totals; kept message by message they would fill the memory while they wait.
  const transcript = { ...evidence.transcript, usageByMessage: new Map() };
  return { incoming, evidence: { ...evidence, transcript } };
}
