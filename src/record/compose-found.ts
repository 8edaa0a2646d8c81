import type { Evidence } from '../domain/evidence.ts';
import type { TranscriptSession } from '../domain/transcript-session.ts';
import type { CategoryName, SessionId } from '../domain/ids.ts';
import type { SessionRecord, Stop } from '../domain/record.ts';
import { usageOf } from '../domain/transcript.ts';
import { modelOf, usageFieldOf } from '../domain/usage-by-model.ts';
import type { Verdict } from '../domain/verdict.ts';

/** Everything that is known about a session that an agent CLI kept on disk. */
export interface FoundParts {
  readonly id: SessionId;
  readonly category: CategoryName;
  readonly session: TranscriptSession;
  readonly stop: Stop;
  readonly evidence: Evidence;
  readonly verdict: Verdict;
}

const NO_TIME = '1970-01-01T00:00:00.000Z';

/** The record of a session that an agent CLI kept on disk. What its files do not say is null or empty. Pure. */
export function composeFound(parts: FoundParts): SessionRecord {
  const { session, evidence, verdict } = parts;
  const startedAt = session.startedAt ?? NO_TIME;
  return {
    id: parts.id,
    thread: session.thread,
    key: null,
    category: parts.category,
    observedCategory: evidence.observedCategory,
    runType: 'import',
    chain: 0,
    harness: session.harness,
    account: session.harness,
    model: modelOf(session.transcript),
    modelAsked: null,
    attended: session.attended,
    outcome: verdict.outcome,
    grade: verdict.grade,
    gradeParts: verdict.gradeParts,
    failureModes: verdict.failureModes,
    reasons: [...verdict.reasons, `attended ${session.attended}: ${session.attendedBecause}`],
    // Whether imported sessions move beliefs is not their judge's to say, but the configuration's.
    feedsBelief: false,
    judgeVersion: verdict.judgeVersion,
    opinion: verdict.opinion,
    declared: null,
    stop: parts.stop,
    startedAt,
    endedAt: session.endedAt ?? startedAt,
    durationMs: session.activeMs,
    commits: evidence.commits.map(({ sha }) => sha),
    commitDetails: evidence.commits,
    notCounted: evidence.notCounted,
    range: null,
    effects: [],
    branch: null,
    base: null,
    check: evidence.check,
    landing: { kind: 'none', detail: 'it was imported: nobody here landed it' },
    uncommitted: null,
    salvage: null,
    keptWorktree: null,
    leftovers: [],
    warnings: session.startedAt === null ? ['its files say no time'] : [],
    claims: [],
    usage: usageOf(session.transcript),
    ...usageFieldOf(session.transcript),
    costUsd: session.costUsd,
    unreadableLines: session.transcript.unreadableLines,
    source: 'import',
  };
}
