import type { ForeignRecord } from '../domain/foreign-record.ts';
import type { SessionRecord, Stop } from '../domain/record.ts';
import type { Verdict } from '../domain/verdict.ts';

/** What `timeout(1)` and most run loops exit with when the time is up. */
const TIMED_OUT = 124;

/** The record of another system's session. What it does not say is null or empty, never a guess. Pure. */
export function composeImported(session: ForeignRecord, verdict: Verdict): SessionRecord {
  return {
    id: session.id,
    thread: session.thread,
    key: null,
    category: session.category,
    observedCategory: null,
    runType: 'import',
    chain: 0,
    harness: session.harness,
    account: session.harness,
    model: session.model,
    modelAsked: null,
    attended: session.attended,
    outcome: verdict.outcome,
    grade: verdict.grade,
    gradeParts: verdict.gradeParts,
    failureModes: verdict.failureModes,
    reasons: verdict.reasons,
    feedsBelief: verdict.feedsBelief,
    judgeVersion: verdict.judgeVersion,
    opinion: verdict.opinion,
    declared: null,
    stop: describeStop(session.exitCode),
    startedAt: session.startedAt,
    endedAt: session.endedAt,
    durationMs: session.durationMs,
    commits: session.claims.filter((claim) => /^[0-9a-f]{7,64}$/i.test(claim)),
    commitDetails: [],
    notCounted: [],
    range: null,
    effects: [],
    branch: null,
    base: null,
    check: { result: 'none', detail: 'its record says nothing of a check' },
    landing: { kind: 'none', detail: 'its record says nothing of a landing' },
    uncommitted: null,
    salvage: null,
    keptWorktree: null,
    leftovers: [],
    survivors: [],
    containment: null,
    warnings: session.warnings,
    claims: session.claims,
    usage: session.usage,
    costUsd: session.costUsd,
    unreadableLines: 0,
    source: 'import',
  };
}

function describeStop(exitCode: number | null): Stop {
  if (exitCode === null)
    return { reason: 'lost', because: 'its record does not say how it ended', exitCode, signal: null };
  const reason = exitCode === 0 ? 'completed' : exitCode === TIMED_OUT ? 'timed-out' : 'crashed';
  return { reason, because: `its record says that it exited with ${exitCode}`, exitCode, signal: null };
}
