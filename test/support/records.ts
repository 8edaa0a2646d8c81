import type { SessionRecord } from '../../src/domain/record.ts';
import type { CategoryName, SessionId } from '../../src/domain/ids.ts';
import { PLAIN_SESSION, type Plan } from '../../src/domain/plan.ts';
import { sessionSettings } from '../../src/domain/settings/session.ts';
import { commit } from './evidence.ts';

/** A session id of the right form, from a number. */
export function sessionId(number: number): SessionId {
  return `s${number.toString(36).padStart(9, '0')}` as SessionId;
}

export function planOf(given: Partial<Plan> = {}): Plan {
  return {
    ...sessionSettings({ pull: 'never' }),
    ...PLAIN_SESSION,
    category: 'code' as CategoryName,
    runType: 'manual',
    harness: 'script',
    harnessSettings: { type: 'command', command: ['agent'], format: 'text' },
    account: 'script',
    accountId: 'script',
    model: null,
    arm: null,
    prompt: 'do it',
    ...given,
  };
}

export function recordOf(number: number, given: Partial<SessionRecord> = {}): SessionRecord {
  const own = commit(40);
  return {
    id: sessionId(number),
    thread: null,
    key: null,
    category: 'code' as CategoryName,
    observedCategory: null,
    runType: 'manual',
    chain: 0,
    harness: 'script',
    account: 'script',
    model: null,
    modelAsked: null,
    attended: 'no',
    outcome: 'productive',
    grade: 0.64,
    gradeParts: { delivery: 0.667129, quality: 0.9, closure: 1 },
    failureModes: [],
    reasons: ['productive: it delivered 1 commit'],
    feedsBelief: true,
    judgeVersion: 1,
    opinion: null,
    declared: null,
    stop: { reason: 'completed', because: 'it exited with 0', exitCode: 0, signal: null },
    startedAt: new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString(),
    endedAt: new Date(Date.UTC(2026, 0, 1, 0, number + 1)).toISOString(),
    durationMs: 60_000,
    commits: [own.sha],
    commitDetails: [own],
    notCounted: [],
    range: null,
    effects: [],
    branch: null,
    base: null,
    check: { result: 'none', detail: 'no check is configured' },
    landing: { kind: 'none', detail: '`land: branch`: it stays on its branch' },
    uncommitted: [],
    salvage: null,
    keptWorktree: null,
    leftovers: [],
    survivors: [],
    containment: 'none',
    warnings: [],
    claims: [],
    usage: { input: null, output: null, cacheRead: null, cacheWrite: null, peakContext: null, turns: null },
    costUsd: null,
    unreadableLines: 0,
    source: 'run',
    ...given,
  };
}
