import type { Evidence } from '../domain/evidence.ts';
import type { ForeignRecord } from '../domain/foreign-record.ts';
import { describeOddTimes } from '../domain/impossible-times.ts';
import type { Plan } from '../domain/plan.ts';
import type { SessionRecord, Stop } from '../domain/record.ts';
import type { Workspace } from '../domain/session.ts';
import type { Lasting } from '../domain/session-time.ts';
import { usageOf, type Transcript } from '../domain/transcript.ts';
import type { TranscriptSession } from '../domain/transcript-session.ts';
import { oneLine } from '../lib/plain-text.ts';
import { modelOf, usageFieldOf } from '../domain/usage-by-model.ts';
import type { Verdict } from '../domain/verdict.ts';

/** The fields that every kind of record knows. */
type Facts = Pick<
  SessionRecord,
  'id' | 'category' | 'harness' | 'stop' | 'startedAt' | 'endedAt' | 'check' | 'landing' | 'source'
> & {
  readonly verdict: Verdict;
  readonly use: Pick<SessionRecord, 'usage' | 'usageByModel' | 'costUsd' | 'unreadableLines'>;
  /** Absent where stint did not look at processes. */
  readonly processes?: Pick<SessionRecord, 'survivors' | 'containment'>;
};

/** A record of these facts, in the order in which records are printed. All else is null or empty, never a guess. */
function blankRecord(facts: Facts): SessionRecord {
  return {
    id: facts.id,
    thread: null,
    key: null,
    category: facts.category,
    observedCategory: null,
    runType: 'import',
    chain: 0,
    harness: facts.harness,
    account: facts.harness,
    model: null,
    modelAsked: null,
    attended: 'no',
    ...facts.verdict,
    declared: null,
    stop: facts.stop,
    startedAt: facts.startedAt,
    endedAt: facts.endedAt,
    durationMs: Math.max(0, Date.parse(facts.endedAt) - Date.parse(facts.startedAt)),
    commits: [],
    commitDetails: [],
    notCounted: [],
    range: null,
    effects: [],
    branch: null,
    base: null,
    check: facts.check,
    landing: facts.landing,
    uncommitted: null,
    salvage: null,
    keptWorktree: null,
    leftovers: [],
    ...facts.processes,
    warnings: [],
    claims: [],
    ...facts.use,
    source: facts.source,
  };
}

/** The part of a record that comes from its evidence. */
function seenIn(evidence: Evidence) {
  return {
    observedCategory: evidence.observedCategory,
    declared: evidence.declared,
    commits: evidence.commits.map(({ sha }) => sha),
    commitDetails: evidence.commits,
    notCounted: evidence.notCounted,
    range: evidence.range,
    effects: evidence.effects,
    uncommitted: evidence.uncommitted,
    ...editsIn(evidence.transcript),
    ...(evidence.stashes ? { stashes: evidence.stashes } : {}),
    leftovers: evidence.leftovers,
    warnings: evidence.warnings,
  };
}

/** As many edited files are named in a record. */
const MOST_EDITED = 100;
const LONGEST_PATH = 300;

/** Their names are an agent's words: nothing of them but text for people is kept. */
function editsIn({ edited, editedMore }: Transcript): Pick<SessionRecord, 'edits'> {
  if (edited.length === 0) return {};
  const files = edited.slice(0, MOST_EDITED).map((path) => oneLine(path, LONGEST_PATH));
  const more = edited.length - files.length + editedMore;
  return { edits: { files, ...(more > 0 ? { more } : {}) } };
}

function useOf(transcript: Transcript, costUsd: number | null): Facts['use'] {
  const { unreadableLines } = transcript;
  return { usage: usageOf(transcript), ...usageFieldOf(transcript), costUsd, unreadableLines };
}

/** A session that stint ran, when it is over. */
type RunParts = Pick<Facts, 'id' | 'startedAt' | 'stop' | 'landing' | 'verdict'> &
  Lasting &
  Pick<SessionRecord, 'costUsd' | 'salvage' | 'keptWorktree'> &
  Required<Pick<SessionRecord, 'survivors' | 'containment'>> & {
    readonly plan: Plan;
    readonly workspace: Workspace | null;
    readonly evidence: Evidence;
    readonly wasBranchThere: boolean;
  };

/** The record of a session that stint ran. Pure. */
export function recordOfRun(parts: RunParts): SessionRecord {
  const { plan, workspace, evidence, salvage, keptWorktree, survivors, containment } = parts;
  const { durationMs, durationClock } = parts;
  const { transcript, check } = evidence;
  const { category, harness, key, runType, chain, account, model } = plan;
  return {
    ...blankRecord({
      ...parts,
      category,
      harness,
      check,
      source: 'run',
      use: useOf(transcript, parts.costUsd),
      processes: { survivors, containment },
    }),
    ...seenIn(evidence),
    durationMs,
    durationClock,
    key,
    runType,
    chain,
    account,
    salvage,
    keptWorktree,
    thread: transcript.thread,
    model: modelOf(transcript) ?? model,
    modelAsked: model,
    branch: workspace?.branch ?? null,
    ...(parts.wasBranchThere ? { wasBranchThere: true } : {}),
    base: workspace?.base ?? null,
  };
}

/** A session that an agent CLI kept on disk. */
type TranscriptParts = Pick<Facts, 'id' | 'category' | 'stop' | 'verdict'> & {
  readonly session: TranscriptSession;
  readonly evidence: Evidence;
};

const NO_TIME = '1970-01-01T00:00:00.000Z';

/** A reason that says of an imported session whether a person steered it. */
const ATTENDED = 'attended ';

/**
 * Another verdict of an imported session: the configuration decides whether such sessions move beliefs, not their judge.
 *
 * @param before its reasons so far
 */
export function importVerdict(verdict: Verdict, before: readonly string[]): Verdict {
  const reasons = [...verdict.reasons, ...before.filter((reason) => reason.startsWith(ATTENDED))];
  return { ...verdict, reasons, feedsBelief: false };
}

/** The record of a session that an agent CLI kept on disk. Pure. */
export function recordOfTranscript(parts: TranscriptParts): SessionRecord {
  const { session, evidence, verdict } = parts;
  const { harness, thread, attended, transcript } = session;
  const startedAt = session.startedAt ?? NO_TIME;
  return {
    ...blankRecord({
      ...parts,
      harness,
      startedAt,
      endedAt: session.endedAt ?? startedAt,
      check: evidence.check,
      landing: { kind: 'none', detail: 'it was imported: nobody here landed it' },
      use: useOf(transcript, session.costUsd),
      source: 'import',
    }),
    ...seenIn(evidence),
    thread,
    attended,
    model: modelOf(transcript),
    reasons: [...verdict.reasons, `${ATTENDED}${attended}: ${session.attendedBecause}`],
    // The configuration decides whether imported sessions move beliefs, not their judge.
    feedsBelief: false,
    durationMs: session.activeMs,
    warnings: warningsOf(session),
  };
}

function warningsOf({ startedAt, impossibleTimes }: TranscriptSession): string[] {
  return [
    ...(impossibleTimes > 0 ? [describeOddTimes(impossibleTimes)] : []),
    ...(startedAt === null ? ['its files say no time'] : []),
  ];
}

/** The record of another system's session, whose deliverables are claims. Pure. */
export function recordOfForeign(session: ForeignRecord, verdict: Verdict): SessionRecord {
  const { thread, model, attended, durationMs, warnings, claims, usage, costUsd } = session;
  return {
    ...blankRecord({
      ...session,
      verdict,
      stop: describeStop(session.exitCode),
      check: { result: 'none', detail: 'its record says nothing of a check' },
      landing: { kind: 'none', detail: 'its record says nothing of a landing' },
      use: { usage, costUsd, unreadableLines: 0 },
      processes: { survivors: [], containment: null },
      source: 'import',
    }),
    thread,
    model,
    attended,
    durationMs,
    warnings,
    claims,
    commits: claims.filter((claim) => /^[0-9a-f]{7,64}$/i.test(claim)),
  };
}

/** What `timeout(1)` and most run loops exit with when the time is up. */
const TIMED_OUT = 124;

function describeStop(exitCode: number | null): Stop {
  if (exitCode === null)
    return { reason: 'lost', because: 'its record does not say how it ended', exitCode, signal: null };
  const reason = exitCode === 0 ? 'completed' : exitCode === TIMED_OUT ? 'timed-out' : 'crashed';
  return { reason, because: `its record says that it exited with ${exitCode}`, exitCode, signal: null };
}
