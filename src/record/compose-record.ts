import type { Evidence } from '../domain/evidence.ts';
import type { SessionId } from '../domain/ids.ts';
import type { LandingResult } from '../domain/landing.ts';
import type { Plan } from '../domain/plan.ts';
import type { SessionRecord, Stop } from '../domain/record.ts';
import type { Workspace } from '../domain/session.ts';
import { usageOf } from '../domain/transcript.ts';
import { modelOf, usageFieldOf } from '../domain/usage-by-model.ts';
import type { Verdict } from '../domain/verdict.ts';

/** Everything that is known about a session when it is over. */
export interface RecordParts {
  readonly id: SessionId;
  readonly plan: Plan;
  readonly workspace: Workspace | null;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly stop: Stop;
  readonly evidence: Evidence;
  /** Null where nobody says what it cost. */
  readonly costUsd: number | null;
  readonly verdict: Verdict;
  readonly salvage: string | null;
  readonly keptWorktree: string | null;
  readonly landing: LandingResult;
  readonly survivors: readonly string[];
  readonly containment: 'cgroup' | 'none' | null;
}

/** The record of a session. Pure. */
export function composeRecord(parts: RecordParts): SessionRecord {
  const { plan, evidence, verdict } = parts;
  const { transcript } = evidence;
  return {
    id: parts.id,
    thread: transcript.thread,
    key: plan.key,
    category: plan.category,
    observedCategory: evidence.observedCategory,
    runType: plan.runType,
    chain: plan.chain,
    harness: plan.harness,
    account: plan.account,
    model: modelOf(transcript) ?? plan.model,
    modelAsked: plan.model,
    attended: 'no',
    outcome: verdict.outcome,
    grade: verdict.grade,
    gradeParts: verdict.gradeParts,
    failureModes: verdict.failureModes,
    reasons: verdict.reasons,
    feedsBelief: verdict.feedsBelief,
    judgeVersion: verdict.judgeVersion,
    opinion: verdict.opinion,
    declared: evidence.declared,
    stop: parts.stop,
    startedAt: parts.startedAt,
    endedAt: parts.endedAt,
    durationMs: Math.max(0, Date.parse(parts.endedAt) - Date.parse(parts.startedAt)),
    commits: evidence.commits.map(({ sha }) => sha),
    commitDetails: evidence.commits,
    notCounted: evidence.notCounted,
    range: evidence.range,
    effects: evidence.effects,
    branch: parts.workspace?.branch ?? null,
    base: parts.workspace?.base ?? null,
    check: evidence.check,
    landing: parts.landing,
    uncommitted: evidence.uncommitted,
    salvage: parts.salvage,
    keptWorktree: parts.keptWorktree,
    leftovers: evidence.leftovers,
    survivors: parts.survivors,
    containment: parts.containment,
    warnings: evidence.warnings,
    claims: [],
    usage: usageOf(transcript),
    ...usageFieldOf(transcript),
    costUsd: parts.costUsd,
    unreadableLines: transcript.unreadableLines,
    source: 'run',
  };
}
